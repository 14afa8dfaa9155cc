using Pkv.Bench.Client;
using Pkv.Bench.Report;
using Pkv.Bench.Runs;
using Pkv.Bench.Scripts;
using Pkv.Bench.Servers;
using Pkv.Bench.Types;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Bench;

/// <summary>The verb scripts: its requests on a server, its options, its section of the report.</summary>
public sealed class ScriptsBenchTests(PkvServer server) : IClassFixture<PkvServer>
{
    private const int Keys = 200;
    private const int Connections = 2;
    private const int Pipeline = 8;

    public static TheoryData<string> Shapes => [.. ScriptShapes.All.Select(s => s.Traffic.Name)];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_server_answers_a_shape_as_it_must(string name)
    {
        ScriptShape shape = Assert.Single(ScriptShapes.ByName([name]));
        using (AdminConnection admin = new(server.Port))
        {
            Assert.Equal("OK", admin.Call("FLUSHALL"));
            foreach (string source in shape.Sources) Assert.Equal(ScriptShape.DigestOf(source), admin.Call("SCRIPT", "LOAD", source));
        }
        Assert.Equal(Keys, Drive([shape.Traffic.Data.Fill], Draw.Fill, Keys));
        // Through all keys more than once.
        Assert.Equal(5 * Keys, Drive(shape.Traffic.Cycle, shape.Traffic.Draw, 5 * Keys));
    }

    [Fact]
    public void A_server_that_lacks_a_script_is_noticed()
    {
        ScriptShape shape = Assert.Single(ScriptShapes.ByName(["loop"]));
        using (AdminConnection admin = new(server.Port)) Assert.Equal("OK", admin.Call("SCRIPT", "FLUSH"));
        BadReplyException wrong = Assert.Throws<BadReplyException>(() => Drive(shape.Traffic.Cycle, shape.Traffic.Draw, 1));
        Assert.Contains("NOSCRIPT", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("get", 600, true)]
    [InlineData("get", 610, false)]
    [InlineData("loop", 1000, true)]
    [InlineData("loop", 1010, false)]
    public void A_bar_is_the_ratio_to_redis_with_aof(string shape, long pkvCpuNs, bool holds)
    {
        ScriptsReport report = Report([shape], [Run(shape, "redis-aof", 1000), Run(shape, "pkv", pkvCpuNs)]);
        (_, Bar bar) = Assert.Single(report.Bars());
        Assert.Equal(pkvCpuNs / 1000.0, bar.Measured!.Value, 6);
        Assert.Equal(holds, bar.Holds);
    }

    [Fact]
    public void A_busy_machine_is_marked()
    {
        RunResult disturbed = Run("get", "redis-aof", 1000) with { Disturbance = new Disturbance(100, 0, 1000) };
        string text = Report(["get"], [disturbed, Run("get", "pkv", 500)]).Markdown();
        Assert.Contains("| a | GET, 100 B, and return | redis-aof *unusable: busy* |", text, StringComparison.Ordinal);
        Assert.Contains("| a: GET, 100 B, and return | 0.50 | ≤ 0.60 | *unusable: busy* |", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_are_read()
    {
        ScriptsOptions options = ScriptsCommand.Parse(["--shapes", "loop,get", "--keys", "5000", "--rounds", "2", "--out", "none"]);
        Assert.Equal(["loop", "get"], options.Shapes);
        Assert.Equal((5000, 2), (options.Keys, options.Rounds));
        Assert.Throws<ArgumentException>(() => ScriptsCommand.Parse(["--shapes", "none"]));
        Assert.Throws<ArgumentException>(() => ScriptsCommand.Parse(["--keys", "999"]));
        Assert.Throws<ArgumentException>(() => ScriptsCommand.Parse(["--pipelines", "1,32"]));
    }

    private long Drive(Exchange[] cycle, Draw draw, int operations)
    {
        using LoadClient client = new(server.Port, TypedTraffic.ForAll(cycle, draw, Keys, Pipeline, Connections), Pipeline, new KeyPicker(Keys, sequential: true, 1), spins: false);
        return client.Run(operations, TimeSpan.FromSeconds(60)).Operations;
    }

    private static ScriptsReport Report(string[] shapes, RunResult[] results)
    {
        ServerCatalog catalog = new(null, ServerCatalog.LimitReceiveBytesDefault);
        return new ScriptsReport(new ScriptsOptions { Shapes = shapes }, [catalog.ByName("redis-aof"), catalog.ByName("pkv")], results);
    }

    private static RunResult Run(string shape, string server, long cpuNs) => new(
        new CellKey(shape, TypedShapes.ValueBytes, 32, server), new LoadResult(1000, 1_000_000, 1, 2, 3), cpuNs * 1000, null);
}
