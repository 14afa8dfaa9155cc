using Pkv.Persistence.Segments;

namespace Pkv.Persistence.Cleaning;

/// <summary>
/// The cleaner's view of records: it knows nothing about them except through this interface. After RAMCloud's log entry
/// handlers (Rumble et al., "Log-structured Memory for DRAM-based Storage", FAST '14).
/// </summary>
public unsafe interface ISurvivors
{
    /// <summary>Bytes that can be appended without another segment. Owner thread.</summary>
    long Room { get; }

    /// <summary>
    /// Appends elsewhere the records that are still needed of [<see cref="CleanedRange.Next"/>,
    /// <see cref="CleanedRange.End"/>), noting it in the thread's batch, and moves <see cref="CleanedRange.Next"/> on.
    /// Stops early after <paramref name="budgetBytes"/>, even in the middle of a large record. False: there is no room.
    /// </summary>
    bool TryMove(ref CleanedRange range, long budgetBytes);

    /// <summary>
    /// All ranges of the victim were examined: appends what was postponed. False: there is no room.
    /// <paramref name="isThrough"/>: nothing is left to append.
    /// </summary>
    bool TryFinish(Segment victim, long budgetBytes, out bool isThrough);

    /// <summary>Everything needed of the victim is committed: notes in the log that it need not be cleaned again.</summary>
    void NoteEmptied(Segment victim);
}
