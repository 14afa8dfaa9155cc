using System.Globalization;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Cleaning;

/// <summary>
/// A random client of streams with a memory: some are trimmed all the time, some keep old entries, which the cleaner must move; all are
/// deleted, renamed, copied and emptied now and then. Strings beside them make garbage. Every stream repeats by its seed.
/// </summary>
internal sealed class StreamChurnModel(int seed)
{
    private const int Keys = 8, LongLived = 3;
    private const long FarMs = 4_000_000_000_000;

    private readonly Random _random = new(seed);
    private readonly Dictionary<string, Held> _data = [];
    private readonly List<string[]> _batch = [];
    private ulong _ms;

    /// <summary>Bytes of values sent.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Sends a pipeline of random commands and checks that none is refused.</summary>
    public void Run(RespClient client, int commands)
    {
        _batch.Clear();
        while (_batch.Count < commands)
            Next($"k{_random.Next(Keys)}");
        List<RespNode> replies = [.. client.Pipeline(_batch)];
        for (int i = 0; i < replies.Count; i++)
            Assert.False(replies[i].IsError, $"seed {seed}: {string.Join(' ', _batch[i].Take(6))}: {replies[i]}\n{(replies[i].IsError ? client.Call("INFO", "persistence").Text : "")}");
    }

    /// <summary>Everything is as it must be.</summary>
    public void Check(RespClient client)
    {
        for (int i = 0; i < Keys; i++)
        {
            string key = $"k{i}";
            if (!_data.TryGetValue(key, out Held? held))
            {
                Assert.Equal(0, client.Call("EXISTS", key).Integer);
                continue;
            }
            string[] found = [.. client.Call("XRANGE", key, "-", "+").Items.Select(e => $"{e.Items[0].Text} {string.Join(' ', e.Items[1].Items.Select(f => f.Text))}")];
            string[] expected = [.. held.Entries.Select(e => $"{Text(e.Id)} {e.Fields}")];
            Assert.True(found.SequenceEqual(expected), $"seed {seed}: {key} has {found.Length} entries, must have {expected.Length}; first difference at {found.Zip(expected).TakeWhile(p => p.First == p.Second).Count()}");
            List<RespNode> info = [.. client.Call("XINFO", "STREAM", key).Items];
            Assert.Equal((Text(held.Last), Text(held.MaxDeleted), held.Added), (After(info, "last-generated-id").Text, After(info, "max-deleted-entry-id").Text, After(info, "entries-added").Integer));
            Assert.Equal(held.ExpiryMs, client.Call("PEXPIRETIME", key).Integer);
        }
    }

    private void Next(string key)
    {
        Held? held = _data.GetValueOrDefault(key);
        bool isLongLived = key[1] - '0' < LongLived;
        int draw = _random.Next(100);
        if (draw < 70 || held is null)
            Add(key, held, isLongLived);
        else if (draw < 80)
            Garbage();
        else if (draw < 88)
            Delete(key, held);
        else if (!isLongLived || _random.Next(20) == 0)
            ChangeWhole(key, held, draw);
    }

    private void Add(string key, Held? held, bool isLongLived)
    {
        held ??= _data[key] = new Held();
        (ulong Ms, ulong Seq) id = (_ms += (ulong)_random.Next(3), 0);
        if (id.CompareTo(held.Last) <= 0)
            id = (held.Last.Ms, held.Last.Seq + 1);
        // Beyond what a sort key tells.
        if (_random.Next(500) == 0)
            id.Seq += 1 << 20;
        List<string> fields = [];
        for (int i = _random.Next(1, 3); i > 0; i--)
            fields.AddRange([$"f{i}", new string((char)('a' + _random.Next(26)), isLongLived ? _random.Next(300) : _random.Next(5000))]);
        int most = isLongLived ? 3000 : 200;
        bool trims = _random.Next(10) < 7;
        string[] options = trims ? ["MAXLEN", $"{most}"] : [];
        Send(["XADD", key, .. options, Text(id), .. fields]);
        held.Entries.Add((id, string.Join(' ', fields)));
        (held.Last, held.Added) = (id, held.Added + 1);
        if (trims && held.Entries.Count > most)
            held.Entries.RemoveRange(0, held.Entries.Count - most);
    }

    private void Garbage()
    {
        for (int i = 0; i < 10; i++)
            Send("SET", $"junk{_random.Next(2000)}", new string('j', _random.Next(4000)));
    }

    private void Delete(string key, Held held)
    {
        if (held.Entries.Count == 0)
            return;
        (ulong Ms, ulong Seq)[] ids = [.. Enumerable.Range(0, _random.Next(1, 6)).Select(_ => held.Entries[_random.Next(held.Entries.Count)].Id)];
        Send(["XDEL", key, .. ids.Select(Text)]);
        held.Entries.RemoveAll(e => ids.Contains(e.Id));
        held.MaxDeleted = ids.Append(held.MaxDeleted).Max();
    }

    private void ChangeWhole(string key, Held held, int draw)
    {
        string other = $"k{_random.Next(Keys)}";
        switch (draw)
        {
            case < 90:
                Send("DEL", key);
                _data.Remove(key);
                break;
            case < 92:
                Send("XTRIM", key, "MAXLEN", "0");
                held.Entries.Clear();
                break;
            case < 94:
                Send("PEXPIREAT", key, $"{FarMs}");
                held.ExpiryMs = FarMs;
                break;
            case < 95:
                Send("PERSIST", key);
                held.ExpiryMs = -1;
                break;
            case < 97 when other != key:
                Send("RENAME", key, other);
                _data[other] = held;
                _data.Remove(key);
                break;
            case < 99 when other != key:
                Send("COPY", key, other, "REPLACE");
                _data[other] = new Held { Entries = [.. held.Entries], Last = held.Last, MaxDeleted = held.MaxDeleted, Added = held.Added, ExpiryMs = held.ExpiryMs };
                break;
        }
    }

    private void Send(params string[] command)
    {
        _batch.Add(command);
        BytesSent += command.Sum(a => (long)a.Length);
    }

    private static RespNode After(List<RespNode> info, string name) => info[info.FindIndex(i => i.Text == name) + 1];

    private static string Text((ulong Ms, ulong Seq) id) => string.Create(CultureInfo.InvariantCulture, $"{id.Ms}-{id.Seq}");

    private sealed class Held
    {
        public List<((ulong Ms, ulong Seq) Id, string Fields)> Entries { get; init; } = [];
        public (ulong Ms, ulong Seq) Last { get; set; }
        public (ulong Ms, ulong Seq) MaxDeleted { get; set; }
        public long Added { get; set; }
        public long ExpiryMs { get; set; } = -1;
    }
}
