namespace Pkv.Ycsb.Generators;

/// <summary>
/// Zipf's popularity with the popular records scattered over all of [least, most]: YCSB draws from ten thousand million
/// items, hashes what it drew and takes the remainder, so that the popularity of the top records does not depend on how
/// many records there are.
/// </summary>
internal sealed class ScrambledZipfianGenerator(long least, long most, RandomSource random) : INumberGenerator
{
    /// <summary>Items that are drawn from.</summary>
    internal const long Items = 10_000_000_000;

    /// <summary>ζ(<see cref="Items"/>, 0.99), which would take minutes to sum up.</summary>
    internal const double ZetaOfItems = 26.46902820178302;

    private readonly ZipfianGenerator _ranks = new(0, Items, ZetaOfItems, random);

    public long Next() => least + (long)((ulong)Fnv.Hash64(_ranks.Next()) % (ulong)(most - least + 1));
}
