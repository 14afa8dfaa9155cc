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
    /// Appends elsewhere what is still needed of the records in [<see cref="CleanedRange.Next"/>,
    /// <see cref="CleanedRange.End"/>), noting it in the thread's batch, and moves <see cref="CleanedRange.Next"/> on.
    /// Stops early when <paramref name="budgetBytes"/> are looked at, also in the middle of a large record. False: there is no room.
    /// </summary>
    bool TryMove(ref CleanedRange range, long budgetBytes);

    /// <summary>
    /// All ranges of the victim were looked at: appends what was put off. False: there is no room.
    /// <paramref name="isThrough"/>: nothing is left to append.
    /// </summary>
    bool TryFinish(Segment victim, long budgetBytes, out bool isThrough);

    /// <summary>What was needed of the victim is committed: notes in the log that it need not be looked at again.</summary>
    void NoteEmptied(Segment victim);
}
