namespace Pkv.Persistence.Format;

/// <summary>
/// What a commit entry of no bytes tells of the cleaner that wrote it (<see cref="CommitEntry.Database"/>): how far it was with a victim.
/// Recovery needs nothing of it to be right, but for the room: without it, what was copied before a crash would be copied again. Byte by
/// byte in docs/on-media-format.md, "Marks of the cleaner".
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
