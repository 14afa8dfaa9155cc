using Pkv.Bench.Cli;
using Pkv.Bench.Client;
using Pkv.Bench.Report;
using Pkv.Bench.Runs;
using Pkv.Bench.Servers;
using Xunit;

namespace Pkv.Tests.Bench;

public sealed class BenchReportTests
{
    [Fact]
    public void A_section_is_appended_once_and_then_replaced_alone()
    {
        string document = MarkedSection.Replace("# Title\n", "set", "first");
        document = MarkedSection.Replace(document, "get", "other");
        document = MarkedSection.Replace(document, "set", "second");
        Assert.Equal("# Title\n\n<!-- begin:set -->\nsecond\n<!-- end:set -->\n\n<!-- begin:get -->\nother\n<!-- end:get -->\n", document);
    }

    [Theory]
    [InlineData("64", 64)]
    [InlineData("4k", 4096)]
    [InlineData("4KB", 4096)]
    [InlineData("1gb", 1L << 30)]
    [InlineData("2m", 2L << 20)]
    public void Sizes_have_units(string text, long bytes) => Assert.Equal(bytes, OptionReader.Bytes(text));

    [Theory]
    [InlineData("--nonsense", "1")]
    [InlineData("--sizes", "x")]
    [InlineData("--sizes", "8")]
    [InlineData("--pipelines", "0")]
    [InlineData("--client-wait", "maybe")]
    [InlineData("stray")]
    [InlineData("--rounds")]
    [InlineData("--keys", "99g")]
    [InlineData("--sizes", "64,4g")]
    [InlineData("--volume", "9999999999g")]
    [InlineData("--seconds", "1e300")]
    [InlineData("--seconds", "Infinity")]
    [InlineData("--seconds", "0")]
    public void Wrong_options_are_refused(params string[] arguments) =>
        Assert.Throws<ArgumentException>(() => BenchOptionsParser.Parse("set", arguments));

    [Fact]
    public void Options_are_read()
    {
        BenchOptions options = BenchOptionsParser.Parse("all", ["--sizes", "64,4k", "--rounds", "2", "--out", "none", "--servers", "pkv,limit"]);
        Assert.Equal([64, 4096], options.Sizes);
        Assert.Equal(["pkv", "limit"], options.Servers);
        Assert.Equal(3, options.Verbs.Count);
        Assert.Null(options.OutputPath);
    }

    [Fact]
    public void Receive_counters_are_read_from_info_and_may_be_absent()
    {
        ReceiveCounters? counters = ReceiveCounters.Parse("# Persistence\r\norp_bytes_received:1000\r\norp_bytes_moved:30\r\norp_bytes_rewound:2\r\n");
        Assert.Equal(new ReceiveCounters(10, 1, 0), counters!.PerOperation(new ReceiveCounters(900, 20, 2), 10));
        Assert.Null(ReceiveCounters.Parse("# Server\r\nredis_version:7.0.15\r\n"));
    }

    [Fact]
    public void Medians_ratios_and_bars_follow_from_the_windows()
    {
        CellTable table = new(
        [
            Run("pkv", cpuNs: 300), Run("pkv", cpuNs: 100), Run("pkv", cpuNs: 200),
            Run("limit", cpuNs: 100), Run("redis-aof", cpuNs: 1000),
        ]);
        Assert.Equal(0.2, table.At("set", 64, 32, "pkv")!.CpuUs, 6);
        Assert.Equal(2.0, table.CpuRatio("set", 64, 32, "pkv", "limit")!.Value, 6);
        Assert.Null(table.CpuRatio("set", 64, 32, "pkv", "garnet"));
        Bar[] bars = [.. Bars.Of(table, Verb.Set, [64], [32])];
        Assert.Equal(3, bars.Length);
        Assert.All(bars, bar => Assert.True(bar.Holds));
        Assert.Contains("| yes |", Bars.Markdown(bars));
    }

    private static RunResult Run(string server, long cpuNs) =>
        new(new CellKey("set", 64, 32, server), new LoadResult(1000, 1_000_000, 1, 2, 3), cpuNs * 1000, null);
}
