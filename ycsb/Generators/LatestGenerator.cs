namespace Pkv.Ycsb.Generators;

/// <summary>Zipf's popularity by age: the record inserted last is read most.</summary>
internal sealed class LatestGenerator(AcknowledgedCounter inserted, RandomSource random) : INumberGenerator
{
    private readonly ZipfianGenerator _ages = new(0, Math.Max(1, inserted.Last) - 1, random);

    public long Next()
    {
        long last = inserted.Last;
        return last - _ages.Next(last);
    }
}
