namespace Pkv.Bench.Native;

/// <summary>
/// CPU time, user and system together, in nanoseconds, from the scheduler's own accounting. Unlike /proc/PID/stat
/// (ticks of 10 ms) it is exact for short windows, and unlike /proc/PID/task it keeps the time of ended threads.
/// </summary>
internal static unsafe class CpuClock
{
    /// <summary>CPU time used so far by another process and all its threads (clock_getcpuclockid(3)).</summary>
    public static long OfProcess(int processId) => Read((~processId << 3) | Libc.ClockProcessCpu);

    /// <summary>CPU time used so far by this process; includes io_uring's kernel workers, not the kernel's flusher.</summary>
    public static long OfThisProcess() => Read(Libc.ClockProcessCpu);

    /// <summary>CPU time of this process and of those of its children that have ended (getrusage(2)), microseconds' resolution.</summary>
    public static long OfThisProcessAndEndedChildren() => Usage(Libc.UsageOfSelf) + Usage(Libc.UsageOfChildren);

    // struct rusage begins with user and system time, as seconds and microseconds each.
    private static long Usage(int who)
    {
        const int words = 18;
        long* usage = stackalloc long[words];
        Libc.Checked(Libc.GetUsage(who, usage), "getrusage");
        return (usage[0] + usage[2]) * 1_000_000_000 + (usage[1] + usage[3]) * 1_000;
    }

    private static long Read(int clock)
    {
        TimeSpec time;
        return Libc.ClockGetTime(clock, &time) == 0 ? time.TotalNanoseconds : throw Libc.Failure("clock_gettime");
    }
}
