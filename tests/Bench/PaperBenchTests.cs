using System.Text;
using System.Xml.Linq;
using Pkv.Bench.Client;
using Pkv.Bench.LimitServer;
using Pkv.Bench.Paper;
using Pkv.Bench.Report;
using Pkv.Bench.Runs;
using Pkv.Bench.Servers;
using Pkv.Ycsb.Redis;
using Xunit;

namespace Pkv.Tests.Bench;

/// <summary>The paper verb's options, bars and page.</summary>
public sealed class PaperBenchTests
{
    private static readonly PaperOptions s_options = new() { Sizes = [4 << 10, 16 << 10], Rounds = 1 };

    [Fact]
    public void Bars_are_those_of_the_sizes_and_pipelines()
    {
        CellTable table = new(Results());
        Bar[] sets = [.. PaperBars.Of(table, s_options, "set")], records = [.. PaperBars.Of(table, s_options, "ycsb")];
        Assert.Equal([(4096, 1, 1.5), (16384, 1, 3.0), (4096, 16, 3.0), (16384, 16, 3.0)], sets.Select(b => (b.ValueBytes, b.Pipeline, b.Bound)));
        // Redis takes 8 µs, Pkv 2: four times less.
        Assert.All(sets, b => Assert.Equal((4.0, true), (b.Measured, b.Holds)));
        Assert.Equal([(1024, 1, true), (16384, 1, false), (1024, 16, false), (16384, 16, false)], records.Select(b => (b.ValueBytes, b.Pipeline, b.IsUpper)));
        // Pkv's 2 µs over the limit's 1 are too many; its throughput is four times that of Redis.
        Assert.Equal([false, true, true, true], records.Select(b => b.Holds));
    }

    [Fact]
    public void Each_part_replaces_its_own_section()
    {
        string folder = Directory.CreateTempSubdirectory("pkv-paper-").FullName;
        try
        {
            string page = Path.Combine(folder, "evaluation.md");
            Report(s_options with { Parts = ["set"] }).Write(page);
            string first = File.ReadAllText(page);
            Assert.Contains("| 16 KiB | pkv | 500k (4.00×) | **2.00** (4.00×) |", first);
            Assert.DoesNotContain("## YCSB A", first);
            Report(s_options with { Parts = ["ycsb", "copies"] }).Write(page);
            string second = File.ReadAllText(page);
            Assert.StartsWith(first[..first.IndexOf("<!-- end:set -->", StringComparison.Ordinal)], second);
            Assert.True(second.IndexOf("## YCSB A", StringComparison.Ordinal) < second.IndexOf("## Copies", StringComparison.Ordinal));
            Assert.Contains("10 fields of 100 bytes (\"1 KiB\", 102400 records) and 1638 bytes", second);
            Assert.Contains("| SET | pkv | 0.00 | 1.00 | 1.00 | 0.00 | 0.00 |", second);
            foreach (string plot in Directory.GetFiles(Path.Combine(folder, "plots"))) XElement.Load(plot);
            Assert.Equal(4, Directory.GetFiles(Path.Combine(folder, "plots")).Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_server_that_was_not_measured_is_not_made_up()
    {
        string text = new PaperReport(s_options with { Parts = ["set"] }, [], Results().Where(r => r.Cell.Server == "redis-aof"), []).Text();
        Assert.Contains("| – | ≥ 3.00 | not measured |", text);
        Assert.DoesNotContain("| pkv |", text);
    }

    [Theory]
    [InlineData("--parts get")]
    [InlineData("--records 10")]
    [InlineData("--rounds 0")]
    [InlineData("--fast yes")]
    public void Wrong_options_are_refused(string arguments) => Assert.Throws<ArgumentException>(() => PaperCommand.Parse(arguments.Split(' ')));

    [Fact]
    public unsafe void The_limit_server_answers_a_record()
    {
        using LimitReplies replies = new(100, fields: 10);
        ReadOnlySpan<byte> reply = new(replies.Vector(1, 1, 0).Address, replies.BytesOf(1));
        Assert.Equal(reply.Length, Reply.LengthOf(reply));
        ReplyElements elements = new(reply);
        Assert.Equal(20, elements.Left);
        elements.Next(out ReadOnlySpan<byte> name, out _);
        elements.Next(out ReadOnlySpan<byte> value, out _);
        Assert.Equal(("field0", 100), (Encoding.ASCII.GetString(name), value.Length));
    }

    private static PaperReport Report(PaperOptions options)
    {
        ServerSpec[] servers = [.. new[] { "redis-aof", "pkv", "limit" }.Select(name => new ServerSpec(name, name, [], _ => [], "flags", () => "1"))];
        return new PaperReport(options, servers, Results(), [new CopyCount("redis-aof", "SET", 3, 1, 0, 1), new CopyCount("pkv", "SET", 0, 1, 0, 0)]);
    }

    // Redis 8 µs, Pkv 2 µs, limit 1 µs an operation, each with its core to itself.
    private static IEnumerable<RunResult> Results() =>
        from cell in new[] { ("set", 4 << 10), ("set", 16 << 10), (YcsbComparison.WorkloadName, 1 << 10), (YcsbComparison.WorkloadName, 16 << 10) }
        from pipeline in new[] { 1, 16 }
        from server in new[] { ("redis-aof", 8), ("pkv", 2), ("limit", 1) }
        select new RunResult(new CellKey(cell.Item1, cell.Item2, pipeline, server.Item1),
            new LoadResult(1000, 1000L * server.Item2 * 1000, 10_000, 20_000, 30_000), 1000L * server.Item2 * 1000, null);
}
