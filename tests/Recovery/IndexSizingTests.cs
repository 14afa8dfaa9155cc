using Pkv.Engine.Recovery;
using Xunit;

namespace Pkv.Tests.Recovery;

/// <summary>The guess of how many keys a log leaves, against drawn logs.</summary>
public sealed class IndexSizingTests
{
    [Theory]
    [InlineData(10_000_000, 4_000_000)]
    [InlineData(1_000_000, 4_000_000)]
    [InlineData(100_000, 4_000_000)]
    [InlineData(5_000, 400_000)]
    public void Guesses_the_keys_of_uniform_writes_within_a_third(int universe, int writes)
    {
        Random random = new(universe);
        HashSet<int> keys = [], sample = [];
        const int sampled = 64 * 1024;
        for (int i = 0; i < writes; i++)
        {
            int key = random.Next(universe);
            keys.Add(key);
            if (i % (writes / sampled) == 0 && sample.Count < sampled)
                sample.Add(key);
        }
        long drawn = (writes + writes / sampled - 1) / (writes / sampled);
        double guess = IndexSizing.Guess(drawn, drawn - sample.Count, writes);
        Assert.InRange(guess, keys.Count * 0.67, keys.Count * 1.33);
    }

    [Fact]
    public void Without_repeats_every_write_is_a_key() => Assert.Equal(123_456, IndexSizing.Guess(1000, 0, 123_456));
}
