using Pkv.Server.Configuration;
using Xunit;

namespace Pkv.Tests.Configuration;

/// <summary>CONFIG GET and CONFIG SET, with Redis 7.0's texts (checked against redis-server 7.0.15).</summary>
public sealed class ConfigTableTests
{
    private readonly ConfigTable table = new(new PkvOptions { AllowUnsupported = true });

    public static TheoryData<string, string, string> MutableSamples
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach ((string name, string value, string shown) in OptionSamples.All)
            {
                if (ConfigTable.Find(name)!.Mutability == ConfigMutability.Mutable)
                    data.Add(name, value, shown);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(MutableSamples))]
    public void SetIsSeenByGetAndGetCanBeSetAgain(string name, string value, string shown)
    {
        Assert.Equal("", Set(name, value));
        Assert.Equal(shown, Assert.Single(table.Get(name)).Value);
        Assert.Equal("", Set(name, shown));
        Assert.Equal(shown, Assert.Single(table.Get(name.ToUpperInvariant())).Value);
    }

    [Theory]
    [InlineData("foo", "bar", "ERR Unknown option or number of arguments for CONFIG SET - 'foo'")]
    [InlineData("rename-command", "a b", "ERR Unknown option or number of arguments for CONFIG SET - 'rename-command'")]
    [InlineData("MaxClients", "abc", "ERR CONFIG SET failed (possibly related to argument 'MaxClients') - argument couldn't be parsed into an integer")]
    [InlineData("maxclients", "0", "ERR CONFIG SET failed (possibly related to argument 'maxclients') - argument must be between 1 and 4294967295 inclusive")]
    [InlineData("timeout", "99999999999", "ERR CONFIG SET failed (possibly related to argument 'timeout') - argument must be between 0 and 2147483647 inclusive")]
    [InlineData("slowlog-log-slower-than", "-5", "ERR CONFIG SET failed (possibly related to argument 'slowlog-log-slower-than') - argument must be between -1 and 9223372036854775807 inclusive")]
    [InlineData("list-max-listpack-size", "99999999999", "ERR CONFIG SET failed (possibly related to argument 'list-max-listpack-size') - argument must be between -2147483648 and 2147483647 inclusive")]
    [InlineData("databases", "4", "ERR CONFIG SET failed (possibly related to argument 'databases') - can't set immutable config")]
    [InlineData("tcp-backlog", "x", "ERR CONFIG SET failed (possibly related to argument 'tcp-backlog') - can't set immutable config")]
    [InlineData("dir", "/tmp", "ERR CONFIG SET failed (possibly related to argument 'dir') - can't set protected config")]
    [InlineData("dbfilename", "x", "ERR CONFIG SET failed (possibly related to argument 'dbfilename') - can't set protected config")]
    [InlineData("appendfsync", "foo", "ERR CONFIG SET failed (possibly related to argument 'appendfsync') - argument(s) must be one of the following: everysec, always, no")]
    [InlineData("maxmemory-policy", "x", "ERR CONFIG SET failed (possibly related to argument 'maxmemory-policy') - argument(s) must be one of the following: volatile-lru, volatile-lfu, volatile-random, volatile-ttl, allkeys-lru, allkeys-lfu, allkeys-random, noeviction")]
    [InlineData("appendonly", "foo", "ERR CONFIG SET failed (possibly related to argument 'appendonly') - argument must be 'yes' or 'no'")]
    [InlineData("appendonly", "no", "ERR CONFIG SET failed (possibly related to argument 'appendonly') - the log is the store, it cannot be turned off")]
    [InlineData("maxmemory", "12xx", "ERR CONFIG SET failed (possibly related to argument 'maxmemory') - argument must be a memory value")]
    [InlineData("zset-max-ziplist-value", "x", "ERR CONFIG SET failed (possibly related to argument 'zset-max-ziplist-value') - argument must be a memory value")]
    [InlineData("proto-max-bulk-len", "1", "ERR CONFIG SET failed (possibly related to argument 'proto-max-bulk-len') - argument must be between 1048576 and 9223372036854775807 inclusive")]
    [InlineData("save", "a b", "ERR CONFIG SET failed (possibly related to argument 'save') - Invalid save parameters")]
    [InlineData("client-output-buffer-limit", "foo 1 2 3", "ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Invalid client class specified in buffer limit configuration.")]
    [InlineData("client-output-buffer-limit", "normal 1 2", "ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Wrong number of arguments in buffer limit configuration.")]
    [InlineData("client-output-buffer-limit", "normal -1 2 3", "ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Error in hard, soft or soft_seconds setting in buffer limit configuration.")]
    [InlineData("notify-keyspace-events", "QQ", "ERR CONFIG SET failed (possibly related to argument 'notify-keyspace-events') - Invalid event class character. Use 'Ag$lshzxeKEtmdn'.")]
    public void ErrorsAreRedisOwn(string name, string value, string expected) => Assert.Equal(expected, Set(name, value));

    [Fact]
    public void SetIsAllOrNothing()
    {
        Assert.StartsWith("ERR CONFIG SET failed (possibly related to argument 'maxclients')", Set("timeout", "30", "maxclients", "x"));
        Assert.Equal("ERR CONFIG SET failed (possibly related to argument 'HZ') - duplicate parameter", Set("timeout", "30", "hz", "1", "HZ", "2"));
        Assert.Equal("ERR Unknown option or number of arguments for CONFIG SET - 'foo'", Set("timeout", "x", "foo", "1"));
        Assert.Equal(0, table.Options.ClientTimeoutSeconds);
        Assert.Equal("", Set("timeout", "30", "maxclients", "7", "requirepass", "s"));
        Assert.Equal((30, 7L, "s"), (table.Options.ClientTimeoutSeconds, table.Options.MaxClients, table.Options.RequirePass));
    }

    [Fact]
    public void AValueThatCannotBePutIntoEffectUndoesAll()
    {
        var changed = new List<string>();
        table.Changed += changed.Add;
        Assert.Equal("", Set("notify-keyspace-events", "AKn", "client-output-buffer-limit", "pubsub 1 2 3"));
        Assert.Equal(["notify-keyspace-events", "client-output-buffer-limit"], changed);
        changed.Clear();
        table.Applying = name => name == "maxclients" && table.Options.MaxClients > 100 ? "too many" : null;
        Assert.Equal(
            "ERR CONFIG SET failed (possibly related to argument 'MAXCLIENTS') - too many",
            Set("notify-keyspace-events", "", "client-output-buffer-limit", "pubsub 4 5 6", "hz", "3", "MAXCLIENTS", "101"));
        Assert.Empty(changed);
        Assert.Equal((10, 10_000L), (table.Options.Hz, table.Options.MaxClients));
        Assert.Equal("AKn", Assert.Single(table.Get("notify-keyspace-events")).Value);
        Assert.Equal(new OutputBufferLimit(1, 2, 3), table.Options.ClientOutputBufferLimits.Pubsub);
        Assert.Equal("", Set("hash-max-ziplist-entries", "9", "maxclients", "100"));
        Assert.Equal(["hash-max-listpack-entries", "maxclients"], changed);
    }

    [Fact]
    public void GetTakesPatternsAndNames()
    {
        Assert.Equal(["maxmemory", "maxmemory-policy", "maxmemory-samples", "maxmemory-eviction-tenacity", "maxmemory-clients"], Names("maxmemory*"));
        Assert.Equal(["HZ", "port"], Names("HZ", "h?", "p[oO]rt", "hz", "no-such"));
        Assert.Equal(["hash-max-ziplist-entries", "hash-max-ziplist-value"], Names("hash-max-zip*").Order());
        Assert.DoesNotContain("rename-command", Names("*"));
        Assert.Empty(Names("rename-command"));
        Assert.Equal(ConfigTable.Rows.Where(static row => row.Visible).Sum(static row => 1 + row.Aliases.Count), Names("*").Length);
    }

    [Theory]
    [InlineData("no", false, false)]
    [InlineData("no", true, false)]
    [InlineData("local", false, false)]
    [InlineData("local", true, true)]
    [InlineData("yes", false, true)]
    [InlineData("yes", true, true)]
    public void ProtectedOptionsAreForThoseWhoMay(string access, bool isLocal, bool expected)
    {
        ConfigTable.Find("enable-protected-configs")!.Parse(access, out Action<PkvOptions> change);
        change(table.Options);
        Assert.Equal(expected, table.TrySet([KeyValuePair.Create("dbfilename", "other.rdb")], out string error, isLocal));
        Assert.Equal(expected ? "" : "ERR CONFIG SET failed (possibly related to argument 'dbfilename') - can't set protected config", error);
        Assert.Equal(expected ? "other.rdb" : "dump.rdb", Assert.Single(table.Get("dbfilename")).Value);
    }

    [Fact]
    public void WhatIsNotSupportedCannotBeSetToMoreThanItsDefault()
    {
        table.Options.AllowUnsupported = false;
        Assert.Equal("ERR CONFIG SET failed (possibly related to argument 'tls-port') - not supported: connections are not encrypted", Set("tls-port", "6380"));
        Assert.Equal("ERR CONFIG SET failed (possibly related to argument 'min-slaves-to-write') - not supported: there is no replication", Set("min-slaves-to-write", "1"));
        Assert.Equal("ERR CONFIG SET failed (possibly related to argument 'tls-port') - argument must be between 0 and 65535 inclusive", Set("tls-port", "65536"));
        Assert.Equal("", Set("tls-port", "0", "min-replicas-to-write", "0", "masterauth", ""));
        table.Options.AllowUnsupported = true;
        Assert.Equal("", Set("min-replicas-to-write", "1"));
        Assert.Equal("1", Assert.Single(table.Get("min-slaves-to-write")).Value);
    }

    [Theory]
    [InlineData("$nKm", "Kn$m")]
    [InlineData("AKEm", "mKEA")]
    [InlineData("AKEmn", "AKEnm")]
    [InlineData("A", "g$lshzxetd")]
    [InlineData("g$lshzxet", "tgexzhsl$")]
    [InlineData("", "")]
    public void EventClassesAreShownInRedisOrder(string shown, string value)
    {
        Assert.Equal("", Set("notify-keyspace-events", value));
        Assert.Equal(shown, Assert.Single(table.Get("notify-keyspace-events")).Value);
    }

    [Theory]
    [InlineData("*", "", false)]
    [InlineData("a*c", "abbc", true)]
    [InlineData("a*c", "abbd", false)]
    [InlineData("a**", "a", true)]
    [InlineData("?", "", false)]
    [InlineData("[a-c]x", "Bx", true)]
    [InlineData("[^a-c]x", "bx", false)]
    [InlineData("[^a-c]x", "dx", true)]
    [InlineData("[c-a]", "b", true)]
    [InlineData("[ab", "b", true)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "a", false)]
    [InlineData("[\\]]", "]", true)]
    [InlineData("abc", "abcd", false)]
    public void PatternsMatchAsInRedis(string pattern, string text, bool expected)
        => Assert.Equal(expected, NamePattern.IsMatch(pattern, text));

    [Fact]
    public async Task ReadersNeverSeeHalfOfASet()
    {
        using var stop = new CancellationTokenSource();
        Task writer = Task.Run(() =>
        {
            for (int i = 1; !stop.IsCancellationRequested; i = i % 400 + 1)
                Set("hz", $"{i}", "timeout", $"{i}");
        }, TestContext.Current.CancellationToken);
        Set("hz", "1", "timeout", "1");
        for (int i = 0; i < 2000; i++)
        {
            IReadOnlyList<KeyValuePair<string, string>> both = table.Get("hz", "timeout");
            Assert.Equal(both[0].Value, both[1].Value);
        }

        stop.Cancel();
        await writer;
    }

    private string Set(params string[] words)
    {
        KeyValuePair<string, string>[] pairs = [.. words.Chunk(2).Select(static pair => KeyValuePair.Create(pair[0], pair[1]))];
        Assert.Equal(table.TrySet(pairs, out string error), error.Length == 0);
        return error;
    }

    private string[] Names(params string[] patterns) => [.. table.Get(patterns).Select(static pair => pair.Key)];
}
