namespace Pkv.Ycsb.Generators;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): one addition and a mix per number, nothing allocated, the same numbers
/// for the same seed. Not thread-safe: each event loop has its own.
/// </summary>
internal sealed class RandomSource(ulong seed)
{
    private ulong _state = seed;

    /// <summary>64 evenly distributed bits.</summary>
    public ulong NextBits()
    {
        ulong mixed = _state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>Evenly from [0, 1), in steps of 2^-53.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1L << 53));

    /// <summary>Evenly from 0 to <paramref name="bound"/> - 1; the bias is below 2^-40 for all bounds that occur.</summary>
    public long NextBelow(long bound) => (long)Math.BigMul(NextBits(), (ulong)bound, out _);
}
