using System.Globalization;

namespace Pkv.Bench.Stalls;

/// <summary>The data that hostile clients work on, and the clients, in an order in which each finds what it needs.</summary>
/// <param name="elements">Elements of the largest collections.</param>
internal sealed class HostileClients(int elements)
{
    private const int PerCommand = 200;

    private const string Committing = "committed in one step";

    private readonly int _sorted = elements / 4;
    private readonly int _absent = elements / 2;
    private readonly int _queued = elements * 3 / 20;
    private readonly int _names = elements / 50;

    /// <summary>All of them.</summary>
    public IReadOnlyList<HostileClient> All =>
    [
        new("nothing, for comparison", static c => { for (int i = 0; i < 200; i++) c.Call(["PING"]); }),
        new($"ZUNIONSTORE of {Text(elements)}", c => c.Call(["ZUNIONSTORE", "union", "2", "scores", "scores2"])),
        new($"ZUNION of {Text(elements)} WITHSCORES", c => c.Call(["ZUNION", "2", "scores", "scores2", "WITHSCORES"])),
        new($"COPY of a sorted set of {Text(elements)}", c => c.Call(["COPY", "scores", "scores3"])),
        new($"COPY of a set of {Text(elements)}", c => c.Call(["COPY", "members", "members3"])),
        new($"RENAME of a set of {Text(elements)}", c => c.Call(["RENAME", "members3", "members4"])),
        new($"DEL of a sorted set of {Text(elements)}", c => c.Call(["DEL", "union"])),
        new($"UNLINK of a sorted set of {Text(elements)}", c => c.Call(["UNLINK", "scores3"])),
        new($"SET over a set of {Text(elements)}", c => c.Call(["SET", "members4", "1"])),
        new($"PEXPIRE 1 of a set of {Text(elements)}", c => { c.Call(["PEXPIRE", "expiring", "1"]); Until(c, "EXISTS", "expiring", 0); })
            { Prepare = c => c.Call(["COPY", "members", "expiring"]) },
        new($"SORT BY GET of {Text(_sorted)}", c => c.Call(["SORT", "order", "BY", "w_*", "GET", "v_*"])),
        new($"SORT ALPHA of {Text(_sorted)}", c => c.Call(["SORT", "order", "ALPHA"])),
        new($"SUNIONSTORE of {Text(_absent)} absent keys", () => ["SUNIONSTORE", "none", .. Names("absent", _absent)]),
        new($"SDIFFSTORE of {Text(elements)}", c => c.Call(["SDIFFSTORE", "difference", "members", "members2"])),
        new($"SINTER of {Text(elements)}", c => c.Call(["SINTER", "members", "members2"])),
        new($"SRANDMEMBER -{Text(elements)}", c => c.Call(["SRANDMEMBER", "members", Text(-elements)])),
        new($"SMEMBERS of {Text(elements)}", c => c.Call(["SMEMBERS", "members"])),
        new($"HGETALL of {Text(_absent)}", c => c.Call(["HGETALL", "fields"])),
        new($"LRANGE 0 -1 of {Text(elements)}", c => c.Call(["LRANGE", "values", "0", "-1"])),
        new($"ZRANGEBYLEX of {Text(_absent)}", c => c.Call(["ZRANGEBYLEX", "words", "-", "+"])),
        new($"LREM in {Text(elements)}", c => c.Call(["LREM", "values", "0", "absent"])),
        new($"LINSERT in {Text(elements)}", c => c.Call(["LINSERT", "values", "BEFORE", Text(elements - 1), "new"])),
        new($"KEYS * of {Text(2 * _sorted)}", c => c.Call(["KEYS", "*"])),
        new($"EXEC of {Text(_queued)} SETs", c => c.Call(["EXEC"])) { Prepare = Queue, Uncut = Committing },
        new($"SADD of {Text(_absent)} members at once", () => ["SADD", "added", .. Names("m", _absent)]),
        new($"MSET of {Text(_queued)} keys", () => ["MSET", .. Names("k", _queued).SelectMany(static k => new[] { k, "v" })]),
        new($"DEL of {Text(_queued)} keys", () => ["DEL", .. Names("k", _queued)]),
        new($"PSUBSCRIBE to {Text(_names)} patterns", () => ["PSUBSCRIBE", .. Names("p", _names).Select(static p => p + "*")], _names),
        new($"closing with {Text(_names)} patterns", static c => c.Dispose())
            { Prepare = c => c.Call(["PSUBSCRIBE", .. Names("p", _names).Select(static p => p + "*")], _names), Closes = true },
        new($"closing with {Text(_names)} channels", static c => c.Dispose())
            { Prepare = c => c.Call(["SUBSCRIBE", .. Names("c", _names)], _names), Closes = true },
        new($"WATCH of {Text(_names)} keys", () => ["WATCH", .. Names("w", _names)]),
        new($"closing with {Text(_names)} watched keys", static c => c.Dispose()) { Prepare = c => c.Call(["WATCH", .. Names("w", _names)]), Closes = true },
        new($"BLPOP of {Text(_names)} keys for 10 ms", () => ["BLPOP", .. Names("b", _names), "0.01"]),
        new($"closing while blocked at {Text(_names)} keys", static c => c.Dispose()) { Prepare = c => c.Send(["BLPOP", .. Names("b", _names), "0"]), Closes = true },
        new("FLUSHALL", static c => c.Call(["FLUSHALL"])),
    ];

    /// <summary>Makes the data.</summary>
    public void Load(BulkConnection client)
    {
        Many(client, elements, "ZADD", "scores", static i => [Text(i), "m" + Text(i)]);
        Many(client, elements / 20, "ZADD", "scores2", static i => [Text(i), "n" + Text(i)]);
        Many(client, elements, "SADD", "members", static i => ["m" + Text(i)]);
        Many(client, elements, "SADD", "members2", static i => ["m" + Text(2 * i)]);
        Many(client, elements, "RPUSH", "values", static i => [Text(i)]);
        Many(client, _absent, "HSET", "fields", static i => ["f" + Text(i), "v" + Text(i)]);
        Many(client, _absent, "ZADD", "words", static i => ["0", "m" + Text(i)]);
        Many(client, _sorted, "RPUSH", "order", static i => [Text(i)]);
        for (int i = 0; i < _sorted; i++)
        {
            client.Queue("SET", "w_" + Text(i), Text((long)i * 7919 % 1_000_003));
            client.Queue("SET", "v_" + Text(i), "value" + Text(i));
        }
        client.Drain();
    }

    private void Queue(BulkConnection client)
    {
        client.Call(["MULTI"]);
        for (int i = 0; i < _queued; i++) client.Queue("SET", "q" + Text(i), "value");
        client.Drain();
    }

    private static void Many(BulkConnection client, int count, string command, string key, Func<int, string[]> element)
    {
        for (int first = 0; first < count; first += PerCommand)
        {
            List<string> words = [command, key];
            for (int i = first; i < Math.Min(count, first + PerCommand); i++) words.AddRange(element(i));
            client.Queue(words);
        }
        client.Drain();
    }

    private static void Until(BulkConnection client, string command, string key, long wanted)
    {
        while (client.Call([command, key]) != wanted)
        {
        }
    }

    private static IEnumerable<string> Names(string prefix, int count) => Enumerable.Range(0, count).Select(i => prefix + Text(i));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
