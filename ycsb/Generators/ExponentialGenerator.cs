namespace Pkv.Ycsb.Generators;

/// <summary>
/// Distances that are exponentially distributed: <paramref name="percentile"/> per cent of them are below
/// <paramref name="range"/>. Taken as the age of a record, as "latest" takes Zipf's.
/// </summary>
internal sealed class ExponentialGenerator(double percentile, double range, RandomSource random) : INumberGenerator
{
    private readonly double _mean = range / -Math.Log(1 - percentile / 100);

    // 1 - u: u may be 0, whose logarithm is none.
    public long Next() => (long)(-Math.Log(1 - random.NextDouble()) * _mean);
}
