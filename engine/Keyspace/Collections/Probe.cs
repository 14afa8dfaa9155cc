using System.Runtime.CompilerServices;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Resp;

namespace Pkv.Engine.Keyspace.Collections;

/// <summary>
/// A place in a tree's order, to be compared with its elements: first by sort key, then, where several may share one (hashes,
/// scores), by the element's bytes.
/// </summary>
public unsafe struct Probe
{
    public ulong SortKey;

    /// <summary>What element places are relative to.</summary>
    public byte* Pool;

    /// <summary>Decides between elements of one sort key; null: none has an equal (lists).</summary>
    public byte* Data;

    public int Length;

    /// <summary>Stands before all elements of its sort key.</summary>
    public bool IsLeast;

    /// <summary>Decides instead of bytes.</summary>
    public StreamId Id;

    // In place of a length: what decides is the ID.
    private const int IdLength = -1;

    /// <summary>A place in a list.</summary>
    public static Probe OfOrdinal(ulong sortKey) => new() { SortKey = sortKey };

    /// <summary>Before all elements of this sort key.</summary>
    public static Probe OfLeast(ulong sortKey) => new() { SortKey = sortKey, IsLeast = true };

    /// <summary>An element by its hash, or by its score.</summary>
    public static Probe Of(ulong sortKey, byte* data, int length, byte* pool) => new() { SortKey = sortKey, Data = data, Length = length, Pool = pool };

    /// <summary>An element by the hash of its bytes.</summary>
    public static Probe OfHash(byte* data, int length, byte* pool) => Of(KeyHash.Of(data, length), data, length, pool);

    /// <summary>An entry of a stream whose ID is not told by its sort key.</summary>
    public static Probe OfId(ulong sortKey, StreamId id, byte* pool) => new() { SortKey = sortKey, Id = id, Data = pool, Length = IdLength, Pool = pool };

    /// <summary>Negative: the element comes before; zero: it is the one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly int CompareElement(in Element element)
    {
        if (element.SortKey != SortKey)
            return element.SortKey < SortKey ? -1 : 1;
        return Data == null ? (IsLeast ? 1 : 0) : CompareBytes(element);
    }

    private readonly int CompareBytes(in Element element)
    {
        if (Length == IdLength)
            return StreamEntry.IdOf(element, Pool).CompareTo(Id);
        byte* held = BulkString.Data(element.Bulk(Pool), out int length);
        return new ReadOnlySpan<byte>(held, length).SequenceCompareTo(new ReadOnlySpan<byte>(Data, Length));
    }
}
