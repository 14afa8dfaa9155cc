using Pkv.Bench.Cli;
using Pkv.Bench.Client;
using Pkv.Bench.Report;
using Pkv.Bench.Runs;
using Pkv.Bench.Servers;
using Pkv.Bench.Types;
using Xunit;

namespace Pkv.Tests.Bench;

/// <summary>The section of the verb types.</summary>
public sealed class TypesReportTests
{
    [Theory]
    [InlineData("hgetall", 1, 500, true)]
    [InlineData("hgetall", 32, 510, false)]
    [InlineData("zadd", 32, 600, true)]
    [InlineData("zadd", 32, 610, false)]
    [InlineData("zadd", 1, 1000, true)]
    [InlineData("zadd", 1, 1010, false)]
    public void A_bar_is_the_ratio_to_redis_with_aof(string shape, int pipeline, long pkvCpuNs, bool holds)
    {
        TypesReport report = Report([shape], pipeline, [Run(shape, pipeline, "redis-aof", 1000), Run(shape, pipeline, "pkv", pkvCpuNs)]);
        (_, Bar bar) = Assert.Single(report.Bars());
        Assert.Equal(pkvCpuNs / 1000.0, bar.Measured!.Value, 6);
        Assert.Equal(holds, bar.Holds);
    }

    [Fact]
    public void A_server_that_lacks_a_shape_has_no_row()
    {
        TypesReport report = Report(["sadd", "zadd"], 32, [Run("sadd", 32, "redis-aof", 1000), Run("zadd", 32, "redis-aof", 1000), Run("sadd", 32, "pkv", 300)]);
        string text = report.Markdown();
        Assert.Contains("| SADD of new members | pkv | 1.00M | 0.001 | 0.002 | **0.300** | 0.300–0.300 | 30 % | 0.30× | – | 1.00× |", text);
        Assert.DoesNotContain("| ZADD of new scores | pkv", text);
        Assert.Contains("| CPU per op / Redis AOF always | ZADD of new scores | 32 | – | ≤ 0.60 | not measured |", text);
    }

    [Fact]
    public void Options_are_those_of_the_other_verbs_but_for_what_has_no_meaning()
    {
        BenchOptions options = BenchOptionsParser.Parse("types", ["--shapes", "zadd,hget", "--keys", "5000", "--out", "none"]);
        Assert.Equal(["zadd", "hget"], options.Shapes);
        Assert.Equal(5000, options.KeysMax);
        Assert.Contains("pkv", options.Servers);
        Assert.Throws<ArgumentException>(() => BenchOptionsParser.Parse("types", ["--sizes", "64"]));
        Assert.Throws<ArgumentException>(() => BenchOptionsParser.Parse("types", ["--shapes", "none"]));
        Assert.Throws<ArgumentException>(() => BenchOptionsParser.Parse("types", ["--keys", "999"]));
        Assert.Throws<ArgumentException>(() => BenchOptionsParser.Parse("set", ["--shapes", "hget"]));
    }

    private static TypesReport Report(string[] shapes, int pipeline, RunResult[] results)
    {
        BenchOptions options = new() { Verbs = [], Shapes = shapes, Pipelines = [pipeline] };
        ServerCatalog catalog = new(null, ServerCatalog.LimitReceiveBytesDefault);
        return new TypesReport(options, [catalog.ByName("redis-aof"), catalog.ByName("pkv")], results);
    }

    private static RunResult Run(string shape, int pipeline, string server, long cpuNs) => new(
        new CellKey(shape, TypedShapes.ValueBytes, pipeline, server), new LoadResult(1000, 1_000_000, 1, 2, 3), cpuNs * 1000, null);
}
