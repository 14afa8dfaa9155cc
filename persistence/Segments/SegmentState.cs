namespace Pkv.Persistence.Segments;

/// <summary>
/// The states of a segment: Free → Open → Sealed (→ Cleaning → Sealed) → Retired → Free. The only other transition:
/// recovery may reopen a sealed segment before anything is appended.
/// </summary>
public enum SegmentState
{
    /// <summary>Holds nothing; may be opened.</summary>
    Free,

    /// <summary>One thread receives or appends into it.</summary>
    Open,

    /// <summary>Takes no new records; reservations made while it was open may still complete in it.</summary>
    Sealed,

    /// <summary>One thread's cleaner appends its live records elsewhere.</summary>
    Cleaning,

    /// <summary>Holds nothing live; waits for readers (epochs) and sends (pins) that may still see it.</summary>
    Retired,
}
