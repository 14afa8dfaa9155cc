using Pkv.Bench.Servers;

namespace Pkv.Bench.Runs;

/// <summary>Medians over the rounds of one cell; each column's median is taken by itself.</summary>
/// <param name="Cell">What was measured.</param>
/// <param name="Rounds">Windows that the medians are taken over.</param>
/// <param name="Operations">Median of operations in a window.</param>
/// <param name="Throughput">Requests per second.</param>
/// <param name="P50Us">Latency percentiles in microseconds.</param>
/// <param name="P99Us">See <paramref name="P50Us"/>.</param>
/// <param name="P999Us">See <paramref name="P50Us"/>.</param>
/// <param name="CpuUs">Server CPU per operation in microseconds.</param>
/// <param name="CpuUsMin">Smallest of the rounds.</param>
/// <param name="CpuUsMax">Largest of the rounds.</param>
/// <param name="CoreShare">Share of its core that the server used: 1 means that the server was the bottleneck.</param>
/// <param name="Counters">Pkv's receive counters per operation, of the last round, or null.</param>
internal sealed record CellSummary(
    CellKey Cell, int Rounds, double Operations, double Throughput, double P50Us, double P99Us, double P999Us,
    double CpuUs, double CpuUsMin, double CpuUsMax, double CoreShare, ReceiveCounters? Counters)
{
    /// <summary>CPU per operation in microseconds, with its range over the rounds.</summary>
    public PlotValue CpuUsRange => new(CpuUs, CpuUsMin, CpuUsMax);

    /// <summary>Requests per second, with their range over the rounds.</summary>
    public PlotValue ThroughputRange { get; init; }

    /// <summary>What others took of the cores in all its windows.</summary>
    public Disturbance Disturbance { get; init; }

    /// <summary>Summarises the windows of one cell; there must be at least one.</summary>
    public static CellSummary Of(IReadOnlyList<RunResult> runs)
    {
        double[] cpu = [.. runs.Select(r => r.ServerCpuNs / 1e3 / r.Load.Operations)];
        return new CellSummary(runs[0].Cell, runs.Count,
            Median(runs.Select(r => (double)r.Load.Operations)),
            Median(runs.Select(r => r.Load.Throughput)),
            Median(runs.Select(r => r.Load.P50Ns / 1e3)),
            Median(runs.Select(r => r.Load.P99Ns / 1e3)),
            Median(runs.Select(r => r.Load.P999Ns / 1e3)),
            Median(cpu), cpu.Min(), cpu.Max(),
            Median(runs.Select(r => (double)r.ServerCpuNs / r.Load.ElapsedNs)),
            runs[^1].Counters)
        {
            ThroughputRange = Range(runs.Select(r => r.Load.Throughput)),
            Disturbance = runs.Aggregate(default(Disturbance), static (sum, run) => sum + run.Disturbance),
        };
    }

    /// <summary>The median with its range; there must be at least one value.</summary>
    internal static PlotValue Range(IEnumerable<double> values)
    {
        double[] all = [.. values];
        return new PlotValue(Median(all), all.Min(), all.Max());
    }

    /// <summary>The middle value, or the mean of the two middle ones.</summary>
    internal static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
