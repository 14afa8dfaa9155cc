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

    private static long Read(int clock)
    {
        TimeSpec time;
        return Libc.ClockGetTime(clock, &time) == 0 ? time.TotalNanoseconds : throw Libc.Failure("clock_gettime");
    }
}
