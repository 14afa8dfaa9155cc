namespace Pkv.Persistence.Format;

/// <summary>
/// What an empty commit entry records about the cleaner that wrote it (<see cref="CommitEntry.Database"/>): how far it got
/// with a victim. Recovery is correct without the marks, but would need more space: what was copied before a crash would be
/// copied again. See docs/on-media-format.md, "Cleaner marks".
/// </summary>
public enum CleanerMark : ushort
{
    /// <summary>Stands for nothing: an entry that does not count, or that a salvage gave up.</summary>
    None = 0,

    /// <summary>
    /// What follows in this segment, up to the next mark, are deletions and the like that the segment with this generation
    /// (<see cref="CommitEntry.Sequence"/>) holds too, as long as it is there. 0: it is not.
    /// </summary>
    Run = 1,

    /// <summary>The <see cref="Emptied"/> that follows needs the first <see cref="CommitEntry.Offset"/> entries of the segment with this generation.</summary>
    Relies = 2,

    /// <summary>Everything needed of the segment with this generation lies elsewhere: in this segment before this entry, and in what it relies on.</summary>
    Emptied = 3,
}
