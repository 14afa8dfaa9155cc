namespace Pkv.Ycsb.Generators;

/// <summary>Each number from <paramref name="least"/> to <paramref name="most"/>, both included, equally often.</summary>
internal sealed class UniformGenerator(long least, long most, RandomSource random) : INumberGenerator
{
    public long Next() => least + random.NextBelow(most - least + 1);
}
