using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Lists;

/// <summary>Random commands on a few lists against a model of plain lists; restarts in between must change nothing.</summary>
public sealed class ListModelTests : IDisposable
{
    private static readonly string[] _keys = ["a", "b", "c"];

    private readonly PkvServer _server = PkvServer.InProcess("--io-threads", "1");
    private readonly Dictionary<string, List<string>> _model = _keys.ToDictionary(k => k, _ => new List<string>());

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData(1, 6000)]
    [InlineData(2, 6000)]
    public void Lists_are_as_the_model_also_after_restarts(int seed, int commands)
    {
        var random = new Random(seed);
        RespClient client = _server.Connect();
        for (int i = 0; i < commands; i++)
        {
            string[] command = Next(random, i);
            RespNode reply = client.Call(command);
            Assert.False(reply.IsError, $"seed {seed}, command {i}, {string.Join(' ', command)}: {reply}");
            if (i % (commands / 4) == commands / 4 - 1)
            {
                client.Dispose();
                _server.Restart();
                client = _server.Connect();
            }
            if (i % 97 == 0 || i == commands - 1)
                Compare(client, $"seed {seed}, after command {i}, {string.Join(' ', command)}");
        }
        client.Dispose();
    }

    [Fact]
    public void Insertions_at_one_place_never_run_out_of_room()
    {
        using RespClient client = _server.Connect();
        List<string> model = _model["a"];
        model.AddRange(Enumerable.Range(0, 300).Select(i => $"{i}"));
        client.Call(["RPUSH", "a", .. model]);
        for (int i = 0; i < 600; i++)
        {
            string pivot = i % 3 == 0 ? "150" : i % 3 == 1 ? $"x{i - 1}" : "0";
            bool isBefore = i % 2 == 0;
            Insert(model, pivot, $"x{i}", isBefore);
            Assert.Equal(model.Count, client.Call("LINSERT", "a", isBefore ? "BEFORE" : "AFTER", pivot, $"x{i}").Integer);
        }
        client.Call("LPUSH", "a", "head");
        model.Insert(0, "head");
        client.Call("RPUSH", "a", "tail");
        model.Add("tail");
        Compare(client, "after insertions");
        _server.Restart();
        using RespClient again = _server.Connect();
        Compare(again, "after a restart");
    }

    [Fact]
    public void Lists_longer_than_one_record_and_one_number_keep_their_order()
    {
        using RespClient client = _server.Connect();
        string[] values = [.. Enumerable.Range(0, 5000).Select(i => $"value number {i} of many in one command")];
        client.Call(["RPUSH", "a", .. values]);
        client.Call(["LPUSH", "a", .. values]);
        client.Call("RPUSH", "a", "tail");
        _model["a"] = [.. values.Reverse(), .. values, "tail"];
        Compare(client, "after pushes");
        client.Call("RENAME", "a", "b");
        (_model["b"], _model["a"]) = (_model["a"], []);
        client.Call("LPUSH", "b", "head");
        _model["b"].Insert(0, "head");
        Compare(client, "after RENAME");
        _server.Restart();
        using RespClient again = _server.Connect();
        Compare(again, "after a restart");
    }

    private string[] Next(Random random, int number)
    {
        string key = _keys[random.Next(_keys.Length)], other = _keys[random.Next(_keys.Length)];
        List<string> list = _model[key];
        string value = random.Next(4) == 0 ? $"v{random.Next(5)}" : $"value {number}";
        int index = list.Count == 0 ? 0 : random.Next(list.Count);
        switch (random.Next(list.Count > 60 ? 12 : 16))
        {
            case 0:
                int count = random.Next(1, 8);
                list.RemoveRange(0, Math.Min(count, list.Count));
                return ["LPOP", key, $"{count}"];
            case 1 when list.Count > 0:
                list.RemoveAt(list.Count - 1);
                return ["RPOP", key];
            case 2 when list.Count > 0:
                return Move(key, other, random.Next(2) == 0, random.Next(2) == 0);
            case 3 when list.Count > 0:
                list[index] = value;
                return ["LSET", key, $"{index - (random.Next(2) == 0 ? list.Count : 0)}", value];
            case 4 or 5 or 6 or 7 when list.Count > 0:
                bool isBefore = random.Next(2) == 0;
                string pivot = list[index];
                Insert(list, pivot, value, isBefore);
                return ["LINSERT", key, isBefore ? "BEFORE" : "AFTER", pivot, value];
            case 8:
                return Remove(key, $"v{random.Next(5)}", random.Next(-2, 3));
            case 9 when random.Next(8) == 0:
                int stop = random.Next(list.Count + 1);
                _model[key] = [.. list.Skip(index).Take(Math.Max(0, stop - index + 1))];
                return ["LTRIM", key, $"{index}", $"{stop}"];
            default:
                string[] values = [.. Enumerable.Range(0, random.Next(1, 9)).Select(i => $"{value}.{i}"), $"v{random.Next(5)}"];
                bool atHead = random.Next(2) == 0;
                if (atHead)
                    list.InsertRange(0, values.Reverse());
                else
                    list.AddRange(values);
                return [atHead ? "LPUSH" : "RPUSH", key, .. values];
        }
    }

    private string[] Move(string from, string to, bool fromHead, bool toHead)
    {
        List<string> source = _model[from], target = _model[to];
        int at = fromHead ? 0 : source.Count - 1;
        string moved = source[at];
        source.RemoveAt(at);
        target.Insert(toHead ? 0 : target.Count, moved);
        return ["LMOVE", from, to, fromHead ? "LEFT" : "RIGHT", toHead ? "LEFT" : "RIGHT"];
    }

    private string[] Remove(string key, string value, int count)
    {
        List<string> list = _model[key];
        int left = count == 0 ? int.MaxValue : Math.Abs(count);
        for (; left > 0; left--)
        {
            int at = count < 0 ? list.LastIndexOf(value) : list.IndexOf(value);
            if (at < 0)
                break;
            list.RemoveAt(at);
        }
        return ["LREM", key, $"{count}", value];
    }

    private static void Insert(List<string> list, string pivot, string value, bool isBefore) => list.Insert(list.IndexOf(pivot) + (isBefore ? 0 : 1), value);

    private void Compare(RespClient client, string when)
    {
        foreach (string key in _keys)
        {
            List<string> expected = _model[key];
            Assert.True(expected.Count == client.Call("LLEN", key).Integer, $"{when}: length of {key}");
            IEnumerable<string> actual = client.Call("LRANGE", key, "0", "-1").Items.Select(item => item.Text);
            Assert.True(expected.SequenceEqual(actual), $"{when}: {key}");
            int middle = expected.Count / 2;
            if (expected.Count > 0)
                Assert.Equal(expected[middle], client.Call("LINDEX", key, $"{middle}").Text);
        }
    }
}
