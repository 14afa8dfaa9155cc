using System.Collections.Concurrent;
using Pkv.Tests.Receive;
using Pkv.Tests.Support;
using StackExchange.Redis;
using Xunit;

namespace Pkv.Tests.Clients;

/// <summary>
/// The scenarios of the other clients' scripts, with StackExchange.Redis: first on a Redis, which proves the scenario, then
/// on Pkv. The calls are synchronous: what follows an await would run on the thread that reads the client's replies.
/// </summary>
public sealed class StackExchangeScenarioTests(PkvServer server, ReferenceRedis redis) : IClassFixture<PkvServer>, IClassFixture<ReferenceRedis>
{
    /// <summary>The name of each scenario, with each protocol: in RESP3 the client has one connection, in RESP2 a second one for pub/sub.</summary>
    public static TheoryData<string, RedisProtocol> Scenarios
    {
        get
        {
            TheoryData<string, RedisProtocol> all = [];
            foreach (string scenario in ClientScript.Scenarios)
            {
                all.Add(scenario, RedisProtocol.Resp2);
                all.Add(scenario, RedisProtocol.Resp3);
            }
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void A_scenario_holds(string scenario, RedisProtocol protocol) => Run(new(server.Port, protocol), scenario);

    [RedisTheory]
    [MemberData(nameof(Scenarios))]
    public void A_scenario_holds_on_Redis(string scenario, RedisProtocol protocol)
    {
        redis.Connect().Dispose();
        Run(new(redis.Port, protocol), scenario);
    }

    private readonly record struct Target(int Port, RedisProtocol Protocol);

    private static void Run(Target target, string scenario)
    {
        Action<Target> run = scenario switch
        {
            "cache" => Cache,
            "queue" => Queue,
            "leaderboard" => Leaderboard,
            "session" => Session,
            "fanout" => Fanout,
            "transaction" => Transaction,
            _ => throw new ArgumentException($"there is no scenario {scenario}"),
        };
        run(target);
    }

    private static T Result<T>(Task<T> asked)
    {
        Assert.True(asked.Wait(TimeSpan.FromSeconds(20)), "no answer within 20 s");
        return asked.Result;
    }

    private static ConnectionMultiplexer Connect(Target target)
    {
        ConfigurationOptions options = ConfigurationOptions.Parse($"127.0.0.1:{target.Port},syncTimeout=20000,connectTimeout=20000");
        options.Protocol = target.Protocol;
        options.DefaultDatabase = target.Protocol == RedisProtocol.Resp3 ? 1 : 0; // one for each protocol: both begin with an empty one
        ConnectionMultiplexer client = ConnectionMultiplexer.Connect(options);
        // A client that is refused HELLO 3 goes on in RESP2, and the test would say nothing about RESP3.
        Assert.Equal(target.Protocol, client.GetServers().Single().Protocol);
        return client;
    }

    private static void Cache(Target target)
    {
        using ConnectionMultiplexer client = Connect(target);
        IDatabase db = client.GetDatabase();
        Assert.True(db.StringSet("cache:page", "<html>", TimeSpan.FromSeconds(100)));
        Assert.Equal("<html>", db.StringGet("cache:page"));
        Assert.InRange((db.KeyTimeToLive("cache:page"))!.Value.TotalSeconds, 90, 100);
        Assert.Equal(["<html>", null], (db.StringGet(["cache:page", "cache:none"])).Select(v => (string?)v));
        Assert.True(db.KeyExpire("cache:page", TimeSpan.FromMilliseconds(15)));
        Wire.Eventually(() => db.StringGet("cache:page").IsNull, "the page expires");
        db.StringSet("cache:page", "text");
        RedisServerException refused = Assert.Throws<RedisServerException>(() => db.ListLeftPush("cache:page", "x"));
        Assert.StartsWith("WRONGTYPE ", refused.Message, StringComparison.Ordinal);
        Assert.Equal(RedisType.String, db.KeyType("cache:page"));
    }

    // The multiplexer has no blocking pops, since they would hold up all others: whoever wants them has a second one.
    private static void Queue(Target target)
    {
        using ConnectionMultiplexer client = Connect(target), worker = Connect(target);
        IDatabase db = client.GetDatabase();
        Task<RedisResult> waiting = worker.GetDatabase().ExecuteAsync("BLPOP", "queue:urgent", "queue:jobs", 0);
        // The worker's connection is held up by it: a PING behind it is answered after it.
        Task<TimeSpan> behind = worker.GetDatabase().PingAsync();
        Assert.Equal(1, db.ListRightPush("queue:jobs", "job 1"));
        Assert.Equal(["queue:jobs", "job 1"], (string[])Result(waiting)!);
        Result(behind);
        Assert.Equal(3, db.ListRightPush("queue:jobs", ["job 2", "job 3", "job 4"]));
        Task<RedisResult> moved = worker.GetDatabase().ExecuteAsync("BLMOVE", "queue:jobs", "queue:doing", "LEFT", "RIGHT", 0);
        Assert.Equal("job 2", (string?)Result(moved));
        Assert.Equal("job 4", db.ListRightPopLeftPush("queue:jobs", "queue:doing"));
        Assert.Equal(["job 4", "job 2"], (db.ListRange("queue:doing")).Select(v => (string?)v));
        Assert.Equal(1, db.ListRemove("queue:doing", "job 2"));
        Assert.Equal("job 3", db.ListLeftPop("queue:jobs"));
        Assert.True((db.ListLeftPop("queue:jobs")).IsNull);
        Assert.Equal(1, db.ListLength("queue:doing"));
    }

    private static void Leaderboard(Target target)
    {
        using ConnectionMultiplexer client = Connect(target);
        IDatabase db = client.GetDatabase();
        Assert.Equal(4, db.SortedSetAdd("board", [new("ann", 10), new("bob", 20), new("cid", 30), new("abe", 20)]));
        Assert.Equal(25.5, db.SortedSetIncrement("board", "ann", 15.5));
        SortedSetEntry[] top = db.SortedSetRangeByRankWithScores("board", 0, 2, Order.Descending);
        Assert.Equal([new("cid", 30), new("ann", 25.5), new("bob", 20)], top);
        Assert.Equal(2, db.SortedSetRank("board", "ann"));
        Assert.Equal(1, db.SortedSetRank("board", "ann", Order.Descending));
        Assert.Null(db.SortedSetRank("board", "nobody"));
        Assert.Equal(20, db.SortedSetScore("board", "bob"));
        Assert.Equal(["abe", "bob", "ann"], (db.SortedSetRangeByScore("board", 20, 26)).Select(v => (string?)v));
        Task<bool>[] adding = [.. Enumerable.Range(0, 1000).Select(i => db.SortedSetAddAsync("board", $"player {i:d3}", i / 10))];
        Assert.All(Result(Task.WhenAll(adding)), Assert.True);
        Assert.Equal(1004, db.SortedSetLength("board"));
        // The scan takes several calls, and meets nobody twice.
        string[] players = [.. db.SortedSetScan("board", "player *", 100).Select(e => (string)e.Element!)];
        Assert.Equal(1000, players.Distinct().Count());
        Assert.Equal(1004, db.SortedSetRemoveRangeByRank("board", 0, -1));
        Assert.False(db.KeyExists("board"));
    }

    private static void Session(Target target)
    {
        using ConnectionMultiplexer client = Connect(target);
        IDatabase db = client.GetDatabase();
        db.HashSet("session:1", [new("user", "ann"), new("visits", 1), new("note", "a b\r\nc")]);
        Assert.Equal(42, db.HashIncrement("session:1", "visits", 41));
        Dictionary<string, string> all = (db.HashGetAll("session:1")).ToDictionary(e => (string)e.Name!, e => (string)e.Value!);
        Assert.Equal(new Dictionary<string, string> { ["user"] = "ann", ["visits"] = "42", ["note"] = "a b\r\nc" }, all);
        Assert.Equal(["ann", null], (db.HashGet("session:1", ["user", "none"])).Select(v => (string?)v));
        Assert.False(db.HashSet("session:1", "user", "bob", When.NotExists));
        Assert.True(db.KeyExpire("session:1", TimeSpan.FromSeconds(50)));
        Assert.InRange((db.KeyTimeToLive("session:1"))!.Value.TotalSeconds, 40, 50);
        Assert.True(db.HashDelete("session:1", "note"));
        Assert.Equal(2, db.HashLength("session:1"));
        Assert.True(db.SetAdd("session:tags", "new"));
        Assert.False(db.SetAdd("session:tags", "new"));
        Assert.True(db.SetContains("session:tags", "new"));
        Assert.True(db.KeyExpire("session:1", TimeSpan.FromMilliseconds(15)));
        Wire.Eventually(() => !db.KeyExists("session:1"), "the session expires");
        Assert.Empty(db.HashGetAll("session:1"));
    }

    private static void Fanout(Target target)
    {
        const int Messages = 200;
        RedisChannel news = RedisChannel.Literal("news");
        using ConnectionMultiplexer publisher = Connect(target), first = Connect(target), second = Connect(target), watcher = Connect(target);
        ConcurrentQueue<string>[] heard = [new(), new(), new()];
        first.GetSubscriber().Subscribe(news, (_, text) => heard[0].Enqueue(text!));
        second.GetSubscriber().Subscribe(news, (_, text) => heard[1].Enqueue(text!));
        watcher.GetSubscriber().Subscribe(RedisChannel.Pattern("n?ws"), (_, text) => heard[2].Enqueue(text!));
        for (int i = 0; i < Messages; i++)
            Assert.Equal(3, publisher.GetDatabase().Publish(news, $"item {i}"));
        Wire.Eventually(() => heard.All(h => h.Count == Messages), () => $"all hear all: {string.Join(' ', heard.Select(h => h.Count))} of {Messages}");
        foreach (ConcurrentQueue<string> messages in heard)
            Assert.Equal(Enumerable.Range(0, Messages).Select(i => $"item {i}").Order(StringComparer.Ordinal), messages.Order(StringComparer.Ordinal));
        first.GetSubscriber().Unsubscribe(news);
        Wire.Eventually(() => publisher.GetDatabase().Publish(news, "last") == 2, "one has left");
    }

    private static void Transaction(Target target)
    {
        using ConnectionMultiplexer client = Connect(target);
        IDatabase db = client.GetDatabase();
        db.HashSet("order", "state", "open");
        ITransaction close = db.CreateTransaction();
        close.AddCondition(Condition.HashEqual("order", "state", "open"));
        close.AddCondition(Condition.KeyNotExists("order:log"));
        Task<bool> closed = close.HashSetAsync("order", "state", "closed");
        Task<long> logged = close.ListRightPushAsync("order:log", "closed");
        Assert.True(close.Execute());
        Assert.False(Result(closed));
        Assert.Equal(1, Result(logged));
        ITransaction again = db.CreateTransaction();
        again.AddCondition(Condition.HashEqual("order", "state", "open"));
        Task<long> notLogged = again.ListRightPushAsync("order:log", "twice");
        Assert.False(again.Execute());
        Assert.True(notLogged.IsCanceled);
        Assert.Equal(1, db.ListLength("order:log"));
    }
}
