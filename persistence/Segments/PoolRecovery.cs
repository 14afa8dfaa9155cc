namespace Pkv.Persistence.Segments;

/// <summary>
/// Findings of a scan that are applied to the medium once replay has succeeded and before the pool is used. Until then
/// nothing in the pool changes. One thread.
/// </summary>
public sealed class PoolRecovery(Pool pool)
{
    private readonly List<Segment> _beingFreed = [];
    private readonly List<(Segment Segment, int Index)> _dropped = [];
    private readonly List<Segment> _emptied = [];
    private readonly List<Segment> _cut = [];

    /// <summary>A segment was being freed when the server stopped.</summary>
    internal void AddBeingFreed(Segment segment) => _beingFreed.Add(segment);

    /// <summary>An entry does not count: it is a piece of a transaction that is not whole.</summary>
    internal void AddDropped(Segment segment, int index) => _dropped.Add((segment, index));

    /// <summary>The cleaner was through with it when the server stopped: nothing in it is needed.</summary>
    internal void AddEmptied(Segment segment) => _emptied.Add(segment);

    /// <summary>Entries that its header counts do not count.</summary>
    internal void AddCut(Segment segment) => _cut.Add(segment);

    /// <summary>
    /// After the replay: what the cleaner was through with, and which holds nothing that lives, goes with the next sweep.
    /// </summary>
    /// <param name="liveBytesOf">Bytes of a segment that live keys point at.</param>
    public void NoteEmptied(Func<Segment, long> liveBytesOf)
    {
        foreach (Segment segment in _emptied)
            segment.IsEmptied = liveBytesOf(segment) == 0;
    }

    /// <inheritdoc cref="RecoveredSeal.Write"/>
    public bool Seal() => RecoveredSeal.Write(pool, _beingFreed, _dropped, _cut);

    /// <inheritdoc cref="RecoveredTails.Reopen"/>
    public List<Segment> Reopen(int count) => RecoveredTails.Reopen(pool, count);
}
