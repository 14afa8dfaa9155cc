using System.Diagnostics;

namespace Pkv.Persistence.Segments;

/// <summary>Frees retired slots once nobody refers to them any more.</summary>
internal sealed class SlotReclaim(Pool pool, RetiredSegments retired)
{
    private int _beingWiped;

    /// <summary>Segments that nobody sees any more are being wiped now. Any thread.</summary>
    public bool IsWiping => Volatile.Read(ref _beingWiped) != 0;

    /// <inheritdoc cref="Pool.Reclaim"/>
    public void Reclaim()
    {
        if (pool.Medium.DrainIsDurable)
        {
            lock (pool.Gate)
                ReclaimLocked();
            return;
        }
        if (!pool.Medium.CanStore)
            return;
        List<Segment> visibleNoMore;
        lock (pool.Gate)
        {
            visibleNoMore = retired.TakeInvisible();
            visibleNoMore.ForEach(pool.Directory.BeginRelease);
        }
        if (visibleNoMore.Count == 0)
            return;
        Volatile.Write(ref _beingWiped, visibleNoMore.Count);
        Wipe(visibleNoMore);
        Volatile.Write(ref _beingWiped, 0);
    }

    private void Wipe(List<Segment> visibleNoMore)
    {
        if (pool.Medium.Sync() != 0)
        {
            lock (pool.Gate)
                retired.PutBack(visibleNoMore);
            return;
        }
        foreach (Segment segment in visibleNoMore)
        {
            Debug.Assert(segment.State == SegmentState.Retired && !segment.IsPinned, "what is wiped is retired, and nothing is sent from it");
            SegmentHeaders.WriteFreed(pool.Medium, segment);
        }
        // A failed sync leaves them out of use: better lost space than lost records.
        if (pool.Medium.Sync() != 0)
            return;
        lock (pool.Gate)
        {
            foreach (Segment segment in visibleNoMore)
            {
                pool.Directory.EndRelease(segment);
                pool.ReleaseLocked(segment);
            }
        }
    }

    /// <summary>For media where a fence makes data durable: immediately. Under the pool's lock.</summary>
    public void ReclaimLocked()
    {
        foreach (Segment segment in retired.TakeInvisible())
        {
            Debug.Assert(segment.State == SegmentState.Retired && !segment.IsPinned, "what is freed is retired, and nothing is sent from it");
            pool.Directory.BeginRelease(segment);
            SegmentHeaders.WriteFreed(pool.Medium, segment);
            pool.Directory.EndRelease(segment);
            pool.ReleaseLocked(segment);
        }
    }
}
