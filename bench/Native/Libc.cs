using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Pkv.Bench.Native;

/// <summary>
/// The few libc entry points that the load client and the limit server live on. Calls on the hot path suppress the
/// GC transition only where they cannot block; the socket calls can, so they keep it (about 10 ns).
/// </summary>
internal static unsafe partial class Libc
{
    public const int EpollIn = 1, EpollOut = 4, EpollError = 8, EpollHangUp = 16;
    public const int EpollAdd = 1, EpollDelete = 2, EpollModify = 3;
    public const int NoSignal = 0x4000;
    public const int ErrnoInterrupted = 4, ErrnoAgain = 11;
    public const int SignalTerminate = 15, SignalKill = 9;

    /// <summary>Clock ids of clock_gettime(2).</summary>
    public const int ClockProcessCpu = 2;

    /// <summary>Whose usage getrusage(2) says.</summary>
    public const int UsageOfSelf = 0, UsageOfChildren = -1;

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int descriptor, EpollEvent* change);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, EpollEvent* events, int capacity, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int descriptor, byte* target, nuint lengthBytes, int flags);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(int descriptor, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint ReceiveMessage(int descriptor, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    public static partial int SetAffinity(int threadId, nuint maskBytes, ulong* mask);

    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    public static partial int GetAffinity(int threadId, nuint maskBytes, ulong* mask);

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    public static partial int ClockGetTime(int clock, TimeSpec* time);

    [LibraryImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    public static partial int GetUsage(int who, long* usage);

    /// <summary>Throws what the last failed call left in errno, with the call's name.</summary>
    public static Exception Failure(string call)
    {
        int errno = Marshal.GetLastPInvokeError();
        return new Win32Exception(errno, $"{call}: {Marshal.GetPInvokeErrorMessage(errno)}");
    }

    /// <summary>The result of a system call, or its failure as an exception.</summary>
    public static int Checked(int result, string call) => result >= 0 ? result : throw Failure(call);
}
