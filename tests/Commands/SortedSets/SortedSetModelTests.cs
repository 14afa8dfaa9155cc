using System.Globalization;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.SortedSets;

/// <summary>Random commands on a few sorted sets against a model; restarts in between must change nothing.</summary>
public sealed class SortedSetModelTests : IDisposable
{
    private static readonly string[] _keys = ["a", "b", "c"];

    private readonly PkvServer _server = PkvServer.InProcess("--io-threads", "1");
    private readonly Dictionary<string, Dictionary<string, double>> _model = _keys.ToDictionary(k => k, _ => new Dictionary<string, double>());

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData(1, 6000, 40)]
    [InlineData(2, 6000, 2000)]
    public void Sorted_sets_are_as_the_model_also_after_restarts(int seed, int commands, int members)
    {
        var random = new Random(seed);
        RespClient client = _server.Connect();
        for (int i = 0; i < commands; i++)
        {
            string what = Step(client, random, members);
            if (i % (commands / 4) == commands / 4 - 1)
            {
                client.Dispose();
                _server.Restart();
                client = _server.Connect();
            }
            if (i % 211 == 0 || i == commands - 1)
                Compare(client, $"seed {seed}, after command {i}, {what}");
        }
        client.Dispose();
    }

    [Fact]
    public void A_set_of_many_records_is_stored_united_and_removed_whole()
    {
        using RespClient client = _server.Connect();
        const int members = 30_000;
        for (int i = 0; i < members; i += 1000)
        {
            client.Call(["ZADD", "a", .. Enumerable.Range(i, 1000).SelectMany(n => new[] { $"{n * 7 % members}", $"member number {n}" })]);
            client.Call(["ZADD", "b", .. Enumerable.Range(i, 1000).SelectMany(n => new[] { "0.5", $"member number {n * 2}" })]);
        }
        for (int i = 0; i < members; i++)
        {
            _model["a"][$"member number {i}"] = i * 7 % members;
            _model["c"][$"member number {i}"] = i * 7 % members;
            _model["b"][$"member number {i * 2}"] = 0.5;
        }
        for (int i = 0; i < members; i++)
            _model["c"][$"member number {i * 2}"] = _model["c"].GetValueOrDefault($"member number {i * 2}") + 0.5;
        Assert.Equal(_model["c"].Count, client.Call("ZUNIONSTORE", "c", "2", "a", "b").Integer);
        Compare(client, "after ZUNIONSTORE");
        Assert.Equal(members / 2, client.Call("ZINTERCARD", "2", "a", "b").Integer);
        Assert.Equal(members - 10, client.Call("ZREMRANGEBYRANK", "a", "5", "-6").Integer);
        foreach (string member in Ordered("a").Skip(5).SkipLast(5))
            _model["a"].Remove(member);
        Assert.Equal(members, client.Call("ZREMRANGEBYSCORE", "b", "-inf", "inf").Integer);
        _model["b"].Clear();
        Compare(client, "after removals");
        _server.Restart();
        using RespClient again = _server.Connect();
        Compare(again, "after a restart");
    }

    [Fact]
    public void A_walk_by_cursor_tells_every_member_that_stays_once_whatever_else_happens()
    {
        using RespClient client = _server.Connect();
        string[] stay = [.. Enumerable.Range(0, 3000).Select(i => $"stays{i}")];
        client.Call(["ZADD", "z", .. stay.SelectMany((m, i) => new[] { $"{i}", m })]);
        List<string> told = [];
        string cursor = "0";
        int step = 0;
        do
        {
            RespNode reply = client.Call("ZSCAN", "z", cursor, "COUNT", "50");
            cursor = reply.Items[0].Text;
            told.AddRange(reply.Items[1].Items.Where((_, i) => i % 2 == 0).Select(item => item.Text));
            client.Call("ZADD", "z", $"{step}", $"comes{step}");
            client.Call("ZINCRBY", "z", "10000", stay[step % stay.Length]);
            client.Call("ZREM", "z", $"comes{step - 5}");
            step++;
        }
        while (cursor != "0");
        Assert.True(step > 10);
        Assert.Equal(stay.Order(StringComparer.Ordinal), told.Where(m => m.StartsWith("stays", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    // Gives one command and does the same to the model; the reply is held against it.
    private string Step(RespClient client, Random random, int members)
    {
        string key = _keys[random.Next(_keys.Length)], member = $"m{random.Next(members)}";
        Dictionary<string, double> set = _model[key];
        double score = random.Next(-50, 50) / 4.0;
        string text = score.ToString(CultureInfo.InvariantCulture);
        switch (random.Next(12))
        {
            case < 6:
                Assert.Equal(set.ContainsKey(member) ? 0 : 1, client.Call("ZADD", key, text, member).Integer);
                set[member] = score;
                return $"ZADD {key} {text} {member}";
            case 6:
                set[member] = set.GetValueOrDefault(member) + score;
                Assert.Equal(set[member], double.Parse(client.Call("ZINCRBY", key, text, member).Text, CultureInfo.InvariantCulture));
                return $"ZINCRBY {key} {text} {member}";
            case 7:
                Assert.Equal(set.Remove(member) ? 1 : 0, client.Call("ZREM", key, member).Integer);
                return $"ZREM {key} {member}";
            case 8:
                string[] lowest = [.. Ordered(key).Take(3)];
                RespNode popped = client.Call("ZPOPMIN", key, "3");
                Assert.Equal(lowest, popped.Items.Where((_, i) => i % 2 == 0).Select(item => item.Text));
                foreach (string gone in lowest)
                    set.Remove(gone);
                return $"ZPOPMIN {key} 3";
            case 9:
                string[] below = [.. set.Where(p => p.Value > score && p.Value < score + 1).Select(p => p.Key)];
                Assert.Equal(below.Length, client.Call("ZREMRANGEBYSCORE", key, $"({text}", $"({(score + 1).ToString(CultureInfo.InvariantCulture)}").Integer);
                foreach (string gone in below)
                    set.Remove(gone);
                return $"ZREMRANGEBYSCORE {key} ({text}";
            case 10:
                string rankOf = set.ContainsKey(member) ? $"{Array.IndexOf([.. Ordered(key)], member)}" : "";
                Assert.Equal(rankOf, client.Call("ZRANK", key, member).Text);
                return $"ZRANK {key} {member}";
            default:
                string other = _keys[random.Next(_keys.Length)];
                Dictionary<string, double> stored = _model[other].Where(p => set.ContainsKey(p.Key)).ToDictionary(p => p.Key, p => Math.Min(p.Value, set[p.Key]));
                if (stored.Count < members / 20)
                    return "nothing";
                Assert.Equal(stored.Count, client.Call("ZINTERSTORE", "c", "2", key, other, "AGGREGATE", "MIN").Integer);
                _model["c"] = stored;
                return $"ZINTERSTORE c 2 {key} {other}";
        }
    }

    private IEnumerable<string> Ordered(string key) =>
        _model[key].OrderBy(p => p.Value).ThenBy(p => p.Key, StringComparer.Ordinal).Select(p => p.Key);

    private void Compare(RespClient client, string when)
    {
        foreach (string key in _keys)
        {
            RespNode all = client.Call("ZRANGE", key, "0", "-1", "WITHSCORES");
            string expected = string.Join(' ', Ordered(key).Select(m => $"{m}={_model[key][m].ToString(CultureInfo.InvariantCulture)}"));
            string actual = string.Join(' ', Enumerable.Range(0, all.Items.Count / 2).Select(i => $"{all.Items[2 * i].Text}={all.Items[2 * i + 1].Text}"));
            Assert.True(expected == actual, $"{when}: {key} is {actual}, not {expected}");
            Assert.Equal(_model[key].Count, client.Call("ZCARD", key).Integer);
        }
    }
}
