using Pkv.Ycsb.Generators;
using Xunit;

namespace Pkv.Tests.Ycsb;

/// <summary>The distributions against their formulas, with fixed seeds. Chi-square bounds are those of one in a million.</summary>
public sealed class DistributionTests
{
    private const int Draws = 400_000;

    [Fact]
    public void Zeta_is_its_sum() => Assert.Equal(1 + Math.Pow(2, -0.99) + Math.Pow(3, -0.99), ZipfianGenerator.Zeta(0, 3, 0), 12);

    [Fact]
    public void Zeta_grows_from_what_is_known() =>
        Assert.Equal(ZipfianGenerator.Zeta(0, 5000, 0), ZipfianGenerator.Zeta(1000, 5000, ZipfianGenerator.Zeta(0, 1000, 0)), 9);

    [Fact]
    public void The_known_zeta_of_ten_thousand_million_items_is_right()
    {
        // Euler-Maclaurin from a million on: the integral and half of both ends.
        const double From = 1e6, To = ScrambledZipfianGenerator.Items, Theta = ZipfianGenerator.Theta;
        double rest = (Math.Pow(To, 1 - Theta) - Math.Pow(From, 1 - Theta)) / (1 - Theta) + (Math.Pow(To, -Theta) - Math.Pow(From, -Theta)) / 2;
        Assert.Equal(ScrambledZipfianGenerator.ZetaOfItems, ZipfianGenerator.Zeta(0, (long)From, 0) + rest, 5);
    }

    [Fact]
    public void Zipfian_follows_the_formula_of_Gray_and_others()
    {
        const int Items = 1000;
        double[] expected = [.. Enumerable.Range(0, Items).Select(rank => RankShare(rank, Items, ZipfianGenerator.Zeta(0, Items, 0)))];
        Assert.Equal(1, expected.Sum(), 9);
        ZipfianGenerator zipfian = new(50, 50 + Items - 1, new RandomSource(1));
        AssertFollows(expected, () => (int)zipfian.Next() - 50);
    }

    [Fact]
    public void The_two_most_popular_have_exactly_the_share_of_Zipf()
    {
        double zeta = ZipfianGenerator.Zeta(0, 1000, 0);
        Assert.Equal(1 / zeta, RankShare(0, 1000, zeta), 12);
        Assert.Equal(Math.Pow(2, -0.99) / zeta, RankShare(1, 1000, zeta), 12);
    }

    [Fact]
    public void Scrambled_zipfian_is_zipfian_hashed()
    {
        const int Records = 100, HeadRanks = 200_000;
        double[] expected = new double[Records];
        double head = 0;
        for (int rank = 0; rank < HeadRanks; rank++)
        {
            double share = RankShare(rank, ScrambledZipfianGenerator.Items + 1, ScrambledZipfianGenerator.ZetaOfItems);
            expected[Fnv.Hash64(rank) % Records] += share;
            head += share;
        }
        // The long tail is hashed evenly.
        for (int i = 0; i < Records; i++) expected[i] += (1 - head) / Records;
        ScrambledZipfianGenerator scrambled = new(7, 7 + Records - 1, new RandomSource(2));
        AssertFollows(expected, () => (int)scrambled.Next() - 7);
    }

    [Fact]
    public void Uniform_is_even()
    {
        UniformGenerator uniform = new(10, 59, new RandomSource(3));
        AssertFollows([.. Enumerable.Repeat(1 / 50.0, 50)], () => (int)uniform.Next() - 10);
    }

    [Fact]
    public void Hotspot_gives_the_first_fifth_four_fifths()
    {
        HotspotGenerator hotspot = new(0, 99, 0.2, 0.8, new RandomSource(4));
        AssertFollows([.. Enumerable.Range(0, 100).Select(i => i < 20 ? 0.8 / 20 : 0.2 / 80)], () => (int)hotspot.Next());
    }

    [Theory]
    [InlineData(0.0, 0, 9)]
    [InlineData(1.0, 0, 9)]
    public void Hotspot_with_an_empty_part_gives_all_to_the_other(double hotData, int least, int most)
    {
        HotspotGenerator hotspot = new(least, most, hotData, 0.5, new RandomSource(5));
        AssertFollows([.. Enumerable.Repeat(0.1, 10)], () => (int)hotspot.Next());
    }

    [Fact]
    public void Sequential_takes_one_after_the_other_and_begins_again()
    {
        SharedCounter drawn = new(0);
        SequentialGenerator one = new(3, 5, drawn), other = new(3, 5, drawn);
        Assert.Equal([3L, 4, 5, 3], [one.Next(), other.Next(), one.Next(), other.Next()]);
    }

    [Fact]
    public void Exponential_has_its_percentile_within_its_range()
    {
        const double Mean = 1000 * 0.8571428571 / 2.995732273553991; // -ln(0.05)
        ExponentialGenerator exponential = new(95, 1000 * 0.8571428571, new RandomSource(6));
        // In whole numbers, cut at ten times the mean.
        double[] expected = [.. Enumerable.Range(0, 2861).Select(i => Math.Exp(-i / Mean) - Math.Exp(-(i + 1) / Mean))];
        AssertFollows([.. expected, 1 - expected.Sum()], () => (int)Math.Min(expected.Length, exponential.Next()));
        Assert.InRange(expected.Take(858).Sum(), 0.95, 0.951);
    }

    [Fact]
    public void Latest_is_zipfian_by_age()
    {
        const int Records = 500;
        LatestGenerator latest = new(new AcknowledgedCounter(Records + 1), new RandomSource(7));
        double zeta = ZipfianGenerator.Zeta(0, Records, 0);
        AssertFollows([.. Enumerable.Range(0, Records).Select(age => RankShare(age, Records, zeta))], () => Records - (int)latest.Next());
    }

    [Fact]
    public void Latest_goes_with_what_is_inserted()
    {
        AcknowledgedCounter inserted = new(100);
        LatestGenerator latest = new(inserted, new RandomSource(8));
        for (int i = 0; i < 100; i++) inserted.Acknowledge(inserted.Next());
        long[] drawn = [.. Enumerable.Range(0, 10_000).Select(_ => latest.Next())];
        Assert.Equal(199, drawn.Max());
        Assert.Equal(199, drawn.GroupBy(d => d).MaxBy(g => g.Count())!.Key);
        Assert.All(drawn, d => Assert.InRange(d, 0, 199));
    }

    [Fact]
    public void A_number_shows_only_when_all_before_it_are_answered()
    {
        AcknowledgedCounter inserted = new(10);
        Assert.Equal([10L, 11, 12], [inserted.Next(), inserted.Next(), inserted.Next()]);
        inserted.Acknowledge(12);
        inserted.Acknowledge(11);
        Assert.Equal(9, inserted.Last);
        inserted.Acknowledge(10);
        Assert.Equal(12, inserted.Last);
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers()
    {
        // The first outputs of SplitMix64 for the seed 1234567, as its authors' program prints them.
        RandomSource random = new(1234567);
        ulong[] first = [6457827717110365317, 3203168211198807973, 9817491932198370423];
        Assert.All(first, number => Assert.Equal(number, random.NextBits()));
    }

    // The share of a rank (from 0) that the generator's formula gives: u falls where the inverse of its curve says.
    private static double RankShare(long rank, long items, double zeta)
    {
        const double Theta = ZipfianGenerator.Theta;
        double first = 1 / zeta, second = (1 + Math.Pow(2, -Theta)) / zeta;
        double eta = (1 - Math.Pow(2.0 / items, 1 - Theta)) / (1 - (1 + Math.Pow(0.5, Theta)) / zeta);
        // Below this u comes rank r - 1 or less.
        double Below(long r) => r == 0 ? 0 : r == 1 ? first : r == 2 ? second : Math.Max(second, (Math.Pow((double)r / items, 1 - Theta) - 1 + eta) / eta);
        return Below(rank + 1) - Below(rank);
    }

    private static void AssertFollows(double[] expected, Func<int> draw)
    {
        long[] seen = new long[expected.Length];
        for (int i = 0; i < Draws; i++) seen[draw()]++;
        double square = 0, rareExpected = 0;
        long rareSeen = 0, cells = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double count = expected[i] * Draws;
            if (count < 10)
            {
                // Too few for the test: all of them are one cell.
                (rareExpected, rareSeen) = (rareExpected + count, rareSeen + seen[i]);
                continue;
            }
            square += (seen[i] - count) * (seen[i] - count) / count;
            cells++;
        }
        if (rareExpected >= 10)
        {
            square += (rareSeen - rareExpected) * (rareSeen - rareExpected) / rareExpected;
            cells++;
        }
        // Wilson and Hilferty's approximation at 4.75 standard deviations.
        double freedom = cells - 1, ninth = 2 / (9 * freedom);
        double most = freedom * Math.Pow(1 - ninth + 4.75 * Math.Sqrt(ninth), 3);
        Assert.True(square < most, $"chi-square {square:F1} of {freedom} degrees of freedom, more than {most:F1}");
    }
}
