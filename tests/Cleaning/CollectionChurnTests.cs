using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Cleaning;

/// <summary>A small pool lives through many times its size of changes of collections, and loses nothing: not while cleaning, not after a restart.</summary>
[Collection("Crash")]
public sealed class CollectionChurnTests
{
    [Theory]
    [InlineData(1, "1", "dram", "everysec")]
    [InlineData(2, "2", "dram", "everysec")]
    [InlineData(3, "1", "file", "everysec")]
    [InlineData(4, "1", "file", "always")]
    public void A_pool_of_collections_written_over_many_times_keeps_its_data(int seed, string threads, string medium, string fsync)
    {
        string folder = medium == "dram" ? "/dev/shm" : AppContext.BaseDirectory;
        using PkvServer server = PkvServer.In(folder, isChild: false, "--pool-size", threads == "1" ? "66mb" : "130mb", "--io-threads", threads, "--appendfsync", fsync);
        CollectionChurnModel model = new(seed, keys: 300, maxValueBytes: 20_000);
        long until = 0, cleaned = 0;
        for (int round = 0; round < 3; round++)
        {
            using (RespClient a = server.Connect(), b = server.Connect())
            {
                for (until += 60 << 20; model.BytesSent < until;)
                    model.Run(model.BytesSent % 2 == 0 ? a : b, 200);
                model.Check(b);
                cleaned += ChurnTests.Info(a, "cleaner_segments");
                Assert.Equal(0, ChurnTests.Info(a, "cleaner_segments_damaged"));
            }
            server.Restart();
            using RespClient again = server.Connect();
            model.Check(again);
        }
        Assert.True(cleaned > 0 || threads != "1", "nothing was cleaned");
    }

    [Theory]
    [InlineData("SADD", "SREM")]
    [InlineData("HSET", "HDEL")]
    [InlineData("ZADD", "ZREM")]
    [InlineData("RPUSH", "LPOP")]
    public void Removals_do_not_fill_the_pool(string put, string remove)
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", "66mb");
        using RespClient client = server.Connect();
        // Older than all removals: what tombstones wait for.
        string cold = new('c', 1000);
        for (int i = 0; i < 10_000; i += 100)
            client.Pipeline([.. Enumerable.Range(i, 100).Select(n => new[] { "SET", $"cold:{n}", cold })]);
        for (int i = 0; i < 600_000; i += 1000)
        {
            List<string[]> batch = [];
            for (int n = i; n < i + 1000; n++)
            {
                batch.Add(put switch { "HSET" => [put, "key", $"f{n}", "v"], "ZADD" => [put, "key", "1", $"m{n}"], _ => [put, "key", $"m{n}"] });
                batch.Add(put switch { "HSET" => [remove, "key", $"f{n}"], "RPUSH" => [remove, "key"], _ => [remove, "key", $"m{n}"] });
            }
            foreach (RespNode reply in client.Pipeline(batch))
                Assert.False(reply.IsError, reply.IsError ? client.Call("INFO", "persistence").Text : "");
        }
        Assert.Equal(10_000, client.Call("DBSIZE").Integer);
        server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal(10_000, again.Call("DBSIZE").Integer);
    }

    [Fact]
    public void An_expiry_outlives_the_moves_of_what_it_is_about()
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", "130mb");
        using RespClient client = server.Connect();
        string junk = new('j', 100_000);
        for (int i = 0; i < 100; i++)
        {
            client.Call("HSET", $"session:{i}", "user", $"u{i}", "seen", "0");
            client.Call("PEXPIREAT", $"session:{i}", $"{4_000_000_000_000 + i}");
            client.Call("SET", $"junk:{i}", junk);
        }
        // What is open is not cleaned.
        for (int i = 0; i < 150; i++)
            client.Call("SET", $"junk:{i}", junk);
        for (int i = 0; i < 150; i++)
            client.Call("DEL", $"junk:{i}");
        Receive.Wire.Eventually(() =>
        {
            client.Call("BGREWRITEAOF");
            return ChurnTests.Info(client, "cleaner_records_moved") >= 100;
        }, () => $"all are moved: {client.Call("INFO", "persistence").Text}");
        server.Restart();
        using RespClient again = server.Connect();
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(4_000_000_000_000 + i, again.Call("PEXPIRETIME", $"session:{i}").Integer);
            Assert.Equal($"u{i}", again.Call("HGET", $"session:{i}", "user").Text);
        }
    }
}
