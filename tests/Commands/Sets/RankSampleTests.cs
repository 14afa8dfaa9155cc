using Pkv.Engine.Commands.Collections;
using Xunit;

namespace Pkv.Tests.Commands.Sets;

/// <summary>Ranks that are drawn: as many as asked for, different, and every one with the same chance.</summary>
public sealed class RankSampleTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(64, 63)]
    [InlineData(65, 64)]
    [InlineData(66, 65)]
    [InlineData(128, 127)]
    [InlineData(129, 65)]
    [InlineData(1000, 999)]
    [InlineData(1000, 500)]
    [InlineData(1000, 501)]
    [InlineData(1_000_000, 70)]
    [InlineData(1_000_000, 900_000)]
    public void Draws_different_ranks_below_the_size(uint size, int count)
    {
        var drawn = new HashSet<uint>();
        using var sample = new RankSample(size, count);
        int told = 0;
        while (sample.TryNext(out uint rank))
        {
            told++;
            Assert.True(rank < size && drawn.Add(rank), $"{rank} of {size}");
        }

        Assert.Equal(count, told);
    }

    // Each rank is drawn with chance count / size: over 20,000 rounds the count is within six standard deviations of that.
    [Theory]
    [InlineData(10, 3)]
    [InlineData(100, 70)]
    [InlineData(200, 90)]
    public void Every_rank_has_the_same_chance(uint size, int count)
    {
        const int rounds = 20_000;
        int[] times = new int[size];
        for (int i = 0; i < rounds; i++)
        {
            using var sample = new RankSample(size, count);
            while (sample.TryNext(out uint rank))
                times[rank]++;
        }

        double chance = (double)count / size;
        double allowed = 6 * Math.Sqrt(rounds * chance * (1 - chance));
        Assert.All(times, n => Assert.InRange(n, rounds * chance - allowed, rounds * chance + allowed));
    }
}
