using Pkv.Ycsb.Measuring;

namespace Pkv.Ycsb.Engine;

/// <summary>A phase that has ended.</summary>
/// <param name="Measured">Of all loops together.</param>
/// <param name="RunTime">From the first operation's begin to the last one's end.</param>
/// <param name="ClientCpu">CPU time of this process meanwhile, user and system.</param>
/// <param name="ServerCpu">The same of the server, by its own account; null if it was not asked.</param>
/// <param name="Collections">Garbage collections of this process meanwhile.</param>
/// <param name="CollectionPause">What they took.</param>
/// <param name="Samples">Operations that had ended by a time, in seconds from the start; empty if nobody wants them.</param>
internal sealed record RunResult(
    Measurements Measured, TimeSpan RunTime, TimeSpan ClientCpu, TimeSpan? ServerCpu, int Collections, TimeSpan CollectionPause,
    IReadOnlyList<(double Seconds, long Operations)> Samples)
{
    /// <summary>Operations that ended otherwise than they should, a wrong value among them.</summary>
    public long Failures => Measured.All().Sum(m => m.Metric.Outcomes[(int)Outcome.Error] + m.Metric.Outcomes[(int)Outcome.UnexpectedState]);
}
