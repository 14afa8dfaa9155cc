using System.Text;
using Pkv.Bench.Memory;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Bench;

/// <summary>The verb memory: what it reads of processes and what it makes of it.</summary>
public sealed class MemoryBenchTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public void A_process_status_tells_resident_and_shared_memory()
    {
        ProcessMemory memory = ProcessMemory.Parse("Name:\tx\nVmHWM:\t  999 kB\nVmRSS:\t    3000 kB\nRssAnon:\t 800 kB\nRssShmem:\t    2000 kB\n");
        Assert.Equal(1000 * 1024, memory.Own);
        Assert.Throws<InvalidDataException>(() => ProcessMemory.Parse("Name:\tx\n"));
        Assert.True(ProcessMemory.Of(Environment.ProcessId).Own > MiB);
    }

    [Fact]
    public void Bars_are_the_ratio_to_redis_and_the_longest_pause()
    {
        MemoryDataSet hashes = MemoryDataSet.SmallHashes(1000), members = MemoryDataSet.SortedSet(1000);
        MemoryReport report = new([],
        [
            Result(hashes, "redis", 100, null), Result(hashes, "pkv", 130, new HeapFigures(MiB, 2, 9_000, 12_000, 700 * MiB)),
            Result(members, "redis", 100, null), Result(members, "pkv", 131, new HeapFigures(MiB, 2, 11_000, 12_000, 700 * MiB)),
        ]);
        Assert.Equal([1.3, 9, 1.31, 11], report.Bars().Select(b => b.Bar.Measured!.Value));
        Assert.Equal([true, true, false, false], report.Bars().Select(b => b.Bar.Holds!.Value));
        Assert.Contains("| pkv | 10.0 | 131.0 |", report.Markdown());
        Assert.Contains("| 1.31× | 700 | 1.0 | 2 | 11.00 |", report.Markdown());
    }

    [Fact]
    public void A_hash_has_ten_fields_of_ten_bytes()
    {
        string request = Encoding.ASCII.GetString(MemoryDataSet.SmallHashes(1000).Fill.Request.Bytes);
        Assert.StartsWith("*22\r\n$4\r\nHSET\r\n$17\r\nuser:000000000000\r\n$6\r\nfield0\r\n$10\r\n00000000v0\r\n", request, StringComparison.Ordinal);
        Assert.EndsWith("$6\r\nfield9\r\n$10\r\n00000000v9\r\n", request, StringComparison.Ordinal);
        Assert.All([MemoryDataSet.SmallHashes(1000), MemoryDataSet.SortedSet(1000)], data => Assert.True(data.Read.Reply.LengthMax > 0));
    }

    [Theory]
    [InlineData("--hashes", "10")]
    [InlineData("--members", "90000001")]
    [InlineData("--sizes", "64")]
    public void Wrong_options_are_refused(params string[] arguments) => Assert.Throws<ArgumentException>(() => MemoryCommand.Parse(arguments));

    [Fact]
    public void A_server_is_made_to_collect_its_heap()
    {
        using var server = PkvServer.Child();
        using RespClient client = server.Connect();
        HeapFigures before = HeapFigures.Parse(client.Call("INFO", "memory").Text);
        FullCollection.Provoke(server.Process.Id);
        HeapFigures after = HeapFigures.Parse(client.Call("INFO", "memory").Text);
        Assert.True(after.FullCollections > before.FullCollections);
        Assert.True(after.LongestFullUs > 0);
        FullCollection.Provoke(server.Process.Id);
        Assert.True(HeapFigures.Parse(client.Call("INFO", "memory").Text).FullCollections > after.FullCollections);
    }

    private static MemoryResult Result(MemoryDataSet data, string server, long filledMiB, HeapFigures? heap) =>
        new(data, server, new ProcessMemory(20 * MiB, 10 * MiB), new ProcessMemory((filledMiB + 500) * MiB, 500 * MiB), heap);
}
