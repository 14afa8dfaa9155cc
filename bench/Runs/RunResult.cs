using Pkv.Bench.Client;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Runs;

/// <summary>One measured window.</summary>
/// <param name="Cell">What was measured.</param>
/// <param name="Load">What the client saw.</param>
/// <param name="ServerCpuNs">CPU time of the whole server process in the window, user and system, nanoseconds.</param>
/// <param name="Counters">Pkv's receive counters per operation, or null.</param>
internal sealed record RunResult(CellKey Cell, LoadResult Load, long ServerCpuNs, ReceiveCounters? Counters)
{
    /// <summary>What others took of the two cores in the window; nothing where it was not measured.</summary>
    public Disturbance Disturbance { get; init; }
}
