using System.Numerics;

namespace Pkv.Bench.Client;

/// <summary>
/// Counts of latencies in log-linear buckets, as HdrHistogram does it: 64 buckets per power of two, so a value is
/// known to within 1.6 %. Recording is an index and an add; nothing is allocated. Not thread-safe.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 6;
    private const int SubCount = 1 << SubBits;

    // Values below 2^6 ns are exact; every further power of two up to 2^62 takes 64 buckets.
    private readonly long[] _counts = new long[(63 - SubBits) * SubCount + SubCount];

    /// <summary>How many values were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>Largest recorded value in nanoseconds, exact.</summary>
    public long MaxNs { get; private set; }

    /// <summary>Adds <paramref name="count"/> requests that each took <paramref name="latencyNs"/>; negative counts as 0.</summary>
    public void Record(long latencyNs, long count = 1)
    {
        if (latencyNs < 0) latencyNs = 0;
        _counts[BucketOf(latencyNs)] += count;
        Count += count;
        if (latencyNs > MaxNs) MaxNs = latencyNs;
    }

    /// <summary>
    /// The smallest bucket bound that at least <paramref name="fraction"/> of the values do not exceed, in
    /// nanoseconds (0 when empty). The bucket's upper bound is answered, so a percentile is never flattered.
    /// </summary>
    public long PercentileNs(double fraction)
    {
        if (Count == 0) return 0;
        long wanted = Math.Max(1, (long)Math.Ceiling(fraction * Count));
        long seen = 0;
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= wanted) return Math.Min(UpperBoundOf(bucket), MaxNs);
        }
        return MaxNs;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
        MaxNs = 0;
    }

    /// <summary>Bucket index of a value of 0 or more.</summary>
    internal static int BucketOf(long valueNs)
    {
        if (valueNs < SubCount) return (int)valueNs;
        int exponent = BitOperations.Log2((ulong)valueNs);
        int shift = exponent - SubBits;
        return (shift << SubBits) + (int)(valueNs >> shift);
    }

    /// <summary>Largest value that falls into the bucket.</summary>
    internal static long UpperBoundOf(int bucket)
    {
        if (bucket < SubCount * 2) return bucket;
        int shift = (bucket >> SubBits) - 1;
        long mantissa = (bucket & (SubCount - 1)) + SubCount;
        return ((mantissa + 1) << shift) - 1;
    }
}
