using System.Globalization;
using Pkv.Bench.Cli;
using Pkv.Bench.Native;
using Pkv.Bench.Runs;
using Pkv.Bench.Tracking;

namespace Pkv.Bench.Faults;

/// <summary>
/// Measures every way to answer a page fault, the pieces, and the trackers, once in each round, so that a slow minute of the
/// machine falls on all alike. Single-threaded; the calling thread measures the pieces and is pinned.
/// </summary>
/// <param name="options">What to measure.</param>
/// <param name="program">The program that faults; null where it cannot be compiled.</param>
/// <param name="progress">Is told each round.</param>
internal sealed class FaultsComparison(FaultsOptions options, FaultProgram? program, IRunProgress progress)
{
    private const int PieceTimes = 32, TrackingTimes = 20_000;
    private const long WarmedBytes = 256 << 20;

    private readonly FaultsRun _run = new();

    public FaultsRun Run()
    {
        int[] cores = CorePinning.AllowedCores();
        IReadOnlyList<FaultWay> ways = FaultWay.All(cores.Length);
        if (cores.Length == 1) _run.Obstacles.Add("There is one core: no handler thread on another.");
        using Userfaultfd? userfaultfd = Userfaultfd.TryOpen(out string? obstacle);
        if (obstacle != null) _run.Obstacles.Add($"{obstacle}. What needs it is missing.");
        if (userfaultfd is { CanMove: false }) _run.Obstacles.Add("The kernel has no `UFFDIO_MOVE` (it came with Linux 6.8).");
        if (program != null && userfaultfd != null) _run.Facts = program.Facts();
        using MemoryPieces pieces = new(userfaultfd, options.IsSmoke ? 2 : PieceTimes);
        List<TrackingColumn> trackers = [.. options.Ranges.SelectMany(Trackers)];
        try
        {
            MeasureRounds(ways, pieces, trackers);
        }
        finally
        {
            foreach (TrackingColumn column in trackers) column.Tracker.Dispose();
        }
        return _run;
    }

    private void MeasureRounds(IReadOnlyList<FaultWay> ways, MemoryPieces pieces, IReadOnlyList<TrackingColumn> trackers)
    {
        for (int round = 0; round < options.Rounds; round++)
        {
            MemoryWarmer.Warm(WarmedBytes);
            // The program's threads, which inherit it, choose among all.
            CorePinning.PinThisThread(CorePinning.AllowedCores());
            for (int i = 0; i < ways.Count; i++) MeasureFaults(ways[(i + round) % ways.Count]);
            CorePinning.PinThisThread(CorePinning.AllowedCores()[^1]);
            MeasurePieces(pieces);
            foreach (TrackingColumn column in trackers)
                _run.Tracking.AddRange(column.Comparison.Measure().Select(m => new FigureResult(m.Question, column.Name, m.Nanoseconds)));
            progress.Step(string.Create(CultureInfo.InvariantCulture, $"round {round + 1} of {options.Rounds}"));
        }
    }

    private void MeasureFaults(FaultWay way)
    {
        foreach (int pages in options.Pages)
            if (program?.Measure(way, pages, options.TimesFor(pages)) is { } result) _run.Faults.Add(result);
    }

    private void MeasurePieces(MemoryPieces pieces)
    {
        foreach (int pages in options.Pages)
            foreach (bool inCache in (bool[])[true, false])
                _run.Yardsticks.Add(new FigureResult(FaultsReport.Yardstick(inCache), FaultsReport.Column(pages), pieces.MeasureCopy(pages * FaultsOptions.PageBytes, inCache)));
        foreach (int bytes in options.Sizes)
            _run.Pieces.AddRange(pieces.Measure(bytes).Select(m => new FigureResult(m.Title, FaultsReport.Column(bytes), m.Nanoseconds)));
    }

    private IEnumerable<TrackingColumn> Trackers(int ranges)
    {
        foreach (IRangeTracker tracker in (IRangeTracker[])[new FlatPageTable(), new SortedRanges(), new RangeTree()])
            yield return new TrackingColumn(tracker, FaultsReport.Column(tracker.Title, ranges), new TrackingComparison(tracker, ranges, options.IsSmoke ? 1000 : TrackingTimes));
    }

    private sealed record TrackingColumn(IRangeTracker Tracker, string Name, TrackingComparison Comparison);
}
