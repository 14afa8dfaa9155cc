using Pkv.Tests.Receive;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Cleaning;

/// <summary>
/// A small pool is never stuck: whatever was written, exchanged, flushed, killed, there is room for a deletion, and for writes as long as
/// what lives is within the bound.
/// </summary>
[Collection("Crash")]
public sealed class WedgeTests
{
    private readonly Random _random = new(7);

    [Theory]
    [InlineData("SWAPDB", "dram")]
    [InlineData("FLUSHDB", "dram")]
    [InlineData("SWAPDB", "file")]
    public void Commands_over_whole_databases_now_and_then_do_not_fill_the_pool(string command, string medium)
    {
        string folder = medium == "dram" ? "/dev/shm" : AppContext.BaseDirectory;
        using PkvServer server = PkvServer.In(folder, isChild: false, "--pool-size", "98mb", "--io-threads", "2");
        using RespClient client = server.Connect();
        const int keys = 600;
        for (int i = 0; i < keys; i++)
            Assert.Equal("+OK", client.Call("SET", $"k{i}", Value(60_000)).ToString());
        // Most of it stays as it is, and what the exchanges act on with it.
        for (int i = 0; i < 3000; i++)
        {
            if (i % 50 == 49)
                Globally(client, command);
            IReadOnlyList<RespNode> replies = client.Pipeline([["MULTI"], ["SET", HotKey(keys), Value(60_000)], ["SET", HotKey(keys), Value(60_000)], ["EXEC"]]);
            Assert.True(!replies[^1].IsError && replies[^1].Items.All(r => !r.IsError), $"write {i}: {replies[^1]}\n{client.Call("INFO", "persistence").Text}");
        }
        Assert.Equal(keys, client.Call("DBSIZE").Integer);
        server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal(keys, again.Call("DBSIZE").Integer);
    }

    [Theory]
    [InlineData(20)]
    public void Killed_again_and_again_a_pool_keeps_its_room(int lives) => LiveAndDie(lives, "dram", "162mb", liveMb: 60, seed: 1);

    [Theory]
    [Trait("Category", "Long")]
    [InlineData("dram", "98mb", 25, 2)]
    [InlineData("dram", "162mb", 60, 3)]
    [InlineData("file", "162mb", 50, 4)]
    [InlineData("file", "386mb", 160, 5)]
    public void Through_a_hundred_lives_a_pool_keeps_its_room(string medium, string size, int liveMb, int seed) => LiveAndDie(LongRun.Part(100), medium, size, liveMb, seed);

    [Fact]
    public void Collections_that_come_back_do_not_make_their_deletions_last_for_ever()
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", "66mb");
        using RespClient client = server.Connect();
        string cold = new('c', 10_000);
        for (int i = 0; i < 1500; i++)
            client.Call("SET", $"cold:{i}", cold);
        // Each deletion must stay before the elements that came after it, and so under its old number.
        string key = new('k', 2000);
        for (int i = 0; i < 60_000; i += 100)
        {
            List<string[]> batch = [];
            for (int n = i; n < i + 100; n++)
            {
                batch.Add(["DEL", $"{key}{n % 500}"]);
                batch.Add(["HSET", $"{key}{n % 500}", "f", "v"]);
            }
            foreach (RespNode reply in client.Pipeline(batch))
                Assert.False(reply.IsError, reply.IsError ? client.Call("INFO", "persistence").Text : "");
        }
        Assert.True(ChurnTests.Info(client, "cleaner_segments") > 0, "nothing was cleaned");
        server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal(2000, again.Call("DBSIZE").Integer);
    }

    [Fact]
    public void A_transaction_cut_by_a_kill_does_not_keep_its_segments()
    {
        using PkvServer server = PkvServer.Child("--pool-size", "66mb", "--io-threads", "2");
        for (int life = 0; life < 6; life++)
        {
            using (RespClient client = server.Connect())
            {
                for (int i = 0; i < 40; i++)
                    client.Pipeline([["MULTI"], ["SET", "a", Value(900_000)], ["SET", "b", Value(900_000)], ["EXEC"]]);
            }
            server.Kill();
            server.Start();
        }
        using RespClient last = server.Connect();
        Wire.Eventually(() => ChurnTests.Info(last, "pool_slots_used") <= 10, () => last.Call("INFO", "persistence").Text);
    }

    private static void Globally(RespClient client, string command)
    {
        if (command == "SWAPDB")
        {
            client.Pipeline([["SWAPDB", "0", "1"], ["SWAPDB", "0", "1"]]);
            return;
        }
        client.Pipeline([["SELECT", "5"], ["SET", "x", "1"], ["FLUSHDB"], ["SELECT", "0"]]);
    }

    private void LiveAndDie(int lives, string medium, string size, int liveMb, int seed)
    {
        string folder = medium == "dram" ? "/dev/shm" : AppContext.BaseDirectory;
        using PkvServer server = PkvServer.In(folder, isChild: true, "--pool-size", size, "--io-threads", "2");
        int keys = liveMb * 1024 / 30;
        for (int life = 0; life < lives; life++)
        {
            Thread[] clients = [.. Enumerable.Range(0, 3).Select(i => new Thread(() => Churn(server.Port, new Random(seed * 1000 + life * 10 + i), keys)))];
            foreach (Thread client in clients)
                client.Start();
            // Not a wait for anything: the moment of the kill is the random part of the test.
            Thread.Sleep(_random.Next(200, 900));
            server.Kill();
            foreach (Thread client in clients)
                client.Join();
            server.Start();
            using RespClient probe = server.Connect();
            string Told() => $"seed {seed}, life {life}\n{probe.Call("INFO", "persistence").Text}\n{server.Output}";
            Assert.False(probe.Call("DEL", $"k{_random.Next(keys)}").IsError, Told());
            Assert.False(probe.Call("EXPIRE", $"k{_random.Next(keys)}", "9999").IsError, Told());
            RespNode write = probe.Call("SET", "probe", "1");
            // What lives may have passed the bound; never by so much that a part of it deleted does not help.
            for (int i = 0; i < keys && write.IsError; i++)
            {
                Assert.False(probe.Call("DEL", $"k{i}", $"h{i % 40}", $"z{i % 20}", $"l{i % 20}").IsError, Told());
                write = probe.Call("SET", "probe", "1");
            }
            Assert.False(write.IsError, Told());
        }
        using RespClient last = server.Connect();
        Assert.Equal("+OK", last.Call("FLUSHALL").ToString());
        Wire.Eventually(() => ChurnTests.Info(last, "pool_slots_used") <= 12, () => $"a flushed pool is empty: {last.Call("INFO", "persistence").Text}");
    }

    private static void Churn(int port, Random random, int keys)
    {
        try
        {
            using RespClient client = new(port);
            while (true)
                client.Pipeline([.. Enumerable.Range(0, random.Next(1, 13)).SelectMany(_ => Draw(random, keys))]);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            // The server was killed.
        }
    }

    private static string[][] Draw(Random random, int keys)
    {
        string key = $"k{random.Next(keys)}", other = $"k{random.Next(keys)}";
        string value = new((char)('a' + random.Next(26)), random.Next(10) switch { < 6 => random.Next(4000), < 9 => random.Next(130_000), _ => random.Next(2_000_000) / (1 + random.Next(8)) });
        return random.Next(100) switch
        {
            < 45 => [["SET", key, value]],
            < 50 => [["DEL", key]],
            < 53 => [["ZADD", $"z{random.Next(20)}", "1", value]],
            < 55 => [["ZPOPMIN", $"z{random.Next(20)}", "3"]],
            < 57 => [["RPUSH", $"l{random.Next(20)}", value, "x"]],
            < 60 => [["LPOP", $"l{random.Next(20)}", "2"]],
            < 65 => [["RENAME", key, other]],
            < 80 => [["HSET", $"h{random.Next(40)}", $"f{random.Next(40)}", value]],
            < 85 => [["APPEND", key, new string('x', 100)]],
            < 90 => [["COPY", key, other, "REPLACE"]],
            _ => [["MULTI"], ["SET", key, value], ["EXPIRE", key, "9999"], ["HDEL", $"h{random.Next(40)}", "f1"], ["EXEC"]],
        };
    }

    private string HotKey(int keys) => $"k{keys - 1 - _random.Next(keys / 10)}";

    private string Value(int maxBytes) => new((char)('a' + _random.Next(26)), _random.Next(maxBytes));
}
