namespace Pkv.Engine.Execution;

/// <summary>The wall clock in Unix milliseconds. Allocates nothing.</summary>
public static class Clock
{
    public static long NowMs() => (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;

    /// <summary>Unix microseconds.</summary>
    public static long NowMicroseconds() => (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
