using System.Numerics;

namespace Pkv.Engine.Execution;

/// <summary>
/// A histogram of nanoseconds: eight buckets to each power of two, so that a percentile is right within 12.5 %.
/// 2.5 KiB for each command that was ever run. The layout follows Gil Tene's HdrHistogram.
/// </summary>
public static class LatencyBuckets
{
    private const int SubBits = 3;
    private const int MaxExponent = 41;

    /// <summary>Buckets: up to 2^42 ns, more than an hour; what takes longer counts as that.</summary>
    public const int Count = (MaxExponent - SubBits + 2) << SubBits;

    /// <summary>The bucket of a duration.</summary>
    public static int IndexOf(long nanoseconds)
    {
        ulong value = (ulong)Math.Max(0, nanoseconds);
        if (value < 1 << SubBits)
            return (int)value;
        int exponent = BitOperations.Log2(value);
        if (exponent > MaxExponent)
            return Count - 1;
        int sub = (int)(value >> (exponent - SubBits)) & ((1 << SubBits) - 1);
        return ((exponent - SubBits + 1) << SubBits) + sub;
    }

    /// <summary>The longest duration that falls into a bucket, in nanoseconds.</summary>
    public static long UpperBound(int index)
    {
        if (index < 1 << SubBits)
            return index;
        int exponent = (index >> SubBits) + SubBits - 1;
        long sub = index & ((1 << SubBits) - 1);
        return (((1L << SubBits) + sub + 1) << (exponent - SubBits)) - 1;
    }

    /// <summary>The duration, in nanoseconds, that this share (0 to 1) of all does not exceed; 0 without any.</summary>
    public static long Percentile(ReadOnlySpan<long> buckets, double share)
    {
        long total = 0;
        foreach (long bucket in buckets)
            total += bucket;
        long wanted = Math.Max(1, (long)Math.Ceiling(total * share)), seen = 0;
        for (int i = 0; i < buckets.Length && total > 0; i++)
        {
            seen += buckets[i];
            if (seen >= wanted)
                return UpperBound(i);
        }
        return 0;
    }
}
