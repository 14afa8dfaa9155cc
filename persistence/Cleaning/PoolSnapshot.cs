using System.Diagnostics;
using Pkv.Persistence.Segments;

namespace Pkv.Persistence.Cleaning;

/// <summary>
/// The segments of a pool at one moment, with the information about all of them that decisions about a single one need.
/// </summary>
public sealed class PoolSnapshot
{
    private readonly ulong _lowest = ulong.MaxValue;
    private readonly ulong _secondLowest = ulong.MaxValue;
    private readonly Segment? _oldest;
    private readonly List<Segment> _unattested = [];

    public PoolSnapshot(Pool pool)
    {
        // What is seen closed only after this, and so ends a later epoch, is for the next snapshot to decide on.
        OldestEpoch = Math.Min(pool.Epochs.Current, pool.Epochs.Oldest);
        Segments = pool.Snapshot();
        foreach (Segment segment in Segments)
        {
            ulong oldest = segment.OldestContent;
            Debug.Assert(oldest <= segment.Generation, "what a segment repeats is no newer than itself");
            if (oldest < _lowest)
                (_lowest, _secondLowest, _oldest) = (oldest, _lowest, segment);
            else if (oldest < _secondLowest)
                _secondLowest = oldest;
            if (segment.ChainedEntries > segment.AttestedEntries)
                _unattested.Add(segment);
            if (segment.MinSequence != 0)
                LowestSequence = Math.Min(LowestSequence, segment.MinSequence);
        }
    }

    /// <summary>All that are not free, in slot order.</summary>
    public List<Segment> Segments { get; }

    /// <summary>The oldest epoch that a thread was in before the snapshot was taken.</summary>
    public long OldestEpoch { get; }

    /// <summary>No command in the log has a lower number.</summary>
    public ulong LowestSequence { get; } = ulong.MaxValue;

    /// <summary>The lowest generation whose records the segments other than this one may hold.</summary>
    public ulong LowestBeside(Segment segment) => segment == _oldest ? _secondLowest : _lowest;

    /// <summary>A thread has a segment open in which a transaction's last piece is durable, but not attested.</summary>
    public bool HasUnattestedOpen => _unattested.Exists(static s => s.State == SegmentState.Open && s.DurableEntries >= s.ChainedEntries);

    /// <summary>
    /// Whether another segment of at most this generation ends in a piece of a transaction that only its other pieces can
    /// prove.
    /// </summary>
    public bool HasUnattested(Segment beside, ulong generation)
    {
        foreach (Segment other in _unattested)
        {
            if (other != beside && other.Generation <= generation)
                return true;
        }
        return false;
    }
}
