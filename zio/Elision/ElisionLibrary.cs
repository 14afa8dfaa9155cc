using System.Runtime.InteropServices;

namespace Pkv.Zio.Elision;

/// <summary>
/// libzio's engine for a program that calls it, instead of being preloaded with it: receives into, copies between and sends from
/// native memory, where a copy of received bytes is bookkeeping. See docs/zio.md.
/// </summary>
/// <remarks>
/// <para>
/// Hazard: only memory that the garbage collector does not own (<see cref="NativeMemory"/>, a mapping). A collector moves objects and
/// clears memory by ways that libzio does not see, and would scan pages whose content is elsewhere. And: whatever is freed must be
/// <see cref="Release"/>d first, for the free of another library is not seen either.
/// </para>
/// <para>
/// A thread that touches a page waits for a thread of libzio's, in a page fault: it cannot be suspended for a collection until that
/// one has answered. libzio's thread is none of this runtime's and is never suspended with it, so that the wait ends.
/// </para>
/// <para>Safe to call from any thread. The calls that receive and send return -1 on failure, with errno in <see cref="Marshal.GetLastSystemError"/>.</para>
/// </remarks>
public sealed unsafe class ElisionLibrary
{
    private const int DontNeed = 4;

    private readonly delegate* unmanaged<int, byte*, nuint, int, nint> _receive;
    private readonly delegate* unmanaged<int, byte*, nuint, int, nint> _send;
    private readonly delegate* unmanaged<byte*, byte*, nuint, byte*> _copy;
    private readonly delegate* unmanaged<byte*, nuint, int, int> _advise;
    private readonly ulong* _counters;

    private ElisionLibrary(nint library)
    {
        _receive = (delegate* unmanaged<int, byte*, nuint, int, nint>)NativeLibrary.GetExport(library, "recv");
        _send = (delegate* unmanaged<int, byte*, nuint, int, nint>)NativeLibrary.GetExport(library, "send");
        _copy = (delegate* unmanaged<byte*, byte*, nuint, byte*>)NativeLibrary.GetExport(library, "memmove");
        _advise = (delegate* unmanaged<byte*, nuint, int, int>)NativeLibrary.GetExport(library, "madvise");
        _counters = (ulong*)NativeLibrary.GetExport(library, "zio_counters");
    }

    /// <summary>Copies that were not made, in the whole process.</summary>
    public ulong CopiesElided => Volatile.Read(ref _counters[0]);

    /// <summary>Loads libzio.so. It stays loaded.</summary>
    /// <exception cref="DllNotFoundException">There is no such library.</exception>
    public static ElisionLibrary Load(string path) => new(NativeLibrary.Load(path));

    /// <summary>recv(2): bytes received, 0 at the end of the stream, or -1.</summary>
    public nint Receive(int socket, byte* buffer, nuint bytes, int flags) => _receive(socket, buffer, bytes, flags);

    /// <summary>send(2): bytes sent, or -1.</summary>
    public nint Send(int socket, byte* buffer, nuint bytes, int flags) => _send(socket, buffer, bytes, flags);

    /// <summary>memmove(3).</summary>
    public void Copy(byte* target, byte* source, nuint bytes) => _copy(target, source, bytes);

    /// <summary>Before memory is freed: its whole pages are forgotten and empty.</summary>
    public void Release(byte* start, nuint bytes)
    {
        nuint first = ((nuint)start + 4095) & ~(nuint)4095, end = ((nuint)start + bytes) & ~(nuint)4095;
        if (end > first)
            _ = _advise((byte*)first, end - first, DontNeed);
    }
}
