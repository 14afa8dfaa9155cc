using System.Globalization;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Resp;

namespace Pkv.Tests.CrashStates;

/// <summary>
/// Makes commands on streams, and says what each does. As text a stream is its entries, each "ID, tab, field and value", and what it
/// tells of itself: "=last added deleted". IDs only rise, so that no entry is refused. What removes, tells of the whole stream as well.
/// </summary>
internal sealed unsafe class EntryMaker(Random random, int maxBytes)
{
    private ulong _ms;

    /// <summary>The words of a command.</summary>
    /// <param name="key">The stream's key.</param>
    /// <param name="items">What it holds, if that is known.</param>
    /// <param name="isKnown">Whether it is.</param>
    /// <param name="edit">What becomes of the items.</param>
    public object[] Make(StreamKey key, List<string> items, bool isKnown, out Action<List<string>> edit)
    {
        StreamId[] ids = [.. items.Where(i => i[0] != '=').Select(IdOf).Order()];
        if (!isKnown || items.Count == 0 || random.Next(100) >= (ids.Length > 30 ? 70 : 35))
            return Add(key, items, ids, isKnown, out edit);
        return random.Next(8) == 0 || ids.Length == 0 ? SetId(key, items, ids, out edit) : random.Next(2) == 0 ? Delete(key, items, ids, out edit) : Trim(key, items, ids, out edit);
    }

    /// <summary>What a recovered stream holds.</summary>
    public static byte[] Read(Collection* stream, byte* pool)
    {
        List<string> items = [TextOf(stream->Stream->LastId, stream->Stream->Added, stream->Stream->MaxDeletedId)];
        for (ElementCursor cursor = new(stream->Elements); cursor.IsValid; cursor.MoveNext())
        {
            Element entry = cursor.Element;
            byte* field = StreamEntry.Fields(entry, pool);
            items.Add(TextOf(StreamEntry.IdOf(entry, pool), Data(field), Data(BulkString.Next(field))));
        }
        return CollectionText.Join('x', items)!;
    }

    private object[] Add(StreamKey key, List<string> items, StreamId[] ids, bool isKnown, out Action<List<string>> edit)
    {
        StreamId id = new(++_ms, (ulong)random.Next(3));
        // One of these the sort key does not tell.
        string told = random.Next(4) switch { 0 => $"{(id = id with { Seq = 0 }).Ms}-*", 1 => $"{(id = id with { Seq = 0 }).Ms}", 2 => (id = id with { Seq = id.Seq + (1 << 20) }).ToString(), _ => id.ToString() };
        byte[] value = CollectionText.Item($"v{_ms}", random.Next(10) == 0 ? random.Next(20, maxBytes) : random.Next(20, 60));
        string text = TextOf(id, "f"u8, value);
        int most = random.Next(1, 40);
        bool trims = isKnown && random.Next(3) == 0;
        StreamId? upTo = trims && ids.Length + 1 > most ? ids[ids.Length - most] : null;
        (StreamId _, ulong added, StreamId deleted) = StateOf(items);
        edit = items =>
        {
            items.Add(text);
            if (upTo is { } last)
                Remove(items, i => i <= last, id, added + 1, deleted);
            else
            {
                (StreamId _, ulong soFar, StreamId max) = StateOf(items);
                SetState(items, id, soFar + 1, max);
            }
        };
        object[] head = trims ? ["XADD", key.Name, "MAXLEN", $"{most}", told] : ["XADD", key.Name, told];
        return [.. head, "f", value];
    }

    private object[] Delete(StreamKey key, List<string> items, StreamId[] ids, out Action<List<string>> edit)
    {
        StreamId[] some = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => ids[random.Next(ids.Length)]).Distinct()];
        (StreamId last, ulong added, StreamId deleted) = StateOf(items);
        StreamId max = some.Append(deleted).Max();
        edit = items => Remove(items, i => some.Contains(i), last, added, max);
        return ["XDEL", key.Name, .. some.Select(i => i.ToString())];
    }

    private object[] Trim(StreamKey key, List<string> items, StreamId[] ids, out Action<List<string>> edit)
    {
        int gone = random.Next(1, ids.Length + 1);
        StreamId upTo = ids[gone - 1];
        (StreamId last, ulong added, StreamId deleted) = StateOf(items);
        edit = items => Remove(items, i => i <= upTo, last, added, deleted);
        return random.Next(2) == 0 ? ["XTRIM", key.Name, "MAXLEN", $"{ids.Length - gone}"] : ["XTRIM", key.Name, "MINID", gone < ids.Length ? ids[gone].ToString() : $"{upTo.Ms}-{upTo.Seq + 1}"];
    }

    private object[] SetId(StreamKey key, List<string> items, StreamId[] ids, out Action<List<string>> edit)
    {
        StreamId last = new(++_ms, 0);
        (StreamId _, ulong added, StreamId deleted) = StateOf(items);
        added += (ulong)ids.Length;
        edit = items => SetState(items, last, added, deleted);
        return ["XSETID", key.Name, last.ToString(), "ENTRIESADDED", added.ToString(CultureInfo.InvariantCulture), "MAXDELETEDID", deleted.ToString()];
    }

    private static void Remove(List<string> items, Func<StreamId, bool> which, StreamId last, ulong added, StreamId deleted)
    {
        items.RemoveAll(i => i[0] != '=' && which(IdOf(i)));
        SetState(items, last, added, deleted);
    }

    private static void SetState(List<string> items, StreamId last, ulong added, StreamId deleted)
    {
        items.RemoveAll(i => i[0] == '=');
        items.Add(TextOf(last, added, deleted));
    }

    private static (StreamId Last, ulong Added, StreamId MaxDeleted) StateOf(List<string> items)
    {
        if (items.Find(i => i[0] == '=') is not { } state)
            return default;
        string[] parts = state[1..].Split(' ');
        return (Parse(parts[0]), ulong.Parse(parts[1], CultureInfo.InvariantCulture), Parse(parts[2]));
    }

    private static StreamId IdOf(string item) => Parse(item[..item.IndexOf('\t', StringComparison.Ordinal)]);

    private static StreamId Parse(string text)
    {
        string[] parts = text.Split('-');
        return new StreamId(ulong.Parse(parts[0], CultureInfo.InvariantCulture), ulong.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    private static string TextOf(StreamId last, ulong added, StreamId deleted) => string.Create(CultureInfo.InvariantCulture, $"={last} {added} {deleted}");

    private static string TextOf(StreamId id, ReadOnlySpan<byte> field, ReadOnlySpan<byte> value) => $"{id}\t{CollectionText.Of(field)}\t{CollectionText.Of(value)}";

    private static ReadOnlySpan<byte> Data(byte* bulk)
    {
        byte* data = BulkString.Data(bulk, out int length);
        return new ReadOnlySpan<byte>(data, length);
    }
}
