using System.Text.Json;
using System.Xml.Linq;
using Pkv.Ycsb.Engine;
using Pkv.Ycsb.Measuring;
using Pkv.Ycsb.Report;
using Spectre.Console;
using Xunit;

namespace Pkv.Tests.Ycsb;

/// <summary>What a run prints: the original's lines, JSON, status, drawings.</summary>
public sealed class ReportTests
{
    [Fact]
    public void The_text_is_YCSBs()
    {
        const string Expected = """
            [OVERALL], RunTime(ms), 2000
            [OVERALL], Throughput(ops/sec), 2.0
            [TOTAL_GCs], Count, 1
            [TOTAL_GC_TIME], Time(ms), 3
            [TOTAL_GC_TIME_%], Time(%), 0.15
            [CLIENT], CpuTime(us/op), 2.5
            [SERVER], CpuTime(us/op), 5.25
            [READ], Operations, 3
            [READ], AverageLatency(us), 2.5
            [READ], MinLatency(us), 1
            [READ], MaxLatency(us), 4
            [READ], 50thPercentileLatency(us), 2
            [READ], 95thPercentileLatency(us), 4
            [READ], 99.9PercentileLatency(us), 4
            [READ], Return=OK, 3
            [READ], Return=ERROR, 1
            [READ-FAILED], Operations, 1
            [READ-FAILED], AverageLatency(us), 9.0
            [READ-FAILED], MinLatency(us), 9
            [READ-FAILED], MaxLatency(us), 9
            [READ-FAILED], 50thPercentileLatency(us), 9
            [READ-FAILED], 95thPercentileLatency(us), 9
            [READ-FAILED], 99.9PercentileLatency(us), 9

            """;
        Assert.Equal(Expected, FigureWriter.Text(Figures(Result(MeasuredInterval.Operation))));
    }

    [Fact]
    public void Intended_latencies_stand_beside_the_others_or_in_their_place()
    {
        string both = FigureWriter.Text(Figures(Result(MeasuredInterval.Both)));
        Assert.Contains("[READ], MaxLatency(us), 4\n", both);
        Assert.Contains("[Intended-READ], MaxLatency(us), 104\n", both);
        Assert.Contains("[Intended-READ-FAILED], MaxLatency(us), 109\n", both);
        Assert.DoesNotContain("[Intended-READ], Return", both);
        string intended = FigureWriter.Text(Figures(Result(MeasuredInterval.Intended)));
        Assert.Contains("[READ], MaxLatency(us), 104\n", intended);
        Assert.Contains("[READ], Return=OK, 3\n", intended);
        Assert.DoesNotContain("Intended-", intended);
    }

    [Fact]
    public void Json_says_the_same()
    {
        IReadOnlyList<Figure> figures = Figures(Result(MeasuredInterval.Both));
        using JsonDocument json = JsonDocument.Parse(FigureWriter.ByName("site.ycsb.measurements.exporter.JSONArrayMeasurementsExporter")(figures));
        Assert.Equal(figures.Select(f => (f.Metric, f.Measurement, f.Value)), json.RootElement.EnumerateArray().Select(e =>
            (e.GetProperty("metric").GetString()!, e.GetProperty("measurement").GetString()!, e.GetProperty("value").GetDouble())));
        Assert.Throws<ArgumentException>(() => FigureWriter.ByName("site.ycsb.measurements.exporter.XmlExporter"));
    }

    [Theory]
    [InlineData(1, "1st")]
    [InlineData(2, "2nd")]
    [InlineData(3, "3rd")]
    [InlineData(11, "11th")]
    [InlineData(50, "50th")]
    [InlineData(99, "99th")]
    [InlineData(99.99, "99.99")]
    public void Ordinals(double percentile, string text) => Assert.Equal(text, RunFigures.Ordinal(percentile));

    [Theory]
    [InlineData(0.2, "1 second")]
    [InlineData(59, "59 seconds")]
    [InlineData(61, "1 minute")]
    [InlineData(7320, "2 hours 2 minutes")]
    [InlineData(90_061, "1 day 1 hour")]
    public void Time_that_is_left(double seconds, string text) => Assert.Equal(text, StatusLines.Remaining(seconds));

    [Fact]
    public void A_status_line_has_what_came_since_the_last()
    {
        Measurements loop = Measured(MeasuredInterval.Operation);
        RunProgress progress = new([loop], 10, Clock.NowNs());
        progress.Update();
        loop.Record(MetricName.Read, Outcome.Ok, 0, 0, 7_500);
        loop.CountOperation();
        progress.Update();
        string line = StatusLines.Line(progress, "label ", new DateTime(2026, 1, 2, 3, 4, 5, 6));
        Assert.StartsWith("label 2026-01-02 03:04:05:006 0 sec: 5 operations; ", line);
        Assert.Contains(" current ops/sec; est completion in ", line);
        Assert.EndsWith("[READ: Count=1, Max=7, Min=7, Avg=7.5, 50=7, 90=7, 99=7, 99.9=7, 99.99=7]", line);
    }

    [Fact]
    public void The_table_in_a_terminal_has_a_row_for_each_kind()
    {
        StringWriter output = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes });
        console.Profile.Width = 160;
        RunProgress progress = new([Measured(MeasuredInterval.Operation)], 10, Clock.NowNs());
        new LiveView(console, "nightly ").Run(show =>
        {
            progress.Update();
            show(progress);
        });
        Assert.Contains("READ", output.ToString());
        Assert.Contains("nightly", output.ToString());
        Assert.Contains("4 of 10 (40 %)", output.ToString());
    }

    [Fact]
    public void Drawings_are_well_formed_and_name_what_they_show()
    {
        RunResult result = Result(MeasuredInterval.Both);
        XElement latency = XElement.Parse(RunPlots.Latency("run & more", result)), throughput = XElement.Parse(RunPlots.Throughput("run", result));
        string[] texts = [.. latency.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value)];
        Assert.Superset(new HashSet<string> { "run & more", "READ", "intended READ", "0 %", "90 %" }, new HashSet<string>(texts));
        Assert.Equal(2, latency.Descendants().Count(e => e.Name.LocalName == "polyline"));
        Assert.Single(throughput.Descendants(), e => e.Name.LocalName == "polyline");
    }

    [Fact]
    public void Percentiles_are_numbers() => Assert.Throws<ArgumentException>(() => RunFigures.Percentiles("50,many"));

    private static IReadOnlyList<Figure> Figures(RunResult result) => RunFigures.Of(result, RunFigures.Percentiles("50,95,99.9"), isVerbose: false);

    private static RunResult Result(MeasuredInterval interval) => new(Measured(interval), TimeSpan.FromSeconds(2), TimeSpan.FromMicroseconds(10),
        TimeSpan.FromMicroseconds(21), 1, TimeSpan.FromMilliseconds(3), [(0.5, 1), (1, 2), (2, 4)]);

    private static Measurements Measured(MeasuredInterval interval)
    {
        Measurements measured = new([MetricName.Read, MetricName.Insert], interval);
        foreach (long latency in new[] { 1000, 2500, 4000 }) measured.Record(MetricName.Read, Outcome.Ok, 0, -100_000, latency);
        measured.Record(MetricName.Read, Outcome.Error, 0, -100_000, 9000);
        for (int i = 0; i < 4; i++) measured.CountOperation();
        return measured;
    }
}
