using System.Diagnostics;
using Pkv.Resp;


namespace Pkv.Engine.Keyspace.Collections;

/// <summary>Writes records about collections, as <see cref="CollectionStore"/> reads them.</summary>
internal static unsafe class CollectionRecord
{
    private const int HeaderBytes = 48;

    /// <summary>The most bytes that an element takes beside its own, and a stretch to be cut out of a list in all.</summary>
    public const int ElementOverheadBytes = ScoreText.MaxBytes + 40;

    /// <inheritdoc cref="ElementOverheadBytes"/>
    public const int CutBytes = ElementOverheadBytes + 8;

    /// <summary>Records are about so long, where there is more to tell than one element.</summary>
    public const long UsualMaxBytes = 128 * 1024;

    /// <summary>How many of the batch's elements from <paramref name="first"/> on go into one record, and the most bytes it takes.</summary>
    public static int Fit(ElementBatch batch, int first, int keyLength, out long bytes)
    {
        Debug.Assert(first < batch.Count, "a record tells of at least one element");
        bytes = HeadBytes(keyLength);
        int count = 0;
        while (first + count < batch.Count)
        {
            long element = BytesOf(batch.Items[first + count]);
            if (count > 0 && bytes + element > UsualMaxBytes)
                break;
            bytes += element;
            count++;
        }
        return count;
    }

    /// <summary>The most bytes of what stands before the elements.</summary>
    public static long HeadBytes(int keyLength) => BulkString.BulkBytes(keyLength) + HeaderBytes;

    /// <summary>What stands before the elements. Returns where the first one goes.</summary>
    public static byte* WriteHead(byte* p, RecordVerb verb, byte* key, int keyLength, int bulks)
    {
        *p = (byte)'*';
        p = Integers.Write(p + 1, bulks + 2);
        *p++ = (byte)'\r';
        *p++ = (byte)'\n';
        p = BulkString.WriteBulk(p, RecordVerbs.NameOf(verb));
        return BulkString.WriteBulk(p, key, keyLength);
    }

    /// <summary>Some elements of a batch. Returns the end.</summary>
    public static byte* WriteElements(byte* p, RecordVerb verb, ElementBatch batch, int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            ref readonly ElementBatch.Item item = ref batch.Items[i];
            if (verb == RecordVerb.Cut)
            {
                p = WriteOrdinal(p, item.SortKey);
                p = WriteOrdinal(p, item.LastKey);
                continue;
            }
            if (verb == RecordVerb.PutScored)
                p = WriteScore(p, item.Score);
            else if (verb == RecordVerb.PutPlaced)
                p = WriteOrdinal(p, item.SortKey);
            p = BulkString.WriteBulk(p, item.Data, item.Length);
            if (verb == RecordVerb.PutFields)
                p = BulkString.WriteBulk(p, item.Value, item.ValueLength);
        }
        return p;
    }

    public static byte* WriteOrdinal(byte* p, ulong sortKey)
    {
        byte* text = stackalloc byte[Integers.MaxBytes];
        return BulkString.WriteBulk(p, text, (int)(Integers.Write(text, SortKeys.ToOrdinal(sortKey)) - text));
    }

    private static byte* WriteScore(byte* p, double score)
    {
        byte* text = stackalloc byte[ScoreText.MaxBytes];
        return BulkString.WriteBulk(p, text, (int)(ScoreText.Write(text, score) - text));
    }

    private static long BytesOf(in ElementBatch.Item item) =>
        BulkString.BulkBytes(item.Length) + (item.Value == null ? 0 : BulkString.BulkBytes(item.ValueLength)) + ElementOverheadBytes;
}
