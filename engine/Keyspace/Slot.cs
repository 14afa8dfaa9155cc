using System.Runtime.CompilerServices;

namespace Pkv.Engine.Keyspace;

/// <summary>
/// One key in the index: 64 bits.
/// <code>
/// 63      56 55  53 52       51      43 42                        0
/// | tag (8) | kind | volatile | lru (9) | address or volatile cell |
/// </code>
/// Zero is an empty slot. The address is the pool offset of the key's bulk string (43 bits: 8 TiB). With the
/// volatile bit set it is instead the number of a cell that holds address and expiry time. Of a collection, and of a string of
/// pieces, it is the native object's address divided by 16.
/// </summary>
public static class Slot
{
    public const int TagShift = 56;
    public const int KindShift = 53;
    public const ulong KindMask = 7UL << KindShift;
    public const ulong VolatileBit = 1UL << 52;
    public const int LruShift = 43;
    public const int LruBits = 9;
    public const ulong LruMask = ((1UL << LruBits) - 1) << LruShift;
    public const ulong AddressMask = (1UL << LruShift) - 1;

    /// <summary>In an address that has left its slot: it is a collection's (see <see cref="Collections.Collection.Locator"/>), not a place in the pool.</summary>
    public const ulong CollectionFlag = 1UL << 62;

    /// <summary>Seconds in one unit of the LRU clock.</summary>
    public const int LruUnitSeconds = 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Tag(ulong hash) => hash & 0xFFUL << TagShift;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ValueKind Kind(ulong slot) => (ValueKind)((slot & KindMask) >> KindShift);

    /// <summary>The bits that tell a kind. Of those that share the last number the native object tells which it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong KindBits(ValueKind kind) => (ulong)Math.Min((byte)kind, (byte)ValueKind.Pieces) << KindShift;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsVolatile(ulong slot) => (slot & VolatileBit) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Address(ulong slot) => slot & AddressMask;

    /// <summary>Whether the slot holds a native object: a collection, or a string of pieces.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsCollection(ulong slot) => (slot & KindMask) >= (ulong)ValueKind.Hash << KindShift;

    /// <summary>The LRU clock now, in units, modulo its width.</summary>
    public static ulong LruClock(long nowMs) => (ulong)(nowMs / (1000 * LruUnitSeconds)) & ((1UL << LruBits) - 1);
}

/// <summary>What a key holds. A slot has three bits for it: from <see cref="Pieces"/> on the native object tells the kind.</summary>
public enum ValueKind : byte
{
    /// <summary>A cell: the key's bulk string directly followed by the value's.</summary>
    String = 0,

    /// <summary>A key and a value with one bulk string between them, as SETEX and PSETEX send it.</summary>
    StringAfterGap = 1,

    /// <summary>
    /// A cell as of <see cref="String"/>, written by a command that edits strings: OBJECT ENCODING is "raw" however short it is, as in
    /// Redis. The log does not record it, so that a restart forgets it, as loading does in Redis.
    /// </summary>
    RawString = 2,

    Hash = 3,
    List = 4,
    Set = 5,
    SortedSet = 6,

    /// <summary>A string that was changed in part: a native object of its pieces' places (see <see cref="Pieces.PieceStore"/>).</summary>
    Pieces = 7,

    /// <summary>A stream: a native object, as the collections are (see <see cref="Streams.StreamStore"/>).</summary>
    Stream = 8,
}
