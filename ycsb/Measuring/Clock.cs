using System.Diagnostics;

namespace Pkv.Ycsb.Measuring;

/// <summary>The monotonic clock by which all is measured.</summary>
internal static class Clock
{
    private static readonly double s_nsPerTick = 1e9 / Stopwatch.Frequency;

    /// <summary>Nanoseconds since some moment in the past.</summary>
    public static long NowNs() => (long)(Stopwatch.GetTimestamp() * s_nsPerTick);
}
