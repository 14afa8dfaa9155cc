using System.Runtime.CompilerServices;

namespace Pkv.Server.Keyspace.Collections;

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
    public static byte* ValueOf(byte* fieldBulk) => Cell.Next(fieldBulk);

    /// <summary>
    /// Bytes that an element keeps alive in its segment: itself and, for the first one of a record, what stands before it. Told by
    /// the bytes alone, so that it is the same whenever it is asked.
    /// </summary>
    public static long LiveBytes(Collection* owner, byte* bulk)
    {
        byte* start = bulk;
        byte* end = Cell.Next(bulk);
        if (owner->Kind == ValueKind.Hash)
            end = Cell.Next(end);
        else if (owner->Kind == ValueKind.SortedSet)
            start = ScoreBulk(bulk);
        return end - start + (IsFirst(owner, start, out int keyBytes) ? keyBytes + HeaderBytes : 0);
    }

    /// <summary><see cref="LiveBytes"/> of fields and values that stand one after the other, in all.</summary>
    /// <param name="owner">The hash.</param>
    /// <param name="first">The first field's bulk string.</param>
    /// <param name="bytes">From there to the end of the last value.</param>
    /// <param name="offsets">Where each field begins, from the first.</param>
    /// <param name="count">Fields.</param>
    public static long LiveBytesOfFields(Collection* owner, byte* first, long bytes, int* offsets, int count)
    {
        byte* key = Collection.KeyBulk(owner);
        ReadOnlySpan<byte> keyBulk = new(key, (int)(Cell.Next(key) - key));
        for (int i = 0; i < count; i++)
            bytes += keyBulk.SequenceEqual(new ReadOnlySpan<byte>(first + offsets[i] - keyBulk.Length, keyBulk.Length)) ? keyBulk.Length + HeaderBytes : 0;
        return bytes;
    }

    /// <summary>Bytes that a PEXPIREAT record of the collection keeps alive.</summary>
    public static long ExpiryLiveBytes(Collection* owner)
    {
        byte* key = Collection.KeyBulk(owner);
        return Cell.Next(key) - key + HeaderBytes + 24;
    }

    // The key stands right before the first element. (Where an element before it is the same as the key, it counts as the first.)
    private static bool IsFirst(Collection* owner, byte* start, out int keyBytes)
    {
        byte* key = Collection.KeyBulk(owner);
        keyBytes = (int)(Cell.Next(key) - key);
        return new ReadOnlySpan<byte>(key, keyBytes).SequenceEqual(new ReadOnlySpan<byte>(start - keyBytes, keyBytes));
    }
}
