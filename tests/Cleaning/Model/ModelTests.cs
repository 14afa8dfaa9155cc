using Xunit;

namespace Pkv.Tests.Cleaning.Model;

/// <summary>
/// The argument that a pool can always be cleaned (docs/architecture.md, "Why a pool does not get stuck"), checked on a small pool
/// in each state that commands, crashes and cleaning can bring it to: from there, cleaning alone makes room for a write and for
/// a deletion. Each rule the argument needs is broken once: the model must then find a pool that is stuck.
/// </summary>
public sealed class ModelTests(ITestOutputHelper output)
{
    private const int MaxStates = 400_000;

    // Two slots for the cleaner, one for deletions, three logs, and as many again as values may fill.
    private static readonly ModelRules s_rules = new(Slots: 8, Units: 2, CleanerReserve: 2, DeleteReserve: 1, MaxLive: 4);

    [Theory]
    [InlineData(8, 2, 2, 4)]
    [InlineData(7, 2, 1, 4)]
    [InlineData(9, 2, 2, 6)]
    public void From_every_state_cleaning_makes_room(int slots, int units, int cleanerReserve, int maxLive) => Check(slots, units, cleanerReserve, maxLive);

    [Fact]
    [Trait("Category", "Long")]
    public void From_every_state_of_a_pool_with_three_records_a_segment_cleaning_makes_room() => Check(8, 3, 2, 6);

    private void Check(int slots, int units, int cleanerReserve, int maxLive)
    {
        (string? stuck, int states) = Explore(new ModelRules(slots, units, cleanerReserve, DeleteReserve: 1, maxLive));
        output.WriteLine($"{states} states");
        Assert.True(stuck is null, stuck);
        Assert.True(states is > 1000 and < MaxStates, $"{states} states: not all of them, or hardly any");
    }

    [Fact]
    public void A_crash_that_seals_what_is_open_is_found_out() => Assert.NotNull(Explore(s_rules with { CrashSealsOpen = true }).Stuck);

    [Fact]
    public void Tombstones_that_cannot_be_moved_are_found_out() => Assert.NotNull(Explore(s_rules with { TombstonesDoNotMove = true }).Stuck);

    [Fact]
    public void A_cleaner_that_never_rewrites_what_gains_nothing_is_found_out() => Assert.NotNull(Explore(s_rules with { NeverRewrites = true }).Stuck);

    [Fact]
    public void Tombstones_that_make_their_copies_count_as_old_are_found_out() => Assert.NotNull(Explore(s_rules with { CopiesStayOld = true }).Stuck);

    [Fact]
    public void A_bound_that_is_too_high_is_found_out() => Assert.NotNull(Explore(s_rules with { MaxLive = 10 }).Stuck);

    // Breadth first, so that what is found is short.
    private static (string? Stuck, int States) Explore(ModelRules rules)
    {
        ModelPool start = new(rules, []);
        Dictionary<string, string> cameFrom = new() { [start.Key] = "" };
        Queue<ModelPool> open = new([start]);
        while (open.TryDequeue(out ModelPool? pool) && cameFrom.Count < MaxStates)
        {
            if (!IsFreed(pool, rules, out ModelPool cleaned))
                return ($"stuck as {string.Join(" | ", cleaned.Segments)}\nwith {pool.Free} free slots and {pool.Live} values: {string.Join(" | ", pool.Segments)}\nafter {cameFrom[pool.Key]}", cameFrom.Count);
            foreach ((string name, ModelPool next) in Steps(pool))
            {
                if (cameFrom.TryAdd(next.Key, $"{cameFrom[pool.Key]} {name}"))
                    open.Enqueue(next);
            }
        }
        return (null, cameFrom.Count);
    }

    private static IEnumerable<(string Name, ModelPool Next)> Steps(ModelPool pool)
    {
        for (int at = -1; at < pool.Segments.Count; at++)
        {
            if (at >= 0 && pool.Segments[at].Live == 0)
                continue;
            ModelPool written = pool.Copy();
            if (written.TryWrite(at))
                yield return ($"set({at})", Swept(written));
            ModelPool deleted = pool.Copy();
            if (at >= 0 && deleted.TryDelete(at))
                yield return ($"del({at})", Swept(deleted));
        }
        ModelPool crashed = pool.Copy();
        crashed.Crash();
        yield return ("crash", crashed);
        for (int moved = 1; moved <= 2; moved++)
        {
            ModelPool killed = pool.Copy();
            if (killed.TryCrashWhileCleaning(moved))
                yield return ($"crash-after-moving({moved})", killed);
        }
        ModelPool cleaned = pool.Copy();
        if (cleaned.TryCleanBest())
            yield return ("clean", Swept(cleaned));
    }

    private static ModelPool Swept(ModelPool pool)
    {
        pool.Sweep();
        return pool;
    }

    // Cleaning alone, as the keeper and the threads do it when there is no room.
    private static bool IsFreed(ModelPool pool, ModelRules rules, out ModelPool cleaned)
    {
        cleaned = pool.Copy();
        for (int round = 0; round < 4 * rules.Slots; round++)
        {
            cleaned.Sweep();
            if (cleaned.CanWrite && cleaned.CanDelete)
                return true;
            if (!cleaned.TryCleanBest() && !cleaned.TryRewriteAll())
                return false;
        }
        return false;
    }
}
