using System.Diagnostics;
using Pkv.Bench.Cli;
using Pkv.Bench.Client;
using Pkv.Bench.Native;
using Pkv.Bench.Report;
using Pkv.Bench.Runs;
using Xunit;

namespace Pkv.Tests.Bench;

/// <summary>Whether a machine is busy with other work while something is measured, and what becomes of the verdicts then.</summary>
public sealed class DisturbanceTests
{
    [Fact]
    public void Times_are_those_of_the_cores_asked_for()
    {
        const string stat = "cpu  9 9 9 9 9 9 9 700 0 0\ncpu0 1 2 4 50 60 70 80 3 0 0\ncpu1 10 20 40 0 0 0 0 5 0 0\ncpu10 100 0 0 0 0 0 0 9 0 0\nintr 1 2 3\n";
        Assert.Equal(new CoreTimes(770, 80), CoreTimes.Parse(stat, 0, 1));
        Assert.Equal(new CoreTimes(1000, 90), CoreTimes.Parse(stat, 10));
        Assert.Equal(default, CoreTimes.Parse("cpu0 1 0 0 0\n", 0));
    }

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(100, 0, false)]
    [InlineData(101, 0, true)]
    [InlineData(0, 101, true)]
    [InlineData(60, 50, true)]
    public void More_than_a_twentieth_of_the_cores_is_busy(double othersMs, double stolenMs, bool isBusy) =>
        Assert.Equal(isBusy, new Disturbance(othersMs, stolenMs, 2000).IsBusy);

    [Fact]
    public void What_was_not_measured_is_not_busy() => Assert.False(default(Disturbance).IsBusy);

    [Fact]
    public void Work_counts_as_that_of_others_unless_it_is_said_to_be_our_own()
    {
        int[] cores = CorePinning.AllowedCores();
        DisturbanceWatch[] watches = [new(cores), new(cores)];
        long before = CpuClock.OfThisProcess();
        Stopwatch clock = Stopwatch.StartNew();
        while (CpuClock.OfThisProcess() - before < 300_000_000)
            Thread.SpinWait(1000);
        double ownMs = (CpuClock.OfThisProcess() - before) / 1e6;
        Disturbance foreign = watches[0].End(ownMs: 0), own = watches[1].End(ownMs);
        // Of at least 300 ms all but the readings' ticks.
        Assert.True(foreign.OthersMs > 200, foreign.ToString());
        Assert.True(own.OthersMs < foreign.OthersMs - 200, own.ToString());
        Assert.True(foreign.CoreMs >= clock.ElapsedMilliseconds * cores.Length * 0.9, foreign.ToString());
    }

    [Fact]
    public void Ended_children_count_as_own_work()
    {
        long before = CpuClock.OfThisProcessAndEndedChildren(), here = CpuClock.OfThisProcess();
        using (Process child = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"]))!)
            child.WaitForExit();
        long all = CpuClock.OfThisProcessAndEndedChildren() - before, own = CpuClock.OfThisProcess() - here;
        Assert.True(all > own + 20_000_000, $"{all} ns, {own} of them here");
    }

    [Fact]
    public void A_bar_of_a_busy_window_has_no_verdict()
    {
        Bar kept = new("measure", "set", 64, 1, 1.0, 2.0, IsUpper: true), missed = kept with { Measured = 3 };
        Assert.EndsWith("| yes", kept.Cells);
        Assert.EndsWith("| **no**", missed.Cells);
        Assert.EndsWith($"| {Bar.Busy}", (kept with { IsBusy = true }).Cells);
        Assert.EndsWith($"| {Bar.Busy}", (missed with { IsBusy = true }).Cells);
        Assert.EndsWith("| not measured", (kept with { Measured = null, IsBusy = true }).Cells);
    }

    [Fact]
    public void A_comparison_marks_the_rows_and_bars_that_others_disturbed()
    {
        BenchOptions options = new() { Verbs = [Verb.Set], Sizes = [4096, 65536], Pipelines = [1], Rounds = 2 };
        RunResult[] results =
        [
            Result(4096, "pkv", 1), Result(4096, "limit", 1), Result(65536, "pkv", 1), Result(65536, "limit", 1),
            Result(4096, "pkv", 1), Result(4096, "limit", 400), Result(65536, "pkv", 1), Result(65536, "limit", 1),
        ];
        CellTable table = new(results);
        Assert.True(table.IsBusy("set", 4096, 1));
        Assert.False(table.IsBusy("set", 65536, 1));
        Assert.False(table.IsBusy("get", 4096, 1));
        string[] rows = [.. Bars.Markdown(Bars.Of(table, Verb.Set, options.Sizes, options.Pipelines)).Split('\n').Where(row => !row.Contains("not measured", StringComparison.Ordinal))];
        Assert.All(rows.Where(row => row.Contains("| 4 KiB |", StringComparison.Ordinal)), row => Assert.Contains(Bar.Busy, row));
        Assert.All(rows.Where(row => row.Contains("| 64 KiB |", StringComparison.Ordinal)), row => Assert.DoesNotContain(Bar.Busy, row));
        Assert.Equal(2, rows.Count(row => row.Contains(Bar.Busy, StringComparison.Ordinal)));
    }

    [Fact]
    public void Nothing_is_written_unless_it_is_asked_for()
    {
        foreach (string verb in new[] { "set", "get", "mixed", "all", "types" })
            Assert.Null(BenchOptionsParser.Parse(verb, []).OutputPath);
        Assert.Null(BenchOptionsParser.Parse("set", ["--out", "none"]).OutputPath);
        Assert.Equal(Path.GetFullPath("here.md"), BenchOptionsParser.Parse("set", ["--out", "here.md"]).OutputPath);
        Assert.Null(Pkv.Bench.Cleaning.CleaningCommand.Parse([]).OutputPath);
        Assert.Null(Pkv.Bench.Memory.MemoryCommand.Parse([]).OutputPath);
        Assert.Null(Pkv.Bench.Paper.PaperCommand.Parse([]).OutputPath);
    }

    private static RunResult Result(int size, string server, double othersMs) =>
        new(new CellKey("set", size, 1, server), new LoadResult(10_000, 1_000_000_000, 1, 1, 1), 1_000_000, null) { Disturbance = new Disturbance(othersMs, 0, 2000) };
}
