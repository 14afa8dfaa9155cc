using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Cleaning;

/// <summary>A small pool lives through many times its size of entries, trimmed, deleted, moved by the cleaner, and loses none.</summary>
[Collection("Crash")]
public sealed class StreamChurnTests
{
    [Theory]
    [InlineData(1, "1", "dram", "everysec")]
    [InlineData(2, "2", "dram", "everysec")]
    [InlineData(3, "1", "file", "everysec")]
    [InlineData(4, "1", "file", "always")]
    public void A_pool_of_streams_written_over_many_times_keeps_its_data(int seed, string threads, string medium, string fsync)
    {
        string folder = medium == "dram" ? "/dev/shm" : AppContext.BaseDirectory;
        using PkvServer server = PkvServer.In(folder, isChild: false, "--pool-size", threads == "1" ? "66mb" : "130mb", "--io-threads", threads, "--appendfsync", fsync);
        StreamChurnModel model = new(seed);
        long moved = 0;
        for (int round = 0, until = 0; round < 3; round++)
        {
            using (RespClient client = server.Connect())
            {
                for (until += 60 << 20; model.BytesSent < until;)
                    model.Run(client, 200);
                model.Check(client);
                moved += ChurnTests.Info(client, "cleaner_records_moved");
                Assert.Equal(0, ChurnTests.Info(client, "cleaner_segments_damaged"));
            }
            server.Restart();
            using RespClient again = server.Connect();
            model.Check(again);
        }
        Assert.True(moved > 0 || threads != "1", "nothing was moved");
    }

    // As many applications use streams: a length that is held for ever.
    [Fact]
    public void Trimming_does_not_fill_the_pool()
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", "66mb");
        using RespClient client = server.Connect();
        string cold = new('c', 1000), value = new('v', 100);
        for (int i = 0; i < 10_000; i += 100)
            client.Pipeline([.. Enumerable.Range(i, 100).Select(n => new[] { "SET", $"cold:{n}", cold })]);
        for (int i = 0; i < 400_000; i += 1000)
        {
            foreach (RespNode reply in client.Pipeline([.. Enumerable.Range(i, 1000).Select(n => new[] { "XADD", "s", "MAXLEN", n % 2 == 0 ? "~" : "=", "10000", "*", "f", value })]))
                Assert.False(reply.IsError, reply.IsError ? client.Call("INFO", "persistence").Text : "");
        }
        Assert.Equal(10_000, client.Call("XLEN", "s").Integer);
        server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal((10_000L, 10_001L), (again.Call("XLEN", "s").Integer, again.Call("DBSIZE").Integer));
        // What is gone was counted before it went.
        List<RespNode> info = [.. again.Call("XINFO", "STREAM", "s").Items];
        Assert.Equal(400_000, info[info.FindIndex(i => i.Text == "entries-added") + 1].Integer);
    }
}
