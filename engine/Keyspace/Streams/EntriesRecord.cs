using Pkv.Engine.Keyspace.Collections;
using Pkv.Resp;

namespace Pkv.Engine.Keyspace.Streams;

/// <summary>Walks the entries of a record of the cleaner's: <c>PKV.XPUT key pairs id field value … pairs id …</c>.</summary>
internal unsafe struct EntriesRecord
{
    private byte* _next;
    private int _left;

    /// <param name="bulk">The first bulk string behind the key.</param>
    /// <param name="bulks">How many there are.</param>
    public EntriesRecord(byte* bulk, int bulks)
    {
        _next = bulk;
        _left = bulks;
    }

    public byte* IdBulk { get; private set; }

    public int Pairs { get; private set; }

    public readonly StreamId Id => StreamStore.IdOf(IdBulk);

    public bool MoveNext()
    {
        if (_left <= 0)
            return false;
        Pairs = PairsOf(_next);
        IdBulk = BulkString.Next(_next);
        _next = StreamEntry.EndOf(IdBulk, Pairs);
        _left -= 2 + 2 * Pairs;
        return true;
    }

    /// <summary>Whether arguments from <paramref name="first"/> on are such entries.</summary>
    public static bool IsSound(ArgList args, int first)
    {
        int at = first;
        while (at < args.Count)
        {
            if (!Integers.TryParse(args.Items[at].Span, out long pairs) || pairs is <= 0 or > StreamEntry.MaxPairs || at + 2 + 2 * pairs > args.Count
                || !StreamId.TryParse(args.Items[at + 1].Span, 0, out _))
                return false;
            at += 2 + 2 * (int)pairs;
        }
        return true;
    }

    /// <summary>The number that a bulk string tells: how many pairs an entry has.</summary>
    public static int PairsOf(byte* bulk)
    {
        byte* text = BulkString.Data(bulk, out int length);
        return Integers.TryParse(new ReadOnlySpan<byte>(text, length), out long pairs) ? (int)pairs : 0;
    }
}
