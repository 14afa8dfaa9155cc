using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;

namespace Pkv.Server.Cleaning;

/// <summary>
/// Notices cleaning that only moves records about: values of a third of a slot and more leave gaps wherever they lie, and a pool full of
/// them would be rewritten for ever, also while nobody sends anything. The keeper's.
/// </summary>
internal sealed class FutileCleaning(Pool pool)
{
    // Everything was rewritten so often without a slot gained.
    private const int Rounds = 2;
    private const int Slack = 8;

    private long _most = long.MinValue;
    private long _survivors;
    private long _written;

    /// <summary>
    /// Whether cleaning has gained nothing for so long that it is left alone, until a segment dies or one is written.
    /// </summary>
    /// <param name="usedBytes">Of all segments in use.</param>
    public bool IsFutile(long usedBytes)
    {
        long written = pool.SegmentsOpened - pool.SlotsOfSurvivors;
        if (pool.SlotsGained > _most || written != _written)
        {
            _most = Math.Max(_most, pool.SlotsGained);
            _written = written;
            _survivors = pool.SlotsOfSurvivors;
        }
        return pool.SlotsOfSurvivors - _survivors > Rounds * (usedBytes / PoolHeader.SlotBytes) + Slack;
    }
}
