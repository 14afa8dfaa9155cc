using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Pkv.Engine.Keyspace.Collections;

/// <summary>Numbers as unsigned 64-bit keys that sort as they do: scores, and the ordinals of lists. Hashes are keys as they are.</summary>
public static class SortKeys
{
    private const ulong SignBit = 1UL << 63;

    /// <summary>The key of a score of zero, whatever its sign: they are equal in order.</summary>
    public const ulong ZeroScore = SignBit;

    /// <summary>Of a score; not NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong FromScore(double score)
    {
        Debug.Assert(!double.IsNaN(score), "what is no number has no order");
        ulong bits = BitConverter.DoubleToUInt64Bits(score == 0 ? 0 : score);
        return (bits & SignBit) != 0 ? ~bits : bits | SignBit;
    }

    /// <summary>The score; a zero without its sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double ToScore(ulong key) => BitConverter.UInt64BitsToDouble((key & SignBit) != 0 ? key ^ SignBit : ~key);

    /// <summary>Of a list's ordinal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong FromOrdinal(long ordinal) => (ulong)ordinal ^ SignBit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long ToOrdinal(ulong key) => (long)(key ^ SignBit);
}
