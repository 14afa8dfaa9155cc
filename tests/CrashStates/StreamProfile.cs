namespace Pkv.Tests.CrashStates;

/// <summary>What kind of stream: how much, how large, in how small a pool.</summary>
/// <param name="Name">For people.</param>
/// <param name="Slots">Of the pool: 4 MiB each.</param>
/// <param name="Rounds">In each life of the server.</param>
/// <param name="Pipeline">Commands that a connection sends at once, at most.</param>
/// <param name="TriesAt">Of how many events one is tried, on average.</param>
/// <param name="StatesAtEvent">Crash states tried at an event, at most.</param>
/// <param name="IsPressed">The pool may be full: commands that depend on the outcome of others wait for it.</param>
/// <param name="FillsGaps">Commands that keep nothing are sent before those that do: segments fill quickly.</param>
/// <param name="TransactionBytes">Size of a transaction's values; 0: as others.</param>
/// <param name="ValueBytes">Sizes of values: a share in percent, and the upper bound up to which it goes.</param>
internal sealed record StreamProfile(string Name, int Slots, int Rounds, int Pipeline, int TriesAt, int StatesAtEvent,
    bool IsPressed, bool FillsGaps, int TransactionBytes, params (int Percent, int Bytes)[] ValueBytes)
{
    /// <summary>Short, small, and every event is tried.</summary>
    public static readonly StreamProfile Exhaustive =
        new("exhaustive", 16, 8, 6, 1, 3, false, false, 0, (5, 0), (60, 100), (30, 3_000), (5, 30_000));

    /// <summary>Values that are received in several parts, now and then one above a segment.</summary>
    public static readonly StreamProfile Large =
        new("large", 40, 6, 4, 4, 3, false, false, 0, (40, 3_000), (40, 250_000), (17, 900_000), (3, 6_000_000));

    /// <summary>Segments fill, die, are freed and used again; little of them needs to be read at a recovery.</summary>
    public static readonly StreamProfile Turnover =
        new("turnover", 9, 24, 5, 5, 2, true, true, 0, (10, 0), (70, 1_000), (20, 20_000));

    /// <summary>A small pool with much in it.</summary>
    public static readonly StreamProfile Full =
        new("full", 10, 14, 3, 15, 2, true, false, 0, (20, 10_000), (60, 400_000), (19, 1_200_000), (1, 4_500_000));

    /// <summary>Transactions that do not fit into one segment, and whose pieces die at different times.</summary>
    public static readonly StreamProfile Chains =
        new("chains", 10, 16, 2, 10, 2, true, false, 1_900_000, (90, 200), (10, 20_000));

    public int NextSize(Random random)
    {
        int roll = random.Next(100), below = 0;
        foreach ((int percent, int bytes) in ValueBytes)
        {
            if (roll < percent)
                return bytes == 0 ? 0 : random.Next(bytes / 50, bytes);
            (roll, below) = (roll - percent, bytes);
        }
        return below;
    }
}
