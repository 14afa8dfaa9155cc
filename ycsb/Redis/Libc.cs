using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Pkv.Ycsb.Redis;

/// <summary>
/// The libc entry points that the event loop lives on. .NET's own sockets would do, except for waiting on many of them
/// without an allocation per wait. Failures are told by <see cref="Errno"/>, read at once: keeping it for every call would
/// cost more than most of these calls do in the runtime.
/// </summary>
internal static unsafe partial class Libc
{
    public const int EpollIn = 1, EpollOut = 4;
    public const int EpollAdd = 1, EpollModify = 3;
    public const int NoSignal = 0x4000, DontWait = 0x40;
    public const int ErrnoInterrupted = 4, ErrnoAgain = 11;
    private const int CloseOnExec = 0x80000;

    /// <summary>Why the call just made failed.</summary>
    public static int Errno => Marshal.GetLastSystemError();

    public static int CreateEpoll() => EpollCreate(CloseOnExec) is >= 0 and int epoll ? epoll : throw Failure("epoll_create1");

    [LibraryImport("libc", EntryPoint = "epoll_ctl")]
    public static partial int EpollControl(int epoll, int operation, int descriptor, EpollEvent* change);

    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    public static partial int EpollWait(int epoll, EpollEvent* events, int capacity, int timeoutMs);

    /// <summary>poll(2) with a time-out in nanoseconds, which epoll_wait has not.</summary>
    [LibraryImport("libc", EntryPoint = "ppoll")]
    public static partial int Poll(PollEntry* entries, nuint count, TimeSpec* timeout, void* signalMask);

    [LibraryImport("libc", EntryPoint = "recv")]
    public static partial nint Receive(int descriptor, byte* target, nuint lengthBytes, int flags);

    [LibraryImport("libc", EntryPoint = "send")]
    public static partial nint Send(int descriptor, byte* source, nuint lengthBytes, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    /// <summary>What the last failed call left in errno, as an exception with the call's name.</summary>
    public static IOException Failure(string call)
    {
        int errno = Errno;
        return new IOException($"{call}: {Marshal.GetPInvokeErrorMessage(errno)}", new Win32Exception(errno));
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1")]
    private static partial int EpollCreate(int flags);
}
