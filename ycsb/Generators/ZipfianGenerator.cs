namespace Pkv.Ycsb.Generators;

/// <summary>
/// Zipf's distribution over [least, least + items): the number of rank r (from 1) comes with probability r^-θ / ζ(items, θ),
/// to the approximation of Gray et al., "Quickly Generating Billion-Record Synthetic Databases", SIGMOD 1994: exact for
/// the first two ranks, a continuous curve through the rest.
/// </summary>
internal sealed class ZipfianGenerator : INumberGenerator
{
    /// <summary>YCSB's skew.</summary>
    public const double Theta = 0.99;

    private static readonly double s_secondRank = 1 + Math.Pow(0.5, Theta); // ζ(2)
    private static readonly double s_alpha = 1 / (1 - Theta);

    private readonly long _least;
    private readonly long _items;
    private readonly RandomSource _random;
    private long _zetaItems;
    private double _zeta;
    private double _eta;

    /// <summary>Over [least, most]; takes time proportional to their number for ζ (10 ns each).</summary>
    public ZipfianGenerator(long least, long most, RandomSource random)
        : this(least, most, Zeta(0, most - least + 1, 0), random)
    {
    }

    /// <summary>The same with ζ(most - least + 1, θ) known.</summary>
    public ZipfianGenerator(long least, long most, double zeta, RandomSource random)
    {
        _least = least;
        _items = most - least + 1;
        _random = random;
        _zetaItems = _items;
        SetZeta(zeta);
    }

    public long Next() => Next(_items);

    /// <summary>
    /// A number out of the first <paramref name="items"/>, which may have grown since the last call; ζ grows with them. As
    /// in YCSB, η stays that of the items at the start: their growth during a run is small against their number.
    /// </summary>
    public long Next(long items)
    {
        if (items > _zetaItems)
        {
            SetZeta(Zeta(_zetaItems, items, _zeta));
            _zetaItems = items;
        }
        double drawn = _random.NextDouble();
        double scaled = drawn * _zeta;
        if (scaled < 1) return _least;
        if (scaled < s_secondRank) return _least + 1;
        return _least + (long)(items * Math.Pow(_eta * drawn - _eta + 1, s_alpha));
    }

    /// <summary>ζ(to, θ), the sum of r^-θ over the ranks r = 1 to <paramref name="to"/>, from ζ(from, θ).</summary>
    internal static double Zeta(long from, long to, double known)
    {
        double sum = known;
        for (long rank = from + 1; rank <= to; rank++) sum += Math.Pow(rank, -Theta);
        return sum;
    }

    private void SetZeta(double zeta)
    {
        _zeta = zeta;
        _eta = (1 - Math.Pow(2.0 / _items, 1 - Theta)) / (1 - s_secondRank / zeta);
    }
}
