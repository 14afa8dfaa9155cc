using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Pkv.Bench.Native;

/// <summary>
/// A userfaultfd of this process, and the requests that the benchmark times (ioctl_userfaultfd(2)). Nobody answers page faults:
/// whoever touches an empty page of a range registered for them waits forever.
/// </summary>
internal sealed unsafe partial class Userfaultfd : IDisposable
{
    public const ulong ForMissing = 1, ForWrites = 2;

    private const ulong ApiVersion = 0xAA, FeatureOfMove = 1 << 16;
    private const int CloseOnExec = 0x80000, NonBlocking = 0x800;
    private const nuint ApiRequest = 0xC018AA3F, RegisterRequest = 0xC020AA00, UnregisterRequest = 0x8010AA01;
    private const nuint CopyRequest = 0xC028AA03, MoveRequest = 0xC028AA05, ProtectRequest = 0xC018AA06;

    private readonly int _descriptor;

    private Userfaultfd(int descriptor, bool canMove)
    {
        _descriptor = descriptor;
        CanMove = canMove;
    }

    /// <summary>The kernel has UFFDIO_MOVE (Linux 6.8).</summary>
    public bool CanMove { get; }

    /// <summary>A descriptor, or null and why there is none.</summary>
    public static Userfaultfd? TryOpen(out string? obstacle)
    {
        obstacle = null;
        if (TryOpen(FeatureOfMove) is var descriptor and >= 0) return new Userfaultfd(descriptor, canMove: true);
        if ((descriptor = TryOpen(0)) >= 0) return new Userfaultfd(descriptor, canMove: false);
        obstacle = $"userfaultfd is not to be had: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}";
        return null;
    }

    /// <summary>Pages that are empty (<see cref="ForMissing"/>) or protected (<see cref="ForWrites"/>) make their next touch wait.</summary>
    public void Register(nint start, long bytes, ulong mode)
    {
        ulong* range = stackalloc ulong[] { (ulong)start, (ulong)bytes, mode, 0 };
        Ask(RegisterRequest, range, "UFFDIO_REGISTER");
    }

    public void Unregister(nint start, long bytes)
    {
        ulong* range = stackalloc ulong[] { (ulong)start, (ulong)bytes };
        Ask(UnregisterRequest, range, "UFFDIO_UNREGISTER");
    }

    /// <summary>Fills empty pages.</summary>
    public void Copy(nint target, nint source, long bytes) => Fill(CopyRequest, target, source, bytes, "UFFDIO_COPY");

    /// <summary>Gives empty pages the pages of the source, which are empty then.</summary>
    public void Move(nint target, nint source, long bytes) => Fill(MoveRequest, target, source, bytes, "UFFDIO_MOVE");

    public void Protect(nint start, long bytes, bool on)
    {
        ulong* range = stackalloc ulong[] { (ulong)start, (ulong)bytes, on ? 1ul : 0 };
        Ask(ProtectRequest, range, "UFFDIO_WRITEPROTECT");
    }

    public void Dispose() => _ = Libc.Close(_descriptor);

    private static int TryOpen(ulong features)
    {
        nint number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 323 : 282;
        int descriptor = (int)DiskCalls.SystemCall(number, CloseOnExec | NonBlocking, 0, 0, 0, 0, 0);
        if (descriptor < 0) return -1;
        ulong* api = stackalloc ulong[] { ApiVersion, features, 0 };
        if (Control(descriptor, ApiRequest, api) == 0) return descriptor;
        int error = Marshal.GetLastPInvokeError();
        _ = Libc.Close(descriptor);
        Marshal.SetLastPInvokeError(error);
        return -1;
    }

    private void Fill(nuint request, nint target, nint source, long bytes, string name)
    {
        ulong* fill = stackalloc ulong[5];
        for (long done = 0; done < bytes;)
        {
            (fill[0], fill[1], fill[2], fill[3], fill[4]) = ((ulong)(target + done), (ulong)(source + done), (ulong)(bytes - done), 0, 0);
            if (Control(_descriptor, request, fill) == 0) return;
            // Interrupted by a change of the process's mappings: some of it may be done.
            if (Marshal.GetLastPInvokeError() != Libc.ErrnoAgain) throw new Win32Exception(Marshal.GetLastPInvokeError(), name);
            done += Math.Max(0, (long)fill[4]);
        }
    }

    private void Ask(nuint request, ulong* argument, string name)
    {
        if (Control(_descriptor, request, argument) < 0) throw Libc.Failure(name);
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int descriptor, nuint request, ulong* argument);
}
