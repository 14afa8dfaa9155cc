namespace Pkv.Persistence.Segments;

/// <summary>
/// A segment's life. Free → Open → Sealed (→ Cleaning → Sealed) → Retired → Free; nothing else, but that a recovery may open
/// a sealed one again before anything is appended.
/// </summary>
public enum SegmentState
{
    /// <summary>Holds nothing; may be opened.</summary>
    Free,

    /// <summary>One thread receives or appends into it.</summary>
    Open,

    /// <summary>Takes no new records; reservations made while it was open may still complete in it.</summary>
    Sealed,

    /// <summary>One thread's cleaner re-appends what it still holds elsewhere.</summary>
    Cleaning,

    /// <summary>Holds nothing live; waits for readers (epochs) and sends (pins) that may still see it.</summary>
    Retired,
}
