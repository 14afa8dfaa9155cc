using Pkv.Engine.Records;
using Pkv.Tests.Receive;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Cleaning;

/// <summary>
/// A random client with a memory: sends writes, deletions, expiry changes and commands over whole databases, knows what the
/// data set must be, and compares. Every stream repeats by its seed.
/// </summary>
/// <param name="seed">Of the stream.</param>
/// <param name="keys">How many keys there may be in a database.</param>
/// <param name="maxValueBytes">Of a value.</param>
/// <param name="prefix">Of the keys; one that is not empty stands for one client among others: it leaves whole databases alone.</param>
internal sealed class ChurnModel(int seed, int keys, int maxValueBytes, string prefix = "")
{
    private const int Databases = 3;
    private const long FarMs = 4_000_000_000_000;

    private readonly Random _random = new(seed);
    private Dictionary<string, (int Length, int Seed, long ExpiryMs)>[] _data = [.. Enumerable.Range(0, Databases).Select(_ => new Dictionary<string, (int, int, long)>())];
    private int _database;
    private int _nextSeed;

    /// <summary>Bytes of values sent.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Bytes of values that live.</summary>
    public long LiveBytes => _data.Sum(d => d.Values.Sum(v => (long)v.Length));

    /// <summary>Sends a pipeline of random commands and checks that none is refused.</summary>
    public void Run(RespClient client, int commands)
    {
        List<string[]> batch = [["SELECT", $"{_database}"]];
        for (int i = 0; i < commands; i++)
            batch.Add(Next());
        foreach (RespNode reply in client.Pipeline(batch))
            Assert.False(reply.IsError, $"seed {seed}: {reply}, live {LiveBytes}\n{(reply.IsError ? client.Call("INFO", "persistence").Text : "")}");
    }

    /// <summary>Everything is as it must be.</summary>
    public void Check(RespClient client)
    {
        for (int database = 0; database < Databases; database++)
        {
            client.Call("SELECT", $"{database}");
            if (prefix.Length == 0)
                Assert.Equal(_data[database].Count, client.Call("DBSIZE").Integer);
            foreach ((string key, (int length, int valueSeed, long expiryMs)) in _data[database])
            {
                RespNode value = client.Call("GET", key);
                Assert.True(value.Text == ValueOf(length, valueSeed), $"seed {seed}: database {database}, {key} has another value");
                Assert.True(expiryMs == client.Call("PEXPIRETIME", key).Integer, $"seed {seed}: database {database}, {key} has another expiry");
            }
        }
        client.Call("SELECT", $"{_database}");
    }

    private string[] Next()
    {
        Dictionary<string, (int Length, int Seed, long ExpiryMs)> data = _data[_database];
        string key = Key();
        int kind = _random.Next(prefix.Length == 0 ? 1000 : 985);
        switch (kind)
        {
            case < 500:
                return Set(data, key, -1);
            case < 600:
                return Set(data, key, FarMs + _random.Next(1000));
            case < 750:
                data.Remove(key);
                return ["DEL", key];
            case < 830:
                return SetExpiry(data, key, FarMs + _random.Next(1000));
            case < 870:
                if (data.TryGetValue(key, out (int Length, int Seed, long ExpiryMs) held))
                    data[key] = held with { ExpiryMs = -1 };
                return ["PERSIST", key];
            case < 940:
                return SetMany(data);
            case < 985:
                return Rename(data, key);
            case < 990:
                _database = _random.Next(Databases);
                return ["SELECT", $"{_database}"];
            case < 994:
                int a = _random.Next(Databases), b = _random.Next(Databases);
                (_data[a], _data[b]) = (_data[b], _data[a]);
                return ["SWAPDB", $"{a}", $"{b}"];
            case < 996 when _database != 0 && _random.Next(10) == 0:
                data.Clear();
                return ["FLUSHDB"];
            case < 997 when _random.Next(20) == 0:
                _data = [.. _data.Select(_ => new Dictionary<string, (int, int, long)>())];
                return ["FLUSHALL"];
            default:
                return Set(data, key, -1);
        }
    }

    private string[] Set(Dictionary<string, (int, int, long)> data, string key, long expiryMs)
    {
        (int length, int valueSeed) = NewValue();
        data[key] = (length, valueSeed, expiryMs);
        return expiryMs < 0 ? ["SET", key, ValueOf(length, valueSeed)] : ["SET", key, ValueOf(length, valueSeed), "PXAT", $"{expiryMs}"];
    }

    private static string[] SetExpiry(Dictionary<string, (int Length, int Seed, long ExpiryMs)> data, string key, long expiryMs)
    {
        if (data.TryGetValue(key, out (int Length, int Seed, long ExpiryMs) held))
            data[key] = held with { ExpiryMs = expiryMs };
        return ["PEXPIREAT", key, $"{expiryMs}"];
    }

    private string[] SetMany(Dictionary<string, (int, int, long)> data)
    {
        List<string> command = ["MSET"];
        for (int i = 0; i < 5; i++)
        {
            string key = Key();
            command.AddRange(Set(data, key, -1)[1..]);
        }
        return [.. command];
    }

    private string[] Rename(Dictionary<string, (int, int, long)> data, string key)
    {
        string target = Key();
        if (!data.ContainsKey(key))
            return Set(data, key, -1);
        (int, int, long) held = data[key];
        data.Remove(key);
        data[target] = held;
        return ["RENAME", key, target];
    }

    private string Key() => $"{prefix}key:{_random.Next(keys)}";

    // Mostly small, now and then long.
    private (int Length, int Seed) NewValue()
    {
        int length = _random.Next(10) == 0 ? _random.Next(maxValueBytes) : _random.Next(1 + maxValueBytes / 10);
        BytesSent += length;
        return (length, _nextSeed++);
    }

    private static string ValueOf(int length, int seed) => System.Text.Encoding.Latin1.GetString(Wire.Value(length, seed));
}
