using System.Globalization;
using System.Text;
using Pkv.Engine.Records;
using Pkv.Tests.Receive;

namespace Pkv.Tests.CrashStates;

/// <summary>
/// Makes commands on hashes, lists, sets, sorted sets and streams, and says what each does. Effects name elements: a removal that is found
/// without what came before it removes nothing else. Elements of lists are all different, and each has a position of its own.
/// </summary>
internal sealed class CollectionMaker(Random random, int maxBytes)
{
    public const string Types = "hltzx";

    // Places and their scores, as Redis's documentation has them.
    private static readonly (string Longitude, string Latitude, long Score)[] _places =
        [("13.361389", "38.115556", 3479099956230698), ("15.087269", "37.502669", 3479447370796909)];

    private readonly EntryMaker _entries = new(random, maxBytes);
    private readonly Dictionary<string, double> _positions = [];
    private int _made;

    /// <summary>A command on this key, which holds this; null: none comes to mind.</summary>
    /// <param name="key">Its name's last letter but one is its type.</param>
    /// <param name="state">What it holds, if that is known.</param>
    /// <param name="isKnown">Whether it is.</param>
    public (byte[] Bytes, string Text, Func<byte[]?, byte[]?> Edit)? Make(StreamKey key, byte[]? state, bool isKnown)
    {
        List<string> items = CollectionText.Items(state);
        bool removes = isKnown && items.Count > 0 && random.Next(100) < (items.Count > 40 ? 70 : 35);
        return TypeOf(key) switch
        {
            'h' => removes ? RemoveNamed("HDEL", key, items) : isKnown && random.Next(4) == 0 ? Increment("HINCRBY", key, items) : PutFields(key),
            't' => removes ? RemoveNamed("SREM", key, items) : isKnown ? PutMembers(key, items) : null,
            'z' => removes ? RemoveScored(key, items) : isKnown && random.Next(4) == 0 ? Increment("ZINCRBY", key, items) : isKnown ? PutScored(key, items) : null,
            'x' => Edited(key, _entries.Make(key, items, isKnown, out Action<List<string>> edit), edit),
            _ => removes ? Shorten(key, items) : isKnown && items.Count > 0 && random.Next(4) == 0 ? ChangeList(key, items) : Push(key),
        };
    }

    public static char TypeOf(StreamKey key) => key.Name[^2];

    private (byte[], string, Func<byte[]?, byte[]?>) PutFields(StreamKey key)
    {
        Dictionary<string, byte[]> pairs = [];
        for (int i = random.Next(1, random.Next(4) == 0 ? 30 : 4); i > 0; i--)
            pairs[$"f{random.Next(40)}"] = CollectionText.Item($"v{++_made}", Size());
        object[] words = ["HSET", key.Name, .. pairs.SelectMany(p => new object[] { p.Key, p.Value })];
        return Edited(key, words, items =>
        {
            foreach ((string field, byte[] value) in pairs)
            {
                items.RemoveAll(i => i.StartsWith($"{field}:{field.Length}\t", StringComparison.Ordinal));
                items.Add($"{field}:{field.Length}\t{CollectionText.Of(value)}");
            }
        });
    }

    // What changes nothing is not logged.
    private (byte[], string, Func<byte[]?, byte[]?>) PutMembers(StreamKey key, List<string> held)
    {
        byte[][] members = [.. Enumerable.Range(0, random.Next(1, random.Next(4) == 0 ? 30 : 4)).Select(_ => Member()).DistinctBy(m => CollectionText.Of(m))];
        bool changes = !members.All(m => held.Contains(CollectionText.Of(m)));
        return Edited(key, ["SADD", key.Name, .. members], items =>
        {
            if (!changes)
                return;
            foreach (string member in members.Select(m => CollectionText.Of(m)).Where(m => !items.Contains(m)))
                items.Add(member);
        });
    }

    private (byte[], string, Func<byte[]?, byte[]?>) PutScored(StreamKey key, List<string> held)
    {
        List<(byte[] Member, long Score)> pairs = [.. Enumerable.Range(0, random.Next(1, random.Next(4) == 0 ? 30 : 4)).Select(_ => (Member(), (long)random.Next(-5, 5))).DistinctBy(p => CollectionText.Of(p.Item1))];
        // With an option what changes is logged as an effect, and so is what GEOADD makes of places.
        bool asReceived = random.Next(2) == 0, arePlaces = !asReceived && random.Next(2) == 0;
        if (arePlaces)
            pairs = [.. pairs.Select(p => (p.Member, _places[Math.Abs(p.Score) % _places.Length].Score))];
        object[] head = asReceived ? ["ZADD", key.Name] : [arePlaces ? "GEOADD" : "ZADD", key.Name, "CH"];
        object[] words = [.. head, .. pairs.SelectMany(p => (object[])[.. arePlaces ? Place(p.Score) : [p.Score.ToString(CultureInfo.InvariantCulture)], p.Member])];
        List<(byte[] Member, long Score)> changed = [.. pairs.Where(p => !held.Contains(string.Create(CultureInfo.InvariantCulture, $"{CollectionText.Of(p.Member)}\t{p.Score}")))];
        List<(byte[] Member, long Score)> logged = asReceived && changed.Count > 0 ? pairs : changed;
        return Edited(key, words, items =>
        {
            foreach ((byte[] member, long score) in logged)
                SetValue(items, CollectionText.Of(member), score.ToString(CultureInfo.InvariantCulture));
        });
    }

    private static object[] Place(long score)
    {
        (string longitude, string latitude, _) = _places.Single(p => p.Score == score);
        return [longitude, latitude];
    }

    // The sum as the server must find it; absolute, as the log has it.
    private (byte[], string, Func<byte[]?, byte[]?>)? Increment(string name, StreamKey key, List<string> items)
    {
        long by = random.Next(-20, 100);
        if (name == "HINCRBY")
        {
            string held = items.Find(i => i.StartsWith("n:1\t", StringComparison.Ordinal)) is { } found ? CollectionText.NameOf(found[4..]) : "0";
            string sum = (long.Parse(held, CultureInfo.InvariantCulture) + by).ToString(CultureInfo.InvariantCulture);
            return Edited(key, [name, key.Name, "n", $"{by}"], items => SetValue(items, "n:1", CollectionText.Of(Encoding.ASCII.GetBytes(sum))));
        }
        if (items.Count == 0)
            return null;
        string[] one = items[random.Next(items.Count)].Split('\t');
        string score = (long.Parse(one[1], CultureInfo.InvariantCulture) + by).ToString(CultureInfo.InvariantCulture);
        return Edited(key, [name, key.Name, $"{by}", Bytes(one[0])], items => SetValue(items, one[0], score));
    }

    private (byte[], string, Func<byte[]?, byte[]?>) RemoveNamed(string name, StreamKey key, List<string> items)
    {
        string[] some = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => items[random.Next(items.Count)].Split('\t')[0]).Distinct()];
        return Edited(key, [name, key.Name, .. some.Select(Bytes)], items => items.RemoveAll(i => some.Contains(i.Split('\t')[0])));
    }

    private (byte[], string, Func<byte[]?, byte[]?>) RemoveScored(StreamKey key, List<string> items)
    {
        if (random.Next(2) == 0)
            return RemoveNamed("ZREM", key, items);
        int count = random.Next(1, 4);
        List<string> ordered = [.. items.OrderBy(i => long.Parse(i.Split('\t')[1], CultureInfo.InvariantCulture)).ThenBy(i => Encoding.Latin1.GetString(Bytes(i.Split('\t')[0])), StringComparer.Ordinal)];
        bool fromTop = random.Next(2) == 0;
        string[] gone = [.. (fromTop ? ordered.AsEnumerable().Reverse() : ordered).Take(count).Select(i => i.Split('\t')[0])];
        return Edited(key, [fromTop ? "ZPOPMAX" : "ZPOPMIN", key.Name, $"{count}"], items => items.RemoveAll(i => gone.Contains(i.Split('\t')[0])));
    }

    private (byte[], string, Func<byte[]?, byte[]?>) Push(StreamKey key)
    {
        bool atHead = random.Next(3) == 0;
        byte[][] values = [.. Enumerable.Range(0, random.Next(1, random.Next(4) == 0 ? 30 : 4)).Select(_ => CollectionText.Item($"e{++_made}", Size()))];
        foreach (byte[] value in values)
            _positions[CollectionText.Of(value)] = atHead ? -++_made : ++_made;
        return Edited(key, [atHead ? "LPUSH" : "RPUSH", key.Name, .. values], items => items.AddRange(values.Select(v => CollectionText.Of(v))));
    }

    private (byte[], string, Func<byte[]?, byte[]?>) Shorten(StreamKey key, List<string> items)
    {
        int count = random.Next(1, 4), from = random.Next(items.Count);
        (object[] words, IEnumerable<string> gone) = random.Next(5) switch
        {
            0 => (new object[] { "LPOP", key.Name, $"{count}" }, items.Take(count)),
            1 => (["RPOP", key.Name, $"{count}"], items.TakeLast(count)),
            2 => (["LTRIM", key.Name, $"{count}", "-1"], items.Take(count)),
            3 => (["LREM", key.Name, "0", Bytes(items[from])], [items[from]]),
            _ => (["LPOP", key.Name], items.Take(1)),
        };
        string[] all = [.. gone];
        return Edited(key, words, items => items.RemoveAll(i => all.Contains(i)));
    }

    private (byte[], string, Func<byte[]?, byte[]?>)? ChangeList(StreamKey key, List<string> items)
    {
        int at = random.Next(items.Count);
        byte[] value = CollectionText.Item($"e{++_made}", Size());
        string text = CollectionText.Of(value), old = items[at];
        if (random.Next(2) == 0)
        {
            _positions[text] = _positions[old];
            return Edited(key, ["LSET", key.Name, $"{at}", value], items =>
            {
                items.RemoveAll(i => i == old);
                items.Add(text);
            });
        }
        if (at + 1 == items.Count)
            return null;
        double before = _positions[old], after = _positions[items[at + 1]];
        _positions[text] = before + (after - before) / 2;
        // Where the ordinals between two are used up the whole list is written again: what was there then is there.
        return Edited(key, ["LINSERT", key.Name, "AFTER", Bytes(old), value], items => items.Add(text));
    }

    private (byte[], string, Func<byte[]?, byte[]?>) Edited(StreamKey key, object[] words, Action<List<string>> edit)
    {
        char type = TypeOf(key);
        string text = string.Join(' ', words.Take(12).Select(w => w is byte[] b ? CollectionText.Of(b) : w)) + (words.Length > 12 ? " …" : "");
        return (Wire.Command(words), text, value =>
        {
            List<string> items = CollectionText.Items(value);
            edit(items);
            return CollectionText.Join(type, type == 'l' ? items.OrderBy(i => _positions[i]) : items);
        });
    }

    private static void SetValue(List<string> items, string name, string value)
    {
        items.RemoveAll(i => i.StartsWith(name + "\t", StringComparison.Ordinal));
        items.Add($"{name}\t{value}");
    }

    // The element that a text stands for.
    private static byte[] Bytes(string text) => CollectionText.Item(CollectionText.NameOf(text), int.Parse(text[(text.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture));

    // Few names, of one length each, so that they meet.
    private byte[] Member()
    {
        int number = random.Next(50);
        return CollectionText.Item($"m{number}", number % 7 == 0 ? maxBytes / 20 + number : 1);
    }

    private int Size() => random.Next(10) == 0 ? random.Next(1, maxBytes) : random.Next(1, 60);
}
