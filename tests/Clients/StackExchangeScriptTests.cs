using Pkv.Tests.Receive;
using Pkv.Tests.Support;
using StackExchange.Redis;
using Xunit;

namespace Pkv.Tests.Clients;

/// <summary>What StackExchange.Redis does by scripts or in transactions like them: its locks, ScriptEvaluate, prepared and loaded scripts. First on a Redis, which proves the test.</summary>
public sealed class StackExchangeScriptTests(PkvServer server, ReferenceRedis redis) : IClassFixture<PkvServer>, IClassFixture<ReferenceRedis>
{
    public static TheoryData<string, RedisProtocol> Scenarios
    {
        get
        {
            TheoryData<string, RedisProtocol> all = [];
            foreach (string scenario in (string[])["locks", "evaluate", "prepared", "in a transaction"])
            {
                all.Add(scenario, RedisProtocol.Resp2);
                all.Add(scenario, RedisProtocol.Resp3);
            }
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void A_scenario_holds(string scenario, RedisProtocol protocol) => Run(server.Port, scenario, protocol);

    [RedisTheory]
    [MemberData(nameof(Scenarios))]
    public void A_scenario_holds_on_Redis(string scenario, RedisProtocol protocol)
    {
        redis.Connect().Dispose();
        Run(redis.Port, scenario, protocol);
    }

    private static void Run(int port, string scenario, RedisProtocol protocol)
    {
        ConfigurationOptions options = ConfigurationOptions.Parse($"127.0.0.1:{port},syncTimeout=20000,connectTimeout=20000");
        options.Protocol = protocol;
        options.DefaultDatabase = protocol == RedisProtocol.Resp3 ? 1 : 0; // one for each protocol: both begin with an empty one
        using ConnectionMultiplexer client = ConnectionMultiplexer.Connect(options), other = ConnectionMultiplexer.Connect(options);
        Assert.Equal(protocol, client.GetServers().Single().Protocol);
        Action<ConnectionMultiplexer, ConnectionMultiplexer> run = scenario switch
        {
            "locks" => Locks,
            "evaluate" => Evaluate,
            "prepared" => Prepared,
            "in a transaction" => InTransaction,
            _ => throw new ArgumentException($"there is no scenario {scenario}"),
        };
        run(client, other);
    }

    private static void Locks(ConnectionMultiplexer client, ConnectionMultiplexer second)
    {
        IDatabase db = client.GetDatabase(), other = second.GetDatabase();
        TimeSpan time = TimeSpan.FromSeconds(20);
        Assert.True(db.LockTake("lock", "ann", time));
        Assert.False(other.LockTake("lock", "bob", time));
        Assert.Equal("ann", other.LockQuery("lock"));
        Assert.False(other.LockExtend("lock", "bob", time));
        Assert.False(other.LockRelease("lock", "bob"));
        Assert.True(db.LockExtend("lock", "ann", TimeSpan.FromSeconds(50)));
        Assert.InRange(db.KeyTimeToLive("lock")!.Value.TotalSeconds, 20, 50);
        Assert.True(db.LockRelease("lock", "ann"));
        Assert.False(db.LockRelease("lock", "ann"));
        Assert.True(other.LockTake("lock", "bob", TimeSpan.FromMilliseconds(15)));
        Wire.Eventually(() => db.LockTake("lock", "ann", time), "the lock expires");
        Assert.False(other.LockRelease("lock", "bob"));
        Assert.True(db.LockRelease("lock", "ann"));
        // What is read and written under the lock is never lost.
        Parallel.Invoke([.. new[] { (db, "ann"), (other, "bob") }.Select(each => (Action)(() => Add(each.Item1, each.Item2)))]);
        Assert.Equal(60, (int)db.StringGet("stock"));
    }

    private static void Add(IDatabase db, string name)
    {
        for (int i = 0; i < 30; i++)
        {
            Wire.Eventually(() => db.LockTake("lock", name, TimeSpan.FromSeconds(60)), "the lock is free");
            db.StringSet("stock", (int)db.StringGet("stock") + 1);
            Assert.True(db.LockRelease("lock", name));
        }
    }

    private static void Evaluate(ConnectionMultiplexer client, ConnectionMultiplexer second)
    {
        IDatabase db = client.GetDatabase();
        const string Swap = "local old = redis.call('GET', KEYS[1]) redis.call('SET', KEYS[1], ARGV[1]) return old";
        Assert.True(db.ScriptEvaluate(Swap, ["swap"], ["one"]).IsNull);
        Assert.Equal("one", (string?)db.ScriptEvaluate(Swap, ["swap"], ["two"]));
        Assert.Equal("two", second.GetDatabase().StringGet("swap"));
        RedisResult[] all = (RedisResult[])db.ScriptEvaluate("return {1, 'two', false, {3, 4}, redis.status_reply('FINE'), 5.9}")!;
        Assert.Equal(6, all.Length);
        Assert.Equal((1, "two", 5), ((int)all[0], (string?)all[1], (int)all[5]));
        Assert.True(all[2].IsNull);
        Assert.Equal([3, 4], (int[])all[3]!);
        Assert.Equal((ResultType.SimpleString, "FINE"), (all[4].Resp2Type, (string?)all[4]));
        byte[] binary = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        Assert.Equal(binary, (byte[]?)db.ScriptEvaluate("return ARGV[1]", [], [binary]));
        RedisServerException wrong = Assert.Throws<RedisServerException>(() => db.ScriptEvaluate("return redis.call('LPUSH', KEYS[1], 'x')", ["swap"]));
        Assert.Contains("WRONGTYPE", wrong.Message, StringComparison.Ordinal);
        RedisServerException refused = Assert.Throws<RedisServerException>(() => db.ScriptEvaluateReadOnly(Swap, ["swap"], ["three"]));
        Assert.Contains("Write commands are not allowed from read-only scripts", refused.Message, StringComparison.Ordinal);
        Assert.Equal("two", (string?)db.ScriptEvaluateReadOnly("return redis.call('GET', KEYS[1])", ["swap"]));
        // All at once: each is counted.
        Task<RedisResult>[] counted = [.. Enumerable.Range(0, 500).Select(_ => db.ScriptEvaluateAsync("return redis.call('INCR', KEYS[1])", ["count"]))];
        Assert.True(Task.WaitAll(counted, TimeSpan.FromSeconds(20)), "no answer within 20 s");
        Assert.Equal(Enumerable.Range(1, 500), counted.Select(task => (int)task.Result).Order());
    }

    private static void Prepared(ConnectionMultiplexer client, ConnectionMultiplexer second)
    {
        IDatabase db = client.GetDatabase();
        LuaScript script = LuaScript.Prepare("redis.call('HINCRBY', @key, @field, @by) return redis.call('HGET', @key, @field)");
        Assert.Equal("5", (string?)script.Evaluate(db, new { key = (RedisKey)"hash", field = "visits", by = 5 }));
        IServer server = client.GetServers().Single();
        LoadedLuaScript loaded = script.Load(server);
        Assert.True(server.ScriptExists(loaded.Hash));
        Assert.Equal("7", (string?)loaded.Evaluate(db, new { key = (RedisKey)"hash", field = "visits", by = 2 }));
        Assert.Equal("8", (string?)loaded.Evaluate(second.GetDatabase(), new { key = (RedisKey)"hash", field = "visits", by = 1 }));
        Assert.False(server.ScriptExists(new byte[20]));
    }

    private static void InTransaction(ConnectionMultiplexer client, ConnectionMultiplexer second)
    {
        IDatabase db = client.GetDatabase();
        ITransaction transaction = db.CreateTransaction();
        transaction.AddCondition(Condition.KeyNotExists("order"));
        Task<bool> set = transaction.StringSetAsync("order", "10");
        Task<RedisResult> added = transaction.ScriptEvaluateAsync("return redis.call('INCRBY', KEYS[1], ARGV[1])", ["order"], [5]);
        Task<RedisValue> read = transaction.StringGetAsync("order");
        Assert.True(transaction.Execute());
        Assert.True(Task.WaitAll([set, added, read], TimeSpan.FromSeconds(20)), "no answer within 20 s");
        Assert.Equal((true, 15, "15"), (set.Result, (int)added.Result, (string?)read.Result));
        Assert.Equal("15", second.GetDatabase().StringGet("order"));
    }
}
