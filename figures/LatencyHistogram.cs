using System.Numerics;

namespace Pkv.Figures;

/// <summary>
/// Counts of latencies in log-linear buckets, as HdrHistogram does it: 2^n buckets per power of two, so that a value is
/// known to within 1 part in 2^n. Recording is an index and an add; nothing is allocated. One thread writes; others may
/// <see cref="CopyTo"/> meanwhile and see counts that are at most a few records apart from each other.
/// </summary>
public sealed class LatencyHistogram
{
    private const int DefaultSubBits = 6;

    private readonly int _subBits;
    private readonly long[] _counts;

    /// <param name="subBits">Buckets per power of two, as a power of two: 6 knows a value to within 1.6 %, 10 (466 KB) to three figures.</param>
    public LatencyHistogram(int subBits = DefaultSubBits)
    {
        _subBits = subBits;
        // Values below 2^n ns are exact; every further power of two up to 2^62 takes 2^n buckets.
        _counts = new long[(64 - subBits) << subBits];
    }

    /// <summary>How many values were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>Largest recorded value in nanoseconds, exact.</summary>
    public long MaxNs { get; private set; }

    /// <summary>Smallest recorded value in nanoseconds, exact; 0 when empty.</summary>
    public long MinNs { get; private set; }

    /// <summary>All recorded values together, nanoseconds.</summary>
    public double SumNs { get; private set; }

    /// <summary>Arithmetic mean in nanoseconds, exact; 0 when empty.</summary>
    public double MeanNs => Count == 0 ? 0 : SumNs / Count;

    /// <summary>Adds <paramref name="count"/> requests that each took <paramref name="latencyNs"/>; negative counts as 0.</summary>
    public void Record(long latencyNs, long count = 1)
    {
        if (latencyNs < 0) latencyNs = 0;
        _counts[BucketOf(latencyNs)] += count;
        if (latencyNs < MinNs || Count == 0) MinNs = latencyNs;
        if (latencyNs > MaxNs) MaxNs = latencyNs;
        SumNs += (double)latencyNs * count;
        Count += count;
    }

    /// <summary>
    /// The smallest bucket bound that at least <paramref name="fraction"/> of the values do not exceed, in
    /// nanoseconds (0 when empty). Returns the bucket's upper bound, so a percentile is never too low.
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

    /// <summary>Adds all that another histogram of the same precision holds.</summary>
    public void Add(LatencyHistogram other)
    {
        RequireSamePrecision(other);
        if (other.Count == 0) return;
        for (int bucket = 0; bucket < _counts.Length; bucket++) _counts[bucket] += other._counts[bucket];
        MinNs = Count == 0 ? other.MinNs : Math.Min(MinNs, other.MinNs);
        MaxNs = Math.Max(MaxNs, other.MaxNs);
        SumNs += other.SumNs;
        Count += other.Count;
    }

    /// <summary>
    /// Makes this hold what was recorded in <paramref name="now"/> since it was <paramref name="before"/>. Smallest and
    /// largest are known only to their bucket then.
    /// </summary>
    public void SetDifference(LatencyHistogram now, LatencyHistogram before)
    {
        RequireSamePrecision(now);
        RequireSamePrecision(before);
        Clear();
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            long count = now._counts[bucket] - before._counts[bucket];
            if (count <= 0) continue;
            _counts[bucket] = count;
            if (Count == 0) MinNs = bucket == 0 ? 0 : UpperBoundOf(bucket - 1) + 1;
            MaxNs = UpperBoundOf(bucket);
            Count += count;
        }
        SumNs = Math.Clamp(now.SumNs - before.SumNs, (double)MinNs * Count, (double)MaxNs * Count);
    }

    /// <summary>Makes another histogram of the same precision equal to this one; from any thread.</summary>
    public void CopyTo(LatencyHistogram target)
    {
        RequireSamePrecision(target);
        _counts.CopyTo(target._counts, 0);
        (target.MinNs, target.MaxNs, target.SumNs, target.Count) = (MinNs, MaxNs, SumNs, Count);
    }

    /// <summary>All buckets that are not empty: their upper bounds in nanoseconds and their counts, ascending.</summary>
    public IEnumerable<(long UpperNs, long Count)> Buckets()
    {
        for (int bucket = 0; bucket < _counts.Length; bucket++)
            if (_counts[bucket] > 0) yield return (Math.Min(UpperBoundOf(bucket), MaxNs), _counts[bucket]);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
        MaxNs = 0;
        MinNs = 0;
        SumNs = 0;
    }

    /// <summary>Bucket index of a value of 0 or more.</summary>
    internal int BucketOf(long valueNs)
    {
        if (valueNs < 1L << _subBits) return (int)valueNs;
        int shift = BitOperations.Log2((ulong)valueNs) - _subBits;
        return (shift << _subBits) + (int)(valueNs >> shift);
    }

    /// <summary>Largest value that falls into the bucket.</summary>
    internal long UpperBoundOf(int bucket)
    {
        int subCount = 1 << _subBits;
        if (bucket < subCount * 2) return bucket;
        int shift = (bucket >> _subBits) - 1;
        long mantissa = (bucket & (subCount - 1)) + subCount;
        return ((mantissa + 1) << shift) - 1;
    }

    private void RequireSamePrecision(LatencyHistogram other)
    {
        if (other._subBits != _subBits) throw new ArgumentException("histograms of different precision");
    }
}
