using System.Diagnostics;
using Pkv.Persistence.Segments;

namespace Pkv.Persistence.Cleaning;

/// <summary>
/// Decides when a segment may be freed: it is closed and holds nothing live, its deletions have nothing older left to act
/// on (or have been moved), and no transaction with a piece elsewhere depends on the piece in it. Called by the keeper. The
/// conditions, once true, stay true.
/// </summary>
/// <param name="pool">Whose segments.</param>
/// <param name="liveBytesOf">Bytes of a segment that live keys point at; exact once it is sealed.</param>
public sealed class SegmentReaper(Pool pool, Func<Segment, long> liveBytesOf)
{
    /// <summary>
    /// Number of the last command that emptied the whole pool: of a segment that is older the tombstones are not needed,
    /// whatever else there is.
    /// </summary>
    public ulong FlushedSequence { get; set; }

    /// <summary>Retires the segments that may be freed. Returns their number.</summary>
    public int Sweep(PoolSnapshot snapshot)
    {
        int retired = 0;
        foreach (Segment segment in snapshot.Segments)
        {
            if (!segment.IsClosed)
                continue;
            if (segment.ClosedEpoch == 0)
                Observe(segment);
            if (segment.State == SegmentState.Sealed && HasSettled(snapshot, segment) && liveBytesOf(segment) == 0 && TombstonesAreOver(snapshot, segment)
                && ChainsAreOver(snapshot, segment) && pool.TryRetire(segment))
                retired++;
        }
        return retired;
    }

    /// <summary>
    /// Retires a segment that a cleaner has just emptied, if nothing else has to be checked; otherwise the next sweep decides.
    /// Any thread.
    /// </summary>
    public bool TryRetireEmptied(Segment segment) =>
        segment.IsEmptied && segment.ChainedEntries == 0 && liveBytesOf(segment) == 0 && pool.TryRetire(segment);

    /// <summary>Whether the segment's tombstones have nothing older left to act on.</summary>
    public bool TombstonesAreOver(PoolSnapshot snapshot, Segment segment) =>
        !segment.HoldsTombstones || segment.IsEmptied || segment.MaxSequence < FlushedSequence
        || (segment.TombstoneBound != 0 && snapshot.LowestBeside(segment) > segment.TombstoneBound);

    /// <summary>
    /// Whether the segment was closed, its last batch and all that belongs to it included, before the snapshot was taken.
    /// </summary>
    public static bool HasSettled(PoolSnapshot snapshot, Segment segment) =>
        segment.ClosedEpoch != 0 && segment.ClosedEpoch < snapshot.OldestEpoch;

    // What is closed by now acts on nothing in, and is chained to nothing in, a segment that is opened from here on: that one
    // will only hold what was live after it, or is written after it.
    private void Observe(Segment segment)
    {
        Debug.Assert(segment.IsClosed && segment.ClosedEpoch == 0, "a segment is first seen closed once");
        ulong generation = pool.Generation;
        // The cleaner knows better of those that it repeats.
        if (segment.HoldsTombstones && (segment.TombstoneBound == 0 || !segment.HoldsSurvivors))
            segment.TombstoneBound = generation;
        Debug.Assert(segment.Generation <= generation, "the newest segment is no older than this one");
        segment.ClosedGeneration = generation;
        segment.ClosedEpoch = pool.Epochs.Advance();
    }

    // A transaction of several pieces is recovered when all of them are found, or one of them is attested. The pieces in
    // this segment are about to go: those elsewhere must be attested.
    private static bool ChainsAreOver(PoolSnapshot snapshot, Segment segment) =>
        segment.ChainedEntries == 0 || !snapshot.HasUnattested(segment, segment.ClosedGeneration);
}
