using System.Runtime.InteropServices;

namespace Pkv.Zio.Preload;

/// <summary>
/// The entries of the core, as the C layer calls them (engine.h). Each takes the lock and returns with it free, but for the one that
/// runs inside fork. Nothing in here allocates on the managed heap or throws: no collection ever runs in the host's threads.
/// </summary>
internal static unsafe class Exports
{
    [UnmanagedCallersOnly(EntryPoint = "core_start")]
    public static int Start(Live* live, Counters* counters, ulong vaultBytes, int alwaysElide)
    {
        if (!PageTable.Start(live) || !Vault.Start(vaultBytes, counters) || !Sites.Start(counters, alwaysElide != 0))
            return -1;
        Pages.Start(counters);
        Receiver.Start(counters);
        Copier.Start(counters);
        Gatherer.Start(counters);
        Faults.Start(counters);
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "core_receive_begin")]
    public static int ReceiveBegin(Receive* receive)
    {
        Kernel.Lock();
        bool engaged = Receiver.Begin(receive);
        Kernel.Unlock();
        return engaged ? 1 : 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "core_receive_end")]
    public static void ReceiveEnd(Receive* receive, long received)
    {
        Kernel.Lock();
        if (received >= 0)
            Receiver.End(receive, (ulong)received);
        else
            Receiver.EndLate(receive);
        Kernel.Unlock();
    }

    [UnmanagedCallersOnly(EntryPoint = "core_copy")]
    public static int Copy(void* target, void* source, ulong bytes) => Copier.Copy((ulong)target, (ulong)source, bytes) ? 1 : 0;

    [UnmanagedCallersOnly(EntryPoint = "core_gather")]
    public static int GatherBegin(Gather* gather)
    {
        Kernel.Lock();
        bool engaged = Gatherer.Begin(gather);
        Kernel.Unlock();
        return engaged ? 1 : 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "core_gather_end")]
    public static void GatherEnd(Gather* gather)
    {
        Kernel.Lock();
        Gatherer.End(gather);
        Kernel.Unlock();
    }

    [UnmanagedCallersOnly(EntryPoint = "core_resolve")]
    public static void Resolve(ulong start, ulong bytes)
    {
        Kernel.Lock();
        Pages.Resolve(start, bytes);
        Kernel.Unlock();
    }

    [UnmanagedCallersOnly(EntryPoint = "core_release")]
    public static void Release(ulong start, ulong bytes, int unregister)
    {
        Kernel.Lock();
        Pages.Release(start, bytes, unregister != 0);
        Kernel.Unlock();
    }

    /// <summary>Before a fork, with the lock held: the child must find everything in its own pages.</summary>
    [UnmanagedCallersOnly(EntryPoint = "core_resolve_all_locked")]
    public static void ResolveAllLocked()
    {
        for (ulong i = 0; i < PageTable.LeafCount && PageTable.Tracked > 0; i++)
        {
            (ulong start, ulong bytes) = PageTable.Leaf(i);
            Pages.Resolve(start, bytes);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "core_fault")]
    public static void Fault(ulong address)
    {
        Kernel.Lock();
        Faults.Resolve(address);
        Kernel.Unlock();
    }

    [UnmanagedCallersOnly(EntryPoint = "core_tick")]
    public static void Tick()
    {
        Kernel.Lock();
        Vault.Trim();
        Kernel.Unlock();
    }
}
