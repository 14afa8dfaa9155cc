using Pkv.Tests.Support;

namespace Pkv.Tests.Differential;

/// <summary>Everything a server holds, as clients see it: by database and key, value and expiry time.</summary>
public static class DataSet
{
    /// <summary>By how much expiry times of two servers that ran the same commands may differ.</summary>
    public const long ClockToleranceMs = 20_000;

    private const int Databases = 16;

    /// <summary>
    /// A key's value, and its expiry time in Unix ms: -1 none. A string is its bytes; of other types the value is the type
    /// and its members, where they have no order of their own in one that all servers share.
    /// </summary>
    public sealed record Held(string Value, long? ExpiryMs);

    /// <summary>Reads the data set of a server.</summary>
    public static Dictionary<(int Database, string Key), Held> Capture(Func<RespClient> server)
    {
        using RespClient client = server();
        var all = new Dictionary<(int, string), Held>();
        // Three questions in one turn: most databases are empty.
        IReadOnlyList<RespNode> sizes = client.Pipeline([.. Enumerable.Range(0, Databases).SelectMany(database => new string[][] { ["SELECT", $"{database}"], ["DBSIZE"] })]);
        for (int database = 0; database < Databases; database++)
        {
            if (sizes[(database * 2) + 1].Text != "0")
                Capture(client, database, all);
        }

        return all;
    }

    /// <summary>Deletes everything a server holds.</summary>
    public static void Clear(Func<RespClient> server)
    {
        using RespClient client = server();
        client.Call("FLUSHALL");
    }

    /// <summary>The first difference of two data sets as a text, or null.</summary>
    public static string? Difference(
        Dictionary<(int Database, string Key), Held> one, Dictionary<(int Database, string Key), Held> other, long toleranceMs,
        string oneName = "one", string otherName = "other")
    {
        foreach ((int Database, string Key) key in one.Keys.Union(other.Keys))
        {
            one.TryGetValue(key, out Held? here);
            other.TryGetValue(key, out Held? there);
            bool alike = here is not null && there is not null && here.Value == there.Value;
            if (alike && here!.ExpiryMs is { } hereMs && there!.ExpiryMs is { } thereMs)
                alike = hereMs < 0 == thereMs < 0 && Math.Abs(hereMs - thereMs) <= toleranceMs;
            if (!alike)
                return $"database {key.Database}, key '{key.Key}'\n  {oneName} {Shown(here, there)}\n  {otherName} {Shown(there, here)}";
        }

        return null;
    }

    private static void Capture(RespClient client, int database, Dictionary<(int, string), Held> all)
    {
        client.Call("SELECT", $"{database}");
        string[] keys = [.. client.Call("KEYS", "*").Items.Select(key => key.Text)];
        IReadOnlyList<RespNode> types = client.Pipeline([.. keys.Select(key => new[] { "TYPE", key })]);
        IReadOnlyList<RespNode> values = client.Pipeline([.. keys.Select((key, i) => Question(key, types[i].Text))]);
        IReadOnlyList<RespNode> times = client.Pipeline([.. keys.Select(key => new[] { "PEXPIRETIME", key })]);
        for (int i = 0; i < keys.Length; i++)
        {
            if (!values[i].IsNull)
                all[(database, keys[i])] = new Held(Text(types[i].Text, values[i]), times[i].Integer);
        }
    }

    private static string[] Question(string key, string type) => type switch
    {
        "hash" => ["HGETALL", key],
        "list" => ["LRANGE", key, "0", "-1"],
        "set" => ["SMEMBERS", key],
        "zset" => ["ZRANGE", key, "0", "-1", "WITHSCORES"],
        "stream" => ["XRANGE", key, "-", "+"],
        _ => ["GET", key],
    };

    private static string Text(string type, RespNode value) => type switch
    {
        "string" => value.Text,
        "hash" => $"hash {string.Join('\n', value.Items.Chunk(2).Select(pair => $"{pair[0].Text} => {pair[1].Text}").Order(StringComparer.Ordinal))}",
        "set" => $"set {string.Join('\n', value.Items.Select(item => item.Text).Order(StringComparer.Ordinal))}",
        "stream" => $"stream {string.Join('\n', value.Items.Select(entry => $"{entry.Items[0].Text} {string.Join(' ', entry.Items[1].Items.Select(i => i.Text))}"))}",
        // Of a zero's sign Redis takes no care: it depends on how the set is held.
        "zset" => $"zset {string.Join('\n', value.Items.Select((item, i) => i % 2 == 1 && item.Text == "-0" ? "0" : item.Text))}",
        _ => $"{type} {string.Join('\n', value.Items.Select(item => item.Text))}",
    };

    // From shortly before the first byte that is not the same.
    private static string Shown(Held? held, Held? other)
    {
        const int shown = 200, before = 40;
        if (held is null)
            return "has no such key";
        int same = other is null ? 0 : held.Value.Zip(other.Value).TakeWhile(pair => pair.First == pair.Second).Count();
        int start = Math.Max(0, same - before);
        string text = held.Value.Length - start > shown ? held.Value.Substring(start, shown) + "…" : held.Value[start..];
        return $"{(start > 0 ? $"from byte {start}: " : "")}'{text}' ({held.Value.Length} bytes) until {held.ExpiryMs}";
    }
}
