using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;

namespace Pkv.Engine.Cleaning;

/// <summary>
/// Notices cleaning that only moves records about: values of a third of a slot and more leave gaps wherever they lie, and a pool full of
/// them would be rewritten for ever, also while nobody sends anything. One thread's.
/// </summary>
internal sealed class FutileCleaning(Pool pool)
{
    // Everything was rewritten so often without a slot gained: the records do not pack any better.
    private const int Rounds = 2;
    private const int Slack = 8;

    private long _gained = pool.SlotsGained;
    private long _survivors = pool.SlotsOfSurvivors;
    private long _written = pool.SegmentsOpened - pool.SlotsOfSurvivors;

    /// <summary>A look at the pool: counts anew when a slot was gained, or a segment of new records was opened.</summary>
    /// <returns>Whether a slot was gained since the last look.</returns>
    public bool Look()
    {
        long gained = pool.SlotsGained, survivors = pool.SlotsOfSurvivors, written = pool.SegmentsOpened - survivors;
        bool hasGained = gained > _gained;
        if (hasGained || written != _written)
        {
            _gained = Math.Max(_gained, gained);
            _written = written;
            _survivors = survivors;
        }
        return hasGained;
    }

    /// <summary>Whether cleaning has gained nothing for so long that it is left alone, until a segment dies or one is written.</summary>
    /// <param name="usedBytes">Of all segments in use.</param>
    public bool IsFutile(long usedBytes) => pool.SlotsOfSurvivors - _survivors > Rounds * (usedBytes / PoolHeader.SlotBytes) + Slack;
}
