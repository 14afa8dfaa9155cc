using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.CrashStates;

/// <summary>
/// Every crash state that the simulated media allow, as many as there is time for: what was acknowledged is there, what
/// was not is there wholly or not at all, and no crash looks like damage.
/// </summary>
[Collection("Crash")]
public sealed class CrashStateTests(ITestOutputHelper output)
{
    private const int DefaultStates = 5_000, LongStates = 100_000;

    [Fact]
    public void Default_states_are_all_explained_by_their_history() => Explore(DefaultStates, firstSeed: 1);

    [Fact]
    [Trait("Category", "Long")]
    public void A_hundred_thousand_states_are_all_explained_by_their_history() => Explore(LongRun.Part(LongStates), LongRun.FirstSeed());

    private void Explore(int states, int firstSeed)
    {
        CrashSearch search = new(ExplorationOptions.Of);
        search.Run(states, firstSeed, output);
        Assert.True(search.Wrong is null, search.Wrong);
        if (Environment.GetEnvironmentVariable(CrashSearch.SeedVariable) is not null)
            return;
        Assert.True(search.States >= states, $"{search.States} states");
        Assert.True(search.SegmentsFreed > 0, "no segment was freed and used again");
    }
}
