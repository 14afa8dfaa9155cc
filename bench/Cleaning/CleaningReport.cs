using System.Globalization;
using System.Text;
using Pkv.Bench.Report;
using Pkv.Bench.Runs;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Cleaning;

/// <summary>What cleaning costs over fill, as a section of docs/benchmarks.md with its plot.</summary>
/// <param name="options">How it was run.</param>
/// <param name="spec">The server.</param>
/// <param name="results">What was measured.</param>
/// <param name="disturbance">What others took of the machine meanwhile.</param>
internal sealed class CleaningReport(CleaningOptions options, ServerSpec spec, IReadOnlyList<CleaningResult> results, Disturbance disturbance = default)
{
    /// <summary>The section's name between its marks.</summary>
    public const string SectionName = "cleaning";

    /// <summary>The plot's file beside the report.</summary>
    public const string PlotPath = "plots/cleaning.svg";

    private const double P999UsMost = 5000;

    // Fill in per cent, and the share of the uncleaned throughput that must be left there.
    private static readonly (int Fill, double Share)[] ThroughputBars = [(80, 0.5), (90, 0.25)];

    private readonly IReadOnlyList<CleaningSummary> _rows = CleaningSummary.Of(results);

    /// <summary>Replaces the section in a Markdown file and the plot beside it.</summary>
    public void Write(string path)
    {
        string plot = Path.Combine(Path.GetDirectoryName(path)!, PlotPath);
        Directory.CreateDirectory(Path.GetDirectoryName(plot)!);
        File.WriteAllText(plot, Plot());
        MarkedSection.Write(path, ComparisonReport.Opening, SectionName, Markdown(withPlot: true));
    }

    public string Markdown(bool withPlot)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"## Cleaning: overwrites in a pool that is nearly full\n\n{Method()}\n");
        if (withPlot) text.Append(CultureInfo.InvariantCulture, $"![throughput and write amplification over fill]({PlotPath})\n\n");
        text.Append("| live | pool_fill | ops/s | of uncleaned | (by CPU) | CPU µs/op | core | cleaning | write amplification | (oldest first) | at half load: p50 µs | p99 µs | p99.9 µs | (worst round) | max µs | stolen ms |\n");
        text.Append("|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (CleaningSummary row in _rows) text.Append(Row(row));
        return text.Append('\n').Append(Bars()).ToString();
    }

    private string Method() => string.Create(CultureInfo.InvariantCulture, $"""
        {MachineDescription.LineOfRun()}. {DateTime.UtcNow:yyyy-MM-dd}. `bench -- cleaning --fills {string.Join(',', options.Fills)} --rounds {options.Rounds} --seconds {Units.Text(options.Window.TotalSeconds, 1)} --latency-seconds {Units.Text(options.LatencyWindow.TotalSeconds, 1)}`.
        Medians of {options.Rounds} rounds, in each of them every fill and the reference once, each with its own server, in rotated order;
        server on one core, client on another. {spec.Name} ({spec.Version()}): {spec.FlagsInReport}.

        - **Fill**: so many keys that their records (key, value of {Units.Bytes(options.ValueBytes)} and RESP framing) take that share of a pool of {Units.Bytes(options.PoolBytes)},
          headers and reserves counted as pool. `pool_fill` is the server's own figure, without the bytes before the key.
        - Keys are loaded once, then overwritten in uniformly random order until the pool has been written over at least twice
          and write amplification is stable, then for the measured window: {options.Connections} connections, pipeline {options.Pipeline}, closed loop.
        - **Uncleaned** ("–"): the same server and load with the keys of {CleaningComparison.ReferenceKeysPercent} % in a pool {options.ReferenceFactor} times larger, likewise faulted in at the
          start, measured before it is full: no segment is cleaned or freed in its windows (the run fails if one is).
          "of uncleaned" is the ratio within a round, median of rounds; "(by CPU)" is the same for server CPU per overwrite, which
          depends less on other load.
        - **Write amplification** over the same window: bytes committed, including the cleaner's, for each byte a client
          committed. "(oldest first)" is the theoretical value for cleaning segments in order of age. "cleaning" is the share of
          the window that the I/O thread spent on it.
        - **Latency**: an open loop at half of that server's measured peak. Batches of {options.Pipeline} are due at fixed times on whichever of
          {options.Connections} connections is free, and latency counts from then, not from when they could be sent: a stall is charged to all batches that
          were due during it. "stolen" is the time that the hypervisor took from the two cores in these windows (steal in
          /proc/stat, in ticks of 10 ms). A window with any is measured again, up to {CleaningComparison.LatencyWindowsMax} times, and the one with the least is kept; the
          reference is measured once, since there is no room for more.
        - After each window the number of keys is compared and values are read back and compared; a refused write fails the run.

        """);

    private static string Row(CleaningSummary row)
    {
        string live = row.FillPercent is { } fill ? $"{fill} %" : "–";
        string theory = row.FillPercent is { } f ? Units.Text(FillModel.OldestFirstAmplification(f / 100.0), 2) : "–";
        return $"| {live} | {Units.Text(row.PoolFill, 2)} | {Units.Count(row.Throughput)} | **{Units.Text(row.Relative, 2)}** | {Units.Text(row.RelativeByCpu, 2)} | {Units.Microseconds(row.CpuUs)} | {Units.Text(row.CoreShare * 100, 0)} % "
            + $"| {Units.Text(row.CleanerShare * 100, 0)} % | {Units.Text(row.WriteAmplification, 2)} | {theory} "
            + $"| {Units.Microseconds(row.P50Us)} | {Units.Microseconds(row.P99Us)} | {Units.Microseconds(row.P999Us)} | {Units.Microseconds(row.P999UsWorst)} | {Units.Microseconds(row.MaxUs)} | {Units.Text(row.StolenMs, 0)} |\n";
    }

    private string Bars()
    {
        StringBuilder text = new("| bar | measured | must be | holds |\n|---|--:|--:|---|\n");
        foreach ((int fill, double share) in ThroughputBars)
            if (_rows.FirstOrDefault(r => r.FillPercent == fill) is { } row)
                text.Append($"| throughput of uncleaned at {fill} % live | {Units.Text(row.Relative, 2)} | ≥ {Units.Text(share, 2)} | {Verdict(row.Relative >= share)} |\n");
        CleaningSummary worst = _rows.MaxBy(r => r.P999Us)!;
        string at = worst.FillPercent is { } f ? $"{f} % live" : "uncleaned";
        text.Append($"| p99.9 at half load, at its worst ({at}) | {Units.Text(worst.P999Us / 1000, 2)} ms | ≤ {Units.Text(P999UsMost / 1000, 0)} ms | {Verdict(worst.P999Us <= P999UsMost)} |\n");
        return text.ToString();
    }

    private string Verdict(bool holds) => disturbance.IsBusy ? Bar.Busy : holds ? "yes" : "**no**";

    /// <summary>Throughput and write amplification over fill.</summary>
    public string Plot()
    {
        CleaningSummary[] fills = [.. _rows.Where(r => r.FillPercent != null)];
        double[] ticks = [.. fills.Select(r => (double)r.FillPercent!.Value)];
        if (ticks.Length == 1) ticks = [ticks[0] - 1, .. ticks, ticks[0] + 1];
        LinePlot plot = new("Uniform overwrites of " + Units.Bytes(options.ValueBytes) + " values over the pool's fill", "live share of the pool, %", ticks);
        LinePlot.Curve Measured(Func<CleaningSummary, PlotValue> figure) => LinePlot.Curve.Of("Pkv, measured", SeriesColours.OfServer("pkv"), [.. fills.Select(r => ((double)r.FillPercent!.Value, figure(r)))]);
        (double, double)[] bars = [.. ThroughputBars.Where(b => b.Fill >= ticks[0] && b.Fill <= ticks[^1]).Select(b => ((double)b.Fill, b.Share))];
        LinePlot.Curve[] share = bars.Length == 0 ? [Measured(r => r.RelativeRange)] : [Measured(r => r.RelativeRange), new("must be reached", SeriesColours.Other(0), bars, false)];
        plot.AddPanel("throughput", "ratio, 1 = uncleaned", 1, share);
        (double, double)[] theory = [.. Enumerable.Range((int)ticks[0], (int)(ticks[^1] - ticks[0]) + 1).Select(f => ((double)f, FillModel.OldestFirstAmplification(f / 100.0)))];
        plot.AddPanel("write amplification", "bytes committed for each of a client", 1, Measured(r => r.WriteAmplificationRange), new("oldest first, theory", SeriesColours.Other(1), theory, false));
        return plot.Svg();
    }
}
