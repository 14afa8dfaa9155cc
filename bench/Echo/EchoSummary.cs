using Pkv.Bench.Runs;

namespace Pkv.Bench.Echo;

/// <summary>Medians over the rounds of one cell under one system; each figure's median is taken by itself.</summary>
/// <param name="Throughput">Messages echoed per second.</param>
/// <param name="CpuUs">Server CPU per message, microseconds.</param>
/// <param name="CoreShare">Share of its core that the server used: 1 means that it was the bottleneck.</param>
/// <param name="ElidedShare">Copies that the library did not make, of those it saw at or above its threshold; null if it saw none.</param>
internal sealed record EchoSummary(double Throughput, double CpuUs, double CoreShare, double? ElidedShare)
{
    /// <summary>Server CPU per message, with its range over the rounds.</summary>
    public PlotValue CpuUsRange { get; private init; }

    /// <summary>Summarises windows of one cell and system; there must be at least one.</summary>
    public static EchoSummary Of(IReadOnlyList<EchoResult> windows) => new(
        CellSummary.Median(windows.Select(w => w.Load.Throughput)),
        CellSummary.Median(windows.Select(w => w.ServerCpuNs / 1e3 / w.Load.Operations)),
        CellSummary.Median(windows.Select(w => (double)w.ServerCpuNs / w.Load.ElapsedNs)),
        ElidedOf(windows))
    {
        CpuUsRange = CellSummary.Range(windows.Select(w => w.ServerCpuNs / 1e3 / w.Load.Operations)),
    };

    private static double? ElidedOf(IReadOnlyList<EchoResult> windows)
    {
        long elided = windows.Sum(w => w.Counters.GetValueOrDefault("copies_elided")), done = windows.Sum(w => w.Counters.GetValueOrDefault("copies_done"));
        return elided + done == 0 ? null : (double)elided / (elided + done);
    }
}
