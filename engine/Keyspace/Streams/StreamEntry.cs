using System.Diagnostics;
using System.Runtime.CompilerServices;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Resp;

namespace Pkv.Engine.Keyspace.Streams;

/// <summary>
/// An entry of a stream as the tree holds it, in the 16 bytes of an element. The place is that of the ID's bulk string, which the
/// fields and values follow, as XADD sent them.
/// <code>
/// sort key   | ms (44) | sequence number (20) |
/// place      | begins a node (1) | pairs (20) | pool offset (43) |
/// </code>
/// An ID too large for that sorts as the largest that fits, and is read where it stands; most tell all of it here, so that an ID
/// which the server gave need not stand in the log at all (see <see cref="AutoId"/>).
/// </summary>
public static unsafe class StreamEntry
{
    /// <summary>The most pairs of field and value: half the arguments that a command may have.</summary>
    public const int MaxPairs = (1 << PairBits) - 1;

    /// <summary>The most bytes that <see cref="WriteHead"/> writes.</summary>
    public const int HeadBytes = StreamId.MaxBytes + 32;

    private const int SeqBits = 20;
    private const ulong SeqMask = (1UL << SeqBits) - 1;
    private const ulong MsMax = (1UL << (64 - SeqBits)) - 1;
    private const int PairBits = 20;
    private const ulong PlaceMask = (1UL << Slot.LruShift) - 1;
    private const ulong NodeBit = 1UL << 63;

    /// <summary>What an ID is sorted by first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong KeyOf(StreamId id) => id.Ms >= MsMax ? ulong.MaxValue : id.Ms << SeqBits | Math.Min(id.Seq, SeqMask);

    /// <summary>Whether a sort key tells the whole ID.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsWhole(ulong key) => (key & SeqMask) != SeqMask;

    /// <summary>Packs an entry.</summary>
    public static Element Of(StreamId id, ulong place, int pairs, bool beginsNode)
    {
        Debug.Assert(place is > 0 and <= PlaceMask && pairs is > 0 and <= MaxPairs, "an entry lies in the pool and has fields");
        return new Element { SortKey = KeyOf(id), Place = place | (ulong)pairs << Slot.LruShift | (beginsNode ? NodeBit : 0) };
    }

    /// <summary>Pool offset of the ID's bulk string.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Place(in Element entry) => entry.Place & PlaceMask;

    /// <summary>The fields with their values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Pairs(in Element entry) => (int)((entry.Place & ~NodeBit) >> Slot.LruShift);

    /// <summary>It is the first of those that Redis would hold in one node: what is trimmed about is trimmed by nodes.</summary>
    public static bool BeginsNode(in Element entry) => (entry.Place & NodeBit) != 0;

    /// <summary>The entry, beginning a node.</summary>
    public static ulong AsNodeBegin(ulong place) => place | NodeBit;

    /// <summary>The entry, beginning a node if the other one does.</summary>
    public static ulong WithNodeOf(ulong place, in Element other) => place & ~NodeBit | other.Place & NodeBit;

    /// <summary>The entry at another place.</summary>
    public static ulong Moved(ulong place, ulong to) => place & ~PlaceMask | to;

    /// <summary>The ID.</summary>
    public static StreamId IdOf(in Element entry, byte* pool)
    {
        if (IsWhole(entry.SortKey))
            return new StreamId(entry.SortKey >> SeqBits, entry.SortKey & SeqMask);
        byte* text = BulkString.Data(pool + Place(entry), out int length);
        bool isSound = StreamId.TryParse(new ReadOnlySpan<byte>(text, length), 0, out StreamId id);
        Debug.Assert(isSound, "an ID that its sort key does not tell stands in the log");
        return id;
    }

    /// <summary>The first field's bulk string.</summary>
    public static byte* Fields(in Element entry, byte* pool) => BulkString.Next(pool + Place(entry));

    /// <summary>Behind the last value.</summary>
    public static byte* End(in Element entry, byte* pool) => EndOf(pool + Place(entry), Pairs(entry));

    /// <summary>Behind the last value of an entry whose ID's bulk string this is.</summary>
    public static byte* EndOf(byte* idBulk, int pairs)
    {
        byte* p = BulkString.Next(idBulk);
        for (int i = 0; i < 2 * pairs; i++)
            p = BulkString.Next(p);
        return p;
    }

    /// <summary>Writes how many pairs an entry has, and its ID, as a record of PKV.XPUT has them. Returns where the fields go.</summary>
    public static byte* WriteHead(byte* p, StreamId id, int pairs, out byte* idBulk)
    {
        byte* text = stackalloc byte[Integers.MaxBytes];
        idBulk = BulkString.WriteBulk(p, text, (int)(Integers.Write(text, pairs) - text));
        return id.WriteBulk(idBulk);
    }

    /// <summary>The place of an ID in a stream's order.</summary>
    public static Probe ProbeOf(StreamId id, byte* pool)
    {
        ulong key = KeyOf(id);
        return IsWhole(key) ? Probe.OfOrdinal(key) : Probe.OfId(key, id, pool);
    }
}
