using System.Diagnostics;
using System.Runtime.CompilerServices;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Records;

namespace Pkv.Engine.Keyspace.Pieces;

/// <summary>
/// A part of a string that lies in one stretch of the log, packed into the 16 bytes of a tree's element: sorted by its offset
/// in the string, with its place in the pool.
/// <code>
/// 63       62        43 42                0
/// | first | bytes − 1  | pool offset       |
/// </code>
/// </summary>
internal static class Piece
{
    /// <summary>The longest piece; what is longer is several.</summary>
    public const int MaxBytes = 1 << 20;

    // What else moving a piece writes: its offset and the frame around its bytes.
    private const int FrameBytes = 32;

    private const int LengthShift = Slot.LruShift;
    private const ulong PlaceMask = (1UL << LengthShift) - 1;
    private const ulong FirstBit = 1UL << 63;

    /// <summary>Packs a piece.</summary>
    /// <param name="offset">In the string.</param>
    /// <param name="place">Pool offset of its first byte.</param>
    /// <param name="length">1 to <see cref="MaxBytes"/>.</param>
    /// <param name="isFirst">It is the first one that its record brought: it stands for the record's head as well.</param>
    public static Element Of(long offset, ulong place, int length, bool isFirst)
    {
        Debug.Assert(offset >= 0 && length is > 0 and <= MaxBytes && place <= PlaceMask, "a piece has some bytes of a string, in the pool");
        return new() { SortKey = (ulong)offset, Place = place | (ulong)(length - 1) << LengthShift | (isFirst ? FirstBit : 0) };
    }

    /// <summary>Where it begins in the string.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Offset(in Element piece) => (long)piece.SortKey;

    /// <summary>Behind its last byte in the string.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long End(in Element piece) => (long)piece.SortKey + Length(piece);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Length(in Element piece) => (int)((piece.Place & ~FirstBit) >> LengthShift) + 1;

    /// <summary>Pool offset of its first byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Place(in Element piece) => piece.Place & PlaceMask;

    public static bool IsFirst(in Element piece) => (piece.Place & FirstBit) != 0;

    /// <summary>The piece without what lies before this offset of the string, and without what lies from <paramref name="to"/> on.</summary>
    public static Element Cut(in Element piece, long from, long to)
    {
        Debug.Assert(from >= Offset(piece) && to <= End(piece) && from < to, "what is left of a piece lies in it");
        long skipped = from - Offset(piece);
        return Of(from, Place(piece) + (ulong)skipped, (int)(to - from), IsFirst(piece) && skipped == 0);
    }

    /// <summary>Bytes that a piece keeps alive in its segment: told by the piece alone, so that it is the same whenever it is asked.</summary>
    public static long LiveBytes(in Element piece, long keyBulkBytes) => Length(piece) + FrameBytes + (IsFirst(piece) ? keyBulkBytes + FrameBytes : 0);
}
