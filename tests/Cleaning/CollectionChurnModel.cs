using System.Globalization;
using Pkv.Tests.Receive;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Cleaning;

/// <summary>
/// A random client of hashes, lists, sets and sorted sets with a memory: keys change their types, collections grow from one element to
/// thousands and shrink to nothing, have an expiry and lose it. Every stream repeats by its seed.
/// </summary>
internal sealed class CollectionChurnModel(int seed, int keys, int maxValueBytes)
{
    private const long FarMs = 4_000_000_000_000;

    private readonly Random _random = new(seed);
    private readonly Dictionary<string, Held> _data = [];
    private readonly List<string[]> _batch = [];
    private int _made;

    /// <summary>Bytes of elements sent.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Sends a pipeline of random commands and checks that none is refused.</summary>
    public void Run(RespClient client, int commands)
    {
        _batch.Clear();
        while (_batch.Count < commands)
            Next();
        List<RespNode> replies = [.. client.Pipeline(_batch)];
        for (int i = 0; i < replies.Count; i++)
            Assert.False(replies[i].IsError, $"seed {seed}: {string.Join(' ', _batch[i].Take(3))}: {replies[i]}\n{(replies[i].IsError ? client.Call("INFO", "persistence").Text : "")}");
    }

    /// <summary>Everything is as it must be.</summary>
    public void Check(RespClient client)
    {
        Assert.Equal(_data.Count, client.Call("DBSIZE").Integer);
        foreach ((string key, Held held) in _data)
        {
            string[] found = held.Type switch
            {
                'h' => Pairs(client.Call("HGETALL", key)),
                't' => [.. client.Call("SMEMBERS", key).Items.Select(i => i.Text).Order(StringComparer.Ordinal)],
                'z' => Pairs(client.Call("ZRANGE", key, "0", "-1", "WITHSCORES")),
                'l' => [.. client.Call("LRANGE", key, "0", "-1").Items.Select(i => i.Text)],
                _ => [client.Call("GET", key).Text],
            };
            string[] expected = held.Type switch
            {
                'l' => [.. held.List],
                's' => [held.Text],
                _ => [.. held.Map.Select(p => held.Type == 't' ? p.Key : $"{p.Key}\t{p.Value}").Order(StringComparer.Ordinal)],
            };
            Assert.True(found.SequenceEqual(expected), $"seed {seed}: {key} ({held.Type}) has {found.Length} elements, must have {expected.Length}; "
                + $"first difference at {found.Zip(expected).TakeWhile(p => p.First == p.Second).Count()}");
            Assert.Equal(held.ExpiryMs, client.Call("PEXPIRETIME", key).Integer);
        }
    }

    private static string[] Pairs(RespNode reply)
    {
        string[] texts = [.. reply.Items.Select(i => i.Text)];
        return [.. Enumerable.Range(0, texts.Length / 2).Select(i => $"{texts[2 * i]}\t{texts[2 * i + 1]}").Order(StringComparer.Ordinal)];
    }

    private void Next()
    {
        // Two keys take a share of everything and grow large.
        int number = _random.Next(4) == 0 ? _random.Next(2) : _random.Next(keys);
        string key = $"key:{number}";
        _data.TryGetValue(key, out Held? held);
        int roll = _random.Next(1000);
        if (held is null || roll < 6)
            Create(key, held);
        else if (roll < 15 && number > 1)
            Delete(key);
        else if (roll < 40)
            Expire(key, held);
        else if (roll < 48 && number > 1)
            Rename(key, held);
        else
            Change(key, held);
    }

    private void Create(string key, Held? before)
    {
        char type = "hltzs"[_random.Next(5)];
        Held held = _data[key] = new Held(type);
        // SET takes the place of anything, elements do not.
        if (before is not null && type != 's')
            _batch.Add(["DEL", key]);
        if (type == 's')
            _batch.Add(["SET", key, held.Text = Value()]);
        else
            Grow(key, held, _random.Next(1, 40));
    }

    private void Delete(string key)
    {
        _data.Remove(key);
        _batch.Add(["UNLINK", key]);
    }

    private void Expire(string key, Held held)
    {
        held.ExpiryMs = _random.Next(3) == 0 ? -1 : FarMs + _random.Next(1000);
        _batch.Add(held.ExpiryMs < 0 ? ["PERSIST", key] : ["PEXPIREAT", key, $"{held.ExpiryMs}"]);
    }

    private void Rename(string key, Held held)
    {
        string target = $"key:{2 + _random.Next(keys)}";
        if (target == key || held.List.Count + held.Map.Count > 2000)
            return;
        if (_random.Next(2) == 0)
        {
            _batch.Add(["COPY", key, target, "REPLACE"]);
            _data[target] = held.Copy();
            return;
        }
        _batch.Add(["RENAME", key, target]);
        _data.Remove(key);
        _data[target] = held;
    }

    private void Change(string key, Held held)
    {
        int count = held.Type == 'l' ? held.List.Count : held.Map.Count;
        bool grows = _random.Next(100) < (count > 20_000 ? 20 : key is "key:0" or "key:1" ? 60 : count > 60 ? 30 : 52);
        if (held.Type == 's')
            _batch.Add(["SET", key, held.Text = Value(), "KEEPTTL"]);
        else if (grows)
            Grow(key, held, _random.Next(20) == 0 ? _random.Next(1, 300) : _random.Next(1, 4));
        else if (held.Type == 'l')
            ChangeList(key, held);
        else
            Shrink(key, held, _random.Next(1, 5));
        if (held.Type != 's' && held.List.Count + held.Map.Count == 0)
            _data.Remove(key);
    }

    private void Grow(string key, Held held, int count)
    {
        bool atHead = _random.Next(2) == 0;
        List<string> command = [held.Type switch { 'h' => "HSET", 't' => "SADD", 'z' => "ZADD", _ => atHead ? "LPUSH" : "RPUSH" }, key];
        for (int i = 0; i < count; i++)
        {
            string name = $"name:{_random.Next(key is "key:0" or "key:1" ? 40_000 : 120)}";
            if (held.Type == 'l')
            {
                string value = Value();
                held.List.Insert(atHead ? 0 : held.List.Count, value);
                command.Add(value);
            }
            else if (held.Type == 't')
            {
                held.Map[name] = "";
                command.Add(name);
            }
            else
            {
                string value = held.Map[name] = held.Type == 'h' ? Value() : _random.Next(-1000, 1000).ToString(CultureInfo.InvariantCulture);
                command.AddRange(held.Type == 'h' ? [name, value] : [value, name]);
            }
        }
        _batch.Add([.. command]);
    }

    private void Shrink(string key, Held held, int count)
    {
        string[] names = [.. Enumerable.Range(0, count).Select(_ => held.Map.Keys[_random.Next(held.Map.Count)]).Distinct()];
        foreach (string name in names)
            held.Map.Remove(name);
        _batch.Add([held.Type switch { 'h' => "HDEL", 't' => "SREM", _ => "ZREM" }, key, .. names]);
    }

    private void ChangeList(string key, Held held)
    {
        int at = _random.Next(held.List.Count), count = Math.Min(held.List.Count, _random.Next(1, 6));
        switch (_random.Next(7))
        {
            case 0:
                held.List.RemoveRange(0, count);
                _batch.Add(["LPOP", key, $"{count}"]);
                break;
            case 1:
                held.List.RemoveRange(held.List.Count - count, count);
                _batch.Add(["RPOP", key, $"{count}"]);
                break;
            case 2:
                held.List.RemoveRange(0, count);
                _batch.Add(["LTRIM", key, $"{count}", "-1"]);
                break;
            case 3:
                string gone = held.List[at];
                held.List.RemoveAll(v => v == gone);
                _batch.Add(["LREM", key, "0", gone]);
                break;
            case 4 when held.List.Count < 3000:
                string pivot = held.List[at], inserted = Value();
                held.List.Insert(held.List.IndexOf(pivot), inserted);
                _batch.Add(["LINSERT", key, "BEFORE", pivot, inserted]);
                break;
            default:
                held.List[at] = Value();
                _batch.Add(["LSET", key, $"{at}", held.List[at]]);
                break;
        }
    }

    // Mostly small, now and then long.
    private string Value()
    {
        int length = _random.Next(40) == 0 ? _random.Next(maxValueBytes) : _random.Next(4, 60);
        BytesSent += length;
        return $"{_made}:" + System.Text.Encoding.Latin1.GetString(Wire.Value(length, _made++));
    }

    private sealed class Held(char type)
    {
        public char Type { get; } = type;

        public List<string> List { get; private init; } = [];

        public SortedList<string, string> Map { get; private init; } = new(StringComparer.Ordinal);

        public string Text { get; set; } = "";

        public long ExpiryMs { get; set; } = -1;

        public Held Copy() => new(Type) { List = [.. List], Map = new(Map, StringComparer.Ordinal), Text = Text, ExpiryMs = ExpiryMs };
    }
}
