using Pkv.Tests.Support;
using StackExchange.Redis;
using Xunit;

namespace Pkv.Tests.Clients;

/// <summary>The client that most .NET programs use: strings, expiry, transactions, pipelines.</summary>
public sealed class StackExchangeTests(PkvServer server) : IClassFixture<PkvServer>, IDisposable
{
    private readonly ConnectionMultiplexer _client = ConnectionMultiplexer.Connect($"127.0.0.1:{server.Port},syncTimeout=20000,connectTimeout=20000");

    public void Dispose() => _client.Dispose();

    [Fact]
    public void Strings()
    {
        IDatabase db = _client.GetDatabase();
        Assert.True(db.StringSet("se:a", "value"));
        Assert.Equal("value", db.StringGet("se:a"));
        Assert.True(db.StringGet("se:none").IsNull);
        Assert.Equal(3, db.StringIncrement("se:n", 3));
        Assert.Equal(2, db.StringDecrement("se:n"));
        Assert.Equal(7, db.StringAppend("se:a", "++"));
        Assert.True(db.StringSet([new("se:x", "1"), new("se:y", "2")]));
        Assert.Equal(["1", "2", null], db.StringGet(["se:x", "se:y", "se:z"]).Select(v => (string?)v));
        Assert.False(db.StringSet("se:x", "3", when: When.NotExists));
        Assert.Equal("1", db.StringGetSet("se:x", "4"));
        byte[] large = new byte[3_000_000];
        new Random(1).NextBytes(large);
        Assert.True(db.StringSet("se:large", large));
        Assert.True(((byte[])db.StringGet("se:large")!).AsSpan().SequenceEqual(large));
        Assert.True(db.KeyDelete("se:large"));
        Assert.False(db.KeyExists("se:large"));
    }

    [Fact]
    public void Expiry()
    {
        IDatabase db = _client.GetDatabase(3);
        Assert.True(db.StringSet("se:timed", "v", TimeSpan.FromSeconds(100)));
        Assert.InRange(db.KeyTimeToLive("se:timed")!.Value.TotalSeconds, 90, 100);
        Assert.True(db.KeyPersist("se:timed"));
        Assert.Null(db.KeyTimeToLive("se:timed"));
        Assert.True(db.KeyExpire("se:timed", TimeSpan.FromMilliseconds(20)));
        Pkv.Tests.Receive.Wire.Eventually(() => !db.KeyExists("se:timed"), "the key expires");
    }

    [Fact]
    public async Task Transactions()
    {
        IDatabase db = _client.GetDatabase();
        db.StringSet("se:t", "1");
        ITransaction transaction = db.CreateTransaction();
        transaction.AddCondition(Condition.StringEqual("se:t", "1"));
        Task<long> incremented = transaction.StringIncrementAsync("se:t");
        Task<bool> set = transaction.StringSetAsync("se:u", "x");
        Assert.True(await transaction.ExecuteAsync());
        Assert.Equal(2, await incremented);
        Assert.True(await set);
        ITransaction refused = db.CreateTransaction();
        refused.AddCondition(Condition.StringEqual("se:t", "1"));
        _ = refused.StringIncrementAsync("se:t");
        Assert.False(await refused.ExecuteAsync());
        Assert.Equal("2", db.StringGet("se:t"));
    }

    [Fact]
    public async Task Pipelines()
    {
        IDatabase db = _client.GetDatabase();
        Task<bool>[] sets = [.. Enumerable.Range(0, 5000).Select(i => db.StringSetAsync($"se:p{i}", new string('v', i)))];
        await Task.WhenAll(sets);
        RedisValue[] values = await Task.WhenAll(Enumerable.Range(0, 5000).Select(i => db.StringGetAsync($"se:p{i}")));
        Assert.All(values, (v, i) => Assert.Equal(i, ((string)v!).Length));
        IBatch batch = db.CreateBatch();
        Task<long>[] increments = [.. Enumerable.Range(0, 100).Select(_ => batch.StringIncrementAsync("se:batch"))];
        batch.Execute();
        Assert.Equal(100, (await Task.WhenAll(increments)).Max());
    }
}
