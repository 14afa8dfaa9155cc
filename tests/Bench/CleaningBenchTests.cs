using Pkv.Bench.Cleaning;
using Pkv.Bench.Client;
using Pkv.Bench.Native;
using Pkv.Bench.Report;
using Pkv.Bench.Servers;
using Pkv.Figures;
using Xunit;

namespace Pkv.Tests.Bench;

/// <summary>The cleaning verb's arithmetic, report and plot.</summary>
public sealed class CleaningBenchTests
{
    private const int Second = 1_000_000_000;

    [Fact]
    public void So_many_records_make_the_fill()
    {
        using RequestShape shape = new(1024);
        int keys = FillModel.KeysAt(1L << 30, 80, shape.SetBytes);
        long most = (1L << 30) * 80 / 100;
        Assert.InRange((long)keys * shape.SetBytes, most - shape.SetBytes, most);
    }

    // (u - 1) / ln u at u = 1/2 and u = 1/10.
    [Theory]
    [InlineData(0.5 / 0.6931471805599453, 2)]
    [InlineData(0.9 / 2.302585092994046, 1 / 0.9)]
    public void Theory_gives_back_the_live_share_that_a_fill_was_made_from(double fill, double amplification) =>
        Assert.Equal(amplification, FillModel.OldestFirstAmplification(fill), 9);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Theory_knows_no_empty_and_no_full_pool(double fill) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => FillModel.OldestFirstAmplification(fill));

    [Fact]
    public void Write_amplification_is_that_of_the_window_alone()
    {
        CleanerCounters before = CleanerCounters.Parse(Info(committed: 1_000_000, moved: 0));
        CleanerCounters window = CleanerCounters.Parse(Info(committed: 1_003_000, moved: 2_000)).Since(before);
        Assert.Equal(3, window.WriteAmplification, 9);
        Assert.Equal(1, before.Since(before).WriteAmplification, 9);
        Assert.Throws<InvalidDataException>(() => CleanerCounters.Parse("log_bytes_committed:1\r\n"));
    }

    [Fact]
    public void A_fill_is_compared_with_the_reference_of_its_own_round()
    {
        // The machine was half as fast in the second round: the ratio does not see it.
        IReadOnlyList<CleaningSummary> rows = CleaningSummary.Of(
        [
            Result(0, null, 1000), Result(0, 80, 600, p999Us: 900), Result(1, 80, 300, p999Us: 2000), Result(1, null, 500), Result(2, null, 1000), Result(2, 80, 700, p999Us: 1000),
        ]);
        Assert.Equal([null, 80], rows.Select(r => r.FillPercent));
        Assert.Equal(0.6, rows[1].Relative, 9);
        Assert.Equal(1, rows[0].Relative, 9);
        Assert.Equal(0.6, rows[1].RelativeByCpu, 9);
        Assert.Equal((1000, 2000), (rows[1].P999Us, rows[1].P999UsWorst));
    }

    [Theory]
    [InlineData(510, 4900, "| 0.51 | ≥ 0.50 | yes |", "(80 % live) | 4.90 ms | ≤ 5 ms | yes |")]
    [InlineData(490, 5100, "| 0.49 | ≥ 0.50 | **no** |", "(80 % live) | 5.10 ms | ≤ 5 ms | **no** |")]
    public void The_report_holds_the_figures_against_the_bars(long operations, long p999Us, string throughput, string latency)
    {
        CleaningReport report = Report(Result(0, null, 1000), Result(0, 50, 900), Result(0, 80, operations, p999Us), Result(0, 90, 300));
        string text = report.Markdown(withPlot: true);
        Assert.Contains("| throughput of uncleaned at 80 % live " + throughput, text);
        Assert.Contains("| throughput of uncleaned at 90 % live | 0.30 | ≥ 0.25 | yes |", text);
        Assert.Contains(latency, text);
        Assert.Contains($"]({CleaningReport.PlotPath})", text);
        Assert.Equal(4, System.Xml.Linq.XDocument.Parse(report.Plot()).Descendants().Count(e => e.Name.LocalName == "polyline"));
    }

    [Fact]
    public void One_fill_alone_can_be_drawn() =>
        Assert.NotNull(System.Xml.Linq.XDocument.Parse(Report(Result(0, null, 1000), Result(0, 60, 900)).Plot()).Root);

    [Fact]
    public void Points_of_a_line_plot_are_in_proportion()
    {
        LinePlot plot = new("a < b & c", "x", [0, 50, 100]);
        plot.AddPanel("y", "unit", 1, new LinePlot.Curve("measured", SeriesColours.Other(0), [(0, 1), (50, 0.5), (100, 0)], IsMeasured: true));
        double[][] circles = [.. System.Xml.Linq.XDocument.Parse(plot.Svg()).Descendants().Where(e => e.Name.LocalName == "circle")
            .Select(e => new[] { (double)e.Attribute("cx")!, (double)e.Attribute("cy")! })];
        Assert.Equal(3, circles.Length);
        Assert.Equal(circles[1][0] - circles[0][0], circles[2][0] - circles[1][0], 1);
        Assert.Equal(circles[1][1] - circles[0][1], circles[2][1] - circles[1][1], 1);
        Assert.True(circles[2][1] > circles[0][1]);
    }

    [Theory]
    [InlineData("--fills", "98")]
    [InlineData("--fills", "80,80")]
    [InlineData("--pool-size", "1m")]
    [InlineData("--reference", "1")]
    [InlineData("--rounds", "0")]
    [InlineData("--nonsense", "1")]
    public void Wrong_options_are_refused(params string[] arguments) =>
        Assert.Throws<ArgumentException>(() => CleaningCommand.Parse(arguments));

    [Fact]
    public void Options_are_read()
    {
        CleaningOptions options = CleaningCommand.Parse(["--fills", "90,80", "--seconds", "0.5", "--pool-size", "512m", "--out", "none"]);
        Assert.Equal([80, 90], options.Fills);
        Assert.Equal(512L << 20, options.PoolBytes);
        Assert.Equal(0.5, options.Window.TotalSeconds, 9);
        Assert.Null(options.OutputPath);
    }

    private static string Info(long committed, long moved) =>
        $"# Persistence\r\nlog_bytes_committed:{committed}\r\ncleaner_bytes_moved:{moved}\r\ncleaner_segments:1\r\npool_segments_freed:1\r\ncleaner_stalls:0\r\ncleaner_busy_us:5\r\n";

    private static CleaningReport Report(params CleaningResult[] results) =>
        new(new CleaningOptions { Fills = [.. results.Select(r => r.FillPercent).OfType<int>()], Rounds = 1 }, new ServerSpec("pkv", "Pkv", null, _ => [], "--flags", () => "1"), results);

    private static CleaningResult Result(int round, int? fill, long operations, long p999Us = 100) => new(
        round, fill, (fill ?? 20) / 100.0, new LoadResult(operations, Second, 1, 2, 3), Second / 2, new CleanerCounters(2000, 1000, 1, 1, 0, 1000),
        new LoadResult(operations / 2, Second, 50_000, 80_000, p999Us * 1000) { MaxNs = p999Us * 2000 }, 10);
}
