using System.Runtime.CompilerServices;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Engine.Records;
using Pkv.Resp;

namespace Pkv.Engine.Keyspace.Collections;

/// <summary>
/// What stands around an element in its record. Bytes are those of a record of the log: <c>HSET k f v …</c>, <c>SADD k m …</c>,
/// <c>ZADD k s m …</c>, <c>RPUSH k v …</c>, adjacent bulk strings throughout.
/// </summary>
public static unsafe class ElementBulk
{
    // "*4\r\n$4\r\nHSET\r\n", about, before the key.
    private const int HeaderBytes = 14;

    /// <summary>The score's bulk string, from the member's that follows it.</summary>
    public static byte* ScoreBulk(byte* memberBulk)
    {
        byte* p = memberBulk - 3;
        while (*p != '\n')
            p--;
        p -= 2;
        while (*p != '$')
            p--;
        return p;
    }

    /// <summary>The score that stands before a member.</summary>
    public static double ScoreOf(byte* memberBulk)
    {
        byte* p = memberBulk - 3;
        while (*p != '\n')
            p--;
        p++;
        return ScoreText.TryParse(new ReadOnlySpan<byte>(p, (int)(memberBulk - 2 - p)), out double score) ? score : 0;
    }

    /// <summary>The value's bulk string, from the field's.</summary>
    public static byte* ValueOf(byte* fieldBulk) => BulkString.Next(fieldBulk);

    /// <summary>
    /// Bytes that an element keeps alive in its segment: itself and, for the first one of a record, what stands before it. Told by
    /// the bytes alone, so that it is the same whenever it is asked.
    /// </summary>
    public static long LiveBytes(Collection* owner, byte* bulk)
    {
        byte* start = bulk;
        byte* end = BulkString.Next(bulk);
        if (owner->Kind == ValueKind.Hash)
            end = BulkString.Next(end);
        else if (owner->Kind == ValueKind.SortedSet)
            start = ScoreBulk(bulk);
        return end - start + HeadBytes(KeyOf(owner), start);
    }

    /// <summary><see cref="LiveBytes"/> of fields and values that stand one after the other, in all.</summary>
    /// <param name="owner">The hash.</param>
    /// <param name="first">The first field's bulk string.</param>
    /// <param name="bytes">From there to the end of the last value.</param>
    /// <param name="offsets">Where each field begins, from the first.</param>
    /// <param name="count">Fields.</param>
    public static long LiveBytesOfFields(Collection* owner, byte* first, long bytes, int* offsets, int count)
    {
        ReadOnlySpan<byte> key = KeyOf(owner);
        for (int i = 0; i < count; i++)
            bytes += HeadBytes(key, first + offsets[i]);
        return bytes;
    }

    /// <summary>Bytes that a PEXPIREAT record of the collection keeps alive.</summary>
    public static long ExpiryLiveBytes(Collection* owner) => KeyOf(owner).Length + HeaderBytes + 24;

    /// <summary>Bytes that an entry of a stream keeps alive in its segment.</summary>
    public static long LiveBytesOfEntry(Collection* owner, byte* idBulk, int pairs) =>
        StreamEntry.EndOf(idBulk, pairs) - idBulk + HeadBytes(KeyOf(owner), idBulk);

    /// <summary>Bytes that a fact about a stream keeps alive in its segment.</summary>
    public static long LiveBytesOfFact(Collection* owner, byte* name) => BulkString.Next(BulkString.Next(name)) - name + HeadBytes(KeyOf(owner), name);

    // What stands before an element and lives with it: the record's head before the first one, whose key stands right before it. (Where
    // an element before it is the same as the key, it counts as the first.)
    private static long HeadBytes(ReadOnlySpan<byte> key, byte* start) =>
        key.SequenceEqual(new ReadOnlySpan<byte>(start - key.Length, key.Length)) ? key.Length + HeaderBytes : 0;

    // The key's whole bulk string.
    private static ReadOnlySpan<byte> KeyOf(Collection* owner)
    {
        byte* key = Collection.KeyBulk(owner);
        return new ReadOnlySpan<byte>(key, (int)(BulkString.Next(key) - key));
    }
}
