using System.Runtime.InteropServices;

namespace Pkv.Linux;

/// <summary>
/// epoll, and the eventfd that wakes a thread waiting in it: blittable and without allocation. Each returns -1 on failure;
/// <see cref="Errno.Current"/> then has the reason. Source: epoll(7), epoll_ctl(2), eventfd(2).
/// </summary>
public static unsafe partial class PollCalls
{
    /// <summary>Bits of <see cref="EpollEvent.Events"/>.</summary>
    public const uint EpollIn = 1, EpollOut = 4, EpollErr = 8, EpollHup = 16, EpollRdHup = 0x2000;

    /// <summary>Operations of epoll_ctl(2).</summary>
    public const int EpollCtlAdd = 1, EpollCtlDel = 2, EpollCtlMod = 3;

    /// <summary>Makes an epoll set. A descriptor.</summary>
    [LibraryImport("libc", EntryPoint = "epoll_create1")]
    public static partial int EpollCreate(int flags);

    /// <summary>Adds, removes or changes a descriptor of the set.</summary>
    [LibraryImport("libc", EntryPoint = "epoll_ctl")]
    public static partial int EpollCtl(int epoll, int operation, int fd, EpollEvent* e);

    /// <summary>Waits for events for at most the given number of milliseconds (-1: forever). Returns how many there are.</summary>
    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    public static partial int EpollWait(int epoll, EpollEvent* events, int maxEvents, int timeoutMs);

    /// <summary>Makes a counter that epoll can wait for. A descriptor.</summary>
    [LibraryImport("libc", EntryPoint = "eventfd")]
    public static partial int EventFd(uint initial, int flags);

    /// <summary>Takes the counter (8 bytes) and sets it to 0.</summary>
    [LibraryImport("libc", EntryPoint = "read")]
    public static partial nint Read(int fd, void* buffer, nuint length);

    /// <summary>Adds to the counter (8 bytes).</summary>
    [LibraryImport("libc", EntryPoint = "write")]
    public static partial nint Write(int fd, void* buffer, nuint length);
}
