using System.Text;
using Pkv.Engine.Space;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Eviction;

/// <summary>maxmemory and its policies: what goes, what stays, what is refused.</summary>
public sealed class EvictionTests
{
    private const int Keys = 4000;
    private static readonly string s_value = new('v', 1000);

    [Theory]
    [InlineData("allkeys-lru")]
    [InlineData("allkeys-lfu")]
    [InlineData("allkeys-random")]
    [InlineData("volatile-lru")]
    [InlineData("volatile-lfu")]
    [InlineData("volatile-random")]
    [InlineData("volatile-ttl")]
    public void Writes_go_on_within_maxmemory_and_only_what_the_policy_allows_goes(string policy)
    {
        using PkvServer server = PkvServer.InProcess("--maxmemory-policy", policy);
        using RespClient client = server.Connect();
        for (int i = 0; i < 500; i++)
            client.Call("SET", $"keep:{i}", s_value);
        Assert.Equal("+OK", client.Call("CONFIG", "SET", "maxmemory", "4mb").ToString());
        Store(client, Keys, i => ["SET", $"k{i}", s_value, "EX", $"{1000 + i}"]);
        // The last write may have passed the limit: the background takes that back.
        Receive.Wire.Eventually(() => server.Host.State.Space.Headroom >= 0, "the limit is kept");
        long evicted = Info(client, "evicted_keys"), left = client.Call("DBSIZE").Integer;
        Assert.Equal(Keys + 500, evicted + left);
        Assert.InRange(Info(client, "pool_live_bytes"), 2_500_000, 4 << 20);
        if (policy.StartsWith("volatile", StringComparison.Ordinal))
            Assert.Equal(500, Count(client, Enumerable.Range(0, 500).Select(i => $"keep:{i}")));
        server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal(left, again.Call("DBSIZE").Integer);
    }

    [Fact]
    public void Lru_keeps_what_is_used()
    {
        using PkvServer server = PkvServer.InProcess("--maxmemory-policy", "allkeys-lru", "--maxmemory", "4mb");
        using RespClient client = server.Connect();
        Store(client, 1000, i => ["SET", $"k{i}", s_value]);
        // The clock of the index steps by 8 s: age what is there by going back in time for it.
        Age(server, unitsBack: 50);
        for (int i = 0; i < 1000; i += 10)
            client.Call("GET", $"k{i}");
        Store(client, 3500, i => ["SET", $"new{i}", s_value]);
        int hot = Count(client, Enumerable.Range(0, 100).Select(i => $"k{i * 10}"));
        int cold = Count(client, Enumerable.Range(0, 1000).Where(i => i % 10 != 0).Select(i => $"k{i}"));
        Assert.True(hot >= 90, $"{hot} of 100 used keys are left, {cold} of 900 others");
        Assert.True(cold < 700, $"{cold} of 900 keys that nobody used are left");
    }

    [Fact]
    public void Lfu_keeps_what_is_used_often_and_counts_as_redis_does()
    {
        using PkvServer server = PkvServer.InProcess("--maxmemory-policy", "allkeys-lfu", "--maxmemory", "4mb");
        using RespClient client = server.Connect();
        Store(client, 1000, i => ["SET", $"k{i}", s_value]);
        Assert.Equal(5, client.Call("OBJECT", "FREQ", "k1").Integer);
        for (int round = 0; round < 50; round++)
            client.Pipeline([.. Enumerable.Range(0, 100).Select(i => new[] { "GET", $"k{i * 10}" })]);
        Assert.InRange(client.Call("OBJECT", "FREQ", "k10").Integer, 6, 30);
        Store(client, 3000, i => ["SET", $"new{i}", s_value]);
        int hot = Count(client, Enumerable.Range(0, 100).Select(i => $"k{i * 10}"));
        Assert.True(hot >= 95, $"{hot} of 100 keys used often are left");
        Assert.StartsWith("-ERR An LFU", client.Call("OBJECT", "IDLETIME", "k10").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ttl_takes_what_would_go_first()
    {
        using PkvServer server = PkvServer.InProcess("--maxmemory-policy", "volatile-ttl", "--maxmemory", "4mb", "--maxmemory-samples", "10");
        using RespClient client = server.Connect();
        Store(client, 6000, i => ["SET", $"k{i}", s_value, "EX", $"{100 + i * 7919 % 6000}"]);
        long[] left = [.. Enumerable.Range(0, 6000).Where(i => client.Call("EXISTS", $"k{i}").Integer == 1).Select(i => 100L + i * 7919 % 6000)];
        Assert.True(left.Average() > 3600, $"those left live for {left.Average():F0} s on average, all of them did for 3,100");
    }

    [Fact]
    public void After_a_change_to_lfu_frequencies_are_those_of_a_counter()
    {
        using PkvServer server = PkvServer.InProcess("--maxmemory-policy", "allkeys-lru");
        using RespClient client = server.Connect();
        Store(client, 200, i => ["SET", $"k{i}", s_value]);
        // Every value of the clock that may stand there, also those that a counter has no room for.
        Assert.Equal("+OK", client.Call("CONFIG", "SET", "maxmemory-policy", "allkeys-lfu").ToString());
        for (int units = 0; units < 512; units += 7)
        {
            Age(server, units);
            long frequency = client.Call("OBJECT", "FREQ", "k1").Integer;
            Assert.InRange(frequency, 0, 255);
            string payload = Encoding.Latin1.GetString(client.Call("DUMP", "k1").Bytes);
            Assert.Equal("+OK", client.Call("RESTORE", "back", "0", payload, "REPLACE", "FREQ", $"{frequency}").ToString());
        }
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public void A_lower_limit_acts_by_itself_and_writes_wait_for_room(string threads)
    {
        using PkvServer server = PkvServer.InProcess("--maxmemory-policy", "allkeys-lru", "--io-threads", threads, "--hz", "1");
        using RespClient client = server.Connect();
        Store(client, 20_000, i => ["SET", $"k{i}", s_value]);
        long turns = server.Host.State.Threads.Sum(t => t.Counters.EvictedKeys);
        Assert.Equal(0, turns);
        Assert.Equal("+OK", client.Call("CONFIG", "SET", "maxmemory", "4mb").ToString());
        // The thread that answered has begun to evict; none sleeps until the limit holds.
        Receive.Wire.Eventually(() => server.Host.State.Threads.All(t => !t.Evictor.IsBehind) && server.Host.State.Space.Headroom >= 0, "the limit is kept");
        Assert.InRange(Info(client, "pool_live_bytes"), 3_000_000, 4 << 20);
        // Without end: a write goes on only when the limit holds.
        client.Call("CONFIG", "SET", "maxmemory-eviction-tenacity", "100");
        client.Call("CONFIG", "SET", "maxmemory", "0");
        Store(client, 20_000, i => ["SET", $"k{i}", s_value]);
        client.Pipeline([["CONFIG", "SET", "maxmemory", "4mb"], ["SET", "one", "more"]]);
        Assert.True(server.Host.State.Space.Headroom >= -1100);
    }

    [Theory]
    [InlineData("noeviction")]
    [InlineData("volatile-lru")]
    public void Without_anything_to_evict_writes_are_refused_and_the_rest_goes_on(string policy)
    {
        using PkvServer server = PkvServer.InProcess("--maxmemory-policy", policy);
        using RespClient client = server.Connect();
        Store(client, 1000, i => ["SET", $"k{i}", s_value]);
        client.Call("CONFIG", "SET", "maxmemory", "500kb");
        Assert.Equal("-OOM command not allowed when used memory > 'maxmemory'.", client.Call("SET", "more", "x").ToString());
        Assert.Equal(s_value, client.Call("GET", "k1").Text);
        Assert.Equal(":1", client.Call("EXPIRE", "k1", "100").ToString());
        for (int i = 0; i < 900; i++)
            Assert.Equal(":1", client.Call("DEL", $"k{i}").ToString());
        Assert.Equal("+OK", client.Call("SET", "more", "x").ToString());
    }

    [Theory]
    [InlineData("1")]
    [InlineData("3")]
    public void A_full_pool_evicts_instead_of_refusing(string threads)
    {
        using PkvServer server = PkvServer.InProcess("--maxmemory-policy", "allkeys-lru", "--pool-size", "130mb", "--io-threads", threads);
        using RespClient client = server.Connect();
        string value = new('v', 20_000);
        Store(client, 20_000, i => ["SET", $"k{i}", value]);
        Assert.True(Info(client, "evicted_keys") > 10_000);
        Assert.Equal(value, client.Call("GET", "k19999").Text);
        Receive.Wire.Eventually(() => server.Host.State.Space.Headroom >= 0, "the limit is kept");
        long left = client.Call("DBSIZE").Integer;
        server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal(left, again.Call("DBSIZE").Integer);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public async Task Many_clients_that_write_at_once_wait_for_the_cleaner_and_are_not_refused(string threads)
    {
        const int Clients = 24, Rounds = 6, Commands = 100;
        using PkvServer server = PkvServer.InProcess("--maxmemory-policy", "allkeys-random", "--pool-size", "130mb", "--io-threads", threads);
        string value = new('v', 20_000);
        // In one turn the thread receives more than the free segments hold.
        List<string> Write(int number)
        {
            using RespClient client = server.Connect();
            List<string> refused = [];
            for (int round = 0; round < Rounds; round++)
            {
                foreach (RespNode reply in client.Pipeline([.. Enumerable.Range(0, Commands).Select(i => (string[])["SET", $"k{number}:{round}:{i}", value])]))
                {
                    if (reply.ToString() != "+OK")
                        refused.Add(reply.ToString());
                }
            }
            return refused;
        }
        List<string>[] refused = await Task.WhenAll(Enumerable.Range(0, Clients).Select(number => Task.Factory.StartNew(() => Write(number), default, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.Empty(refused.SelectMany(static r => r));
    }

    [RedisFact]
    public void What_is_refused_above_maxmemory_is_what_redis_refuses()
    {
        using PkvServer server = PkvServer.InProcess();
        using ReferenceRedis redis = new();
        using RespClient pkv = server.Connect(), reference = redis.Connect();
        string[][] commands =
        [
            ["SET", "a", "1"], ["SET", "s", "text"], ["CONFIG", "SET", "maxmemory", "1"], ["SET", "b", "2"], ["GET", "a"], ["INCR", "a"],
            ["APPEND", "s", "x"], ["SETRANGE", "s", "0", "x"], ["GETSET", "a", "2"], ["GETDEL", "a"], ["MSET", "a", "1", "b", "2"], ["EXPIRE", "s", "100"],
            ["PERSIST", "s"], ["RENAME", "s", "t"], ["COPY", "t", "s"], ["MOVE", "t", "1"], ["GETEX", "t", "EX", "5"], ["SETNX", "n", "1"],
            ["MULTI"], ["SET", "a", "1"], ["EXEC"], ["MULTI"], ["GET", "t"], ["EXEC"],
            ["CONFIG", "SET", "maxmemory", "0"], ["MULTI"], ["SET", "a", "1"], ["CONFIG", "SET", "maxmemory", "1"], ["EXEC"], ["GET", "a"],
            ["MULTI"], ["DEL", "a"], ["EXEC"], ["DEL", "t"], ["FLUSHALL"], ["CONFIG", "SET", "maxmemory", "0"], ["SET", "a", "1"],
        ];
        foreach (string[] command in commands)
        {
            string expected = reference.Call(command).ToString(), actual = pkv.Call(command).ToString();
            Assert.True(expected == actual, $"{string.Join(' ', command)}: redis-server says {expected}, we say {actual}");
        }
    }

    [Fact]
    public void Nothing_goes_of_what_a_suspended_command_holds()
    {
        const int hashes = 200_000, batch = 5000, asked = 2000;
        using PkvServer server = PkvServer.InProcess("--io-threads", "1", "--maxmemory-policy", "allkeys-random");
        using RespClient client = server.Connect(), other = server.Connect();
        for (int i = 0; i < hashes; i += batch)
            client.Pipeline([.. Enumerable.Range(i, batch).Select(n => new[] { "HSET", $"h{n}", "f", "v" })]);
        long before = Info(client, "inner_turns");
        // Too much lives until the flush has ended; what has been freed of it by then, the index still leads to.
        client.SendRaw([.. RespClient.Encode("CONFIG", "SET", "maxmemory", "1mb"), .. RespClient.Encode("FLUSHALL")]);
        for (int i = 0; i < asked; i++)
            other.SendRaw([.. RespClient.Encode("HGET", $"h{i}", "f"), .. RespClient.Encode("HSET", $"h{i}", "f", "w")]);
        Assert.Equal("+OK", client.Read().ToString());
        Assert.Equal("+OK", client.Read().ToString());
        for (int i = 0; i < asked; i++)
            Assert.False(other.Read().IsError || other.Read().IsError);
        Assert.Equal(0, Info(client, "evicted_keys"));
        Assert.True(Info(client, "inner_turns") > before);
    }

    private static void Store(RespClient client, int count, Func<int, string[]> command)
    {
        for (int i = 0; i < count; i += 50)
        {
            foreach (RespNode reply in client.Pipeline([.. Enumerable.Range(i, Math.Min(50, count - i)).Select(command)]))
                Assert.True(reply.ToString() == "+OK", reply.IsError ? $"{reply} {client.Call("INFO", "persistence").Text} {client.Call("INFO", "stats").Text}" : "");
        }
    }

    private static int Count(RespClient client, IEnumerable<string> keys) => (int)client.Call(["EXISTS", .. keys]).Integer;

    private static unsafe void Age(PkvServer server, long unitsBack)
    {
        Engine.Keyspace.Database database = server.Host.State.Keyspace[0];
        for (int i = 0; i < Engine.Keyspace.Database.StripeCount; i++)
        {
            Engine.Keyspace.StripeWalk.Update(database.Stripes + i, &Back, unitsBack);
        }

        static ulong Back(ulong slot, long units) => UseBits.With(slot, (UseBits.Of(slot) - (ulong)units) & 511);
    }

    private static long Info(RespClient client, string field) => Cleaning.ChurnTests.Info(client, field);
}
