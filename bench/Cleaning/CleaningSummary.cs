using Pkv.Bench.Runs;

namespace Pkv.Bench.Cleaning;

/// <summary>One fill over all rounds; each figure's median is taken by itself.</summary>
/// <param name="FillPercent">Live share of the pool, or null for the reference.</param>
/// <param name="PoolFill">The server's own figure.</param>
/// <param name="Throughput">Overwrites per second, closed loop.</param>
/// <param name="Relative">The same over the reference's of the same round: 1 means that cleaning cost nothing.</param>
/// <param name="RelativeByCpu">The same by CPU per overwrite: what the ratio would be with nobody else on the machine.</param>
/// <param name="CpuUs">Server CPU per overwrite in microseconds.</param>
/// <param name="CoreShare">Share of its core that the server used.</param>
/// <param name="CleanerShare">Share of the window that its I/O thread spent cleaning.</param>
/// <param name="WriteAmplification">Bytes committed for each byte that the client had committed.</param>
/// <param name="P50Us">Latency at half of the peak, microseconds.</param>
/// <param name="P99Us">See <paramref name="P50Us"/>.</param>
/// <param name="P999Us">See <paramref name="P50Us"/>.</param>
/// <param name="P999UsWorst">Of the worst round.</param>
/// <param name="MaxUs">The longest of all rounds.</param>
/// <param name="StolenMs">What the hypervisor kept from both cores in the latency windows of all rounds.</param>
internal sealed record CleaningSummary(
    int? FillPercent, double PoolFill, double Throughput, double Relative, double RelativeByCpu, double CpuUs, double CoreShare, double CleanerShare,
    double WriteAmplification, double P50Us, double P99Us, double P999Us, double P999UsWorst, double MaxUs, double StolenMs)
{
    /// <summary><see cref="Relative"/> with its range over the rounds.</summary>
    public PlotValue RelativeRange { get; private init; }

    /// <summary><see cref="WriteAmplification"/> with its range over the rounds.</summary>
    public PlotValue WriteAmplificationRange { get; private init; }

    /// <summary>The reference first, then fills in order. Every round must hold the reference.</summary>
    public static IReadOnlyList<CleaningSummary> Of(IReadOnlyList<CleaningResult> results)
    {
        Dictionary<int, CleaningResult> uncleaned = results.Where(r => r.FillPercent == null).ToDictionary(r => r.Round);
        return [.. results.GroupBy(r => r.FillPercent ?? 0).OrderBy(g => g.Key).Select(g => OfFill([.. g], uncleaned))];
    }

    private static CleaningSummary OfFill(CleaningResult[] rounds, Dictionary<int, CleaningResult> uncleaned)
    {
        double Median(Func<CleaningResult, double> figure) => CellSummary.Median(rounds.Select(figure));
        return new CleaningSummary(
            rounds[0].FillPercent, Median(r => r.PoolFill), Median(r => r.Peak.Throughput), Median(r => r.Peak.Throughput / uncleaned[r.Round].Peak.Throughput),
            Median(r => uncleaned[r.Round].CpuUs / r.CpuUs), Median(r => r.CpuUs), Median(r => (double)r.ServerCpuNs / r.Peak.ElapsedNs), Median(r => r.CleanerShare),
            Median(r => r.Cleaner.WriteAmplification), Median(r => r.HalfLoad.P50Ns / 1e3), Median(r => r.HalfLoad.P99Ns / 1e3),
            Median(r => r.HalfLoad.P999Ns / 1e3), rounds.Max(r => r.HalfLoad.P999Ns / 1e3), rounds.Max(r => r.HalfLoad.MaxNs / 1e3), rounds.Sum(r => r.StolenMs))
        {
            RelativeRange = CellSummary.Range(rounds.Select(r => r.Peak.Throughput / uncleaned[r.Round].Peak.Throughput)),
            WriteAmplificationRange = CellSummary.Range(rounds.Select(r => r.Cleaner.WriteAmplification)),
        };
    }
}
