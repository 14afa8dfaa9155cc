using System.Runtime.InteropServices;
using Pkv.Zio.Preload.Published;

namespace Pkv.Zio.Preload;

/// <summary>
/// The entries of the core, as the C layer calls them (engine.h): always with the engine's lock held, so that no signal handler finds
/// its thread in managed code. Nothing in here allocates on the managed heap or throws: no collection ever runs in the host's threads.
/// </summary>
internal static unsafe class Exports
{
    [UnmanagedCallersOnly(EntryPoint = "core_start")]
    public static int Start(Live* live, Counters* counters, ulong vaultBytes, int alwaysElide, int isPublished)
    {
        Engine engine = isPublished != 0 ? new PublishedEngine() : new VaultEngine();
        if (!PageTable.Start(live) || !Engine.Start(engine, vaultBytes, counters) || !Sites.Start(counters, alwaysElide != 0) || !Pages.Start(counters) || !Rescue.Start(live, counters))
            return -1;
        Copier.Start(counters);
        Gatherer.Start(counters);
        Faults.Start(counters);
        return 0;
    }

    /// <summary>Nothing: but on the way here the runtime notes the thread.</summary>
    [UnmanagedCallersOnly(EntryPoint = "core_attach")]
    public static void Attach()
    {
    }

    [UnmanagedCallersOnly(EntryPoint = "core_receive_begin")]
    public static int ReceiveBegin(Receive* receive) => Engine.Current.BeginReceive(receive) ? 1 : 0;

    [UnmanagedCallersOnly(EntryPoint = "core_receive_end")]
    public static void ReceiveEnd(Receive* receive, long received)
    {
        if (received >= 0)
            Engine.Current.EndReceive(receive, (ulong)received);
        else
            Engine.Current.EndLateCopies(receive);
    }

    [UnmanagedCallersOnly(EntryPoint = "core_copy_begin")]
    public static int CopyBegin(Copy* copy) => Copier.Begin(copy) ? 1 : 0;

    [UnmanagedCallersOnly(EntryPoint = "core_copy_end")]
    public static void CopyEnd(Copy* copy) => Copier.End(copy);

    [UnmanagedCallersOnly(EntryPoint = "core_gather")]
    public static int GatherBegin(Gather* gather) => Gatherer.Begin(gather) ? 1 : 0;

    [UnmanagedCallersOnly(EntryPoint = "core_gather_end")]
    public static void GatherEnd(Gather* gather) => Gatherer.End(gather);

    [UnmanagedCallersOnly(EntryPoint = "core_resolve")]
    public static void Resolve(ulong start, ulong bytes) => Pages.Resolve(start, bytes, PageTable.Resident);

    [UnmanagedCallersOnly(EntryPoint = "core_release")]
    public static void Release(ulong start, ulong bytes, int unregister) => Pages.Release(start, bytes, unregister != 0);

    /// <summary>Before a fork: the child must find everything in its own pages.</summary>
    [UnmanagedCallersOnly(EntryPoint = "core_resolve_all")]
    public static void ResolveAll()
    {
        // What one leaf gives up, a page of a leaf that was done may have to take; each round there are fewer.
        while (PageTable.Tracked > 0)
        {
            for (ulong i = 0; i < PageTable.LeafCount && PageTable.Tracked > 0; i++)
            {
                (ulong start, ulong bytes) = PageTable.Leaf(i);
                Pages.Resolve(start, bytes, PageTable.Resident);
            }
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "core_fault")]
    public static void Fault(ulong address) => Faults.Resolve(address);

    /// <summary>Without the lock: its holder waits for this page.</summary>
    [UnmanagedCallersOnly(EntryPoint = "core_rescue")]
    public static void EndHoldersFault(ulong address) => Rescue.Resolve(address);

    [UnmanagedCallersOnly(EntryPoint = "core_mend")]
    public static void Mend() => Rescue.Mend();

    [UnmanagedCallersOnly(EntryPoint = "core_tick")]
    public static void Tick() => Engine.Current.Tick();
}
