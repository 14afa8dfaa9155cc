namespace Pkv.Persistence.Recovery;

/// <summary>A valid commit entry found by the scan: where its commands are and when they ran.</summary>
public unsafe struct RecoveredEntry
{
    /// <summary>Lamport number of the first command.</summary>
    public ulong Sequence;

    /// <summary>First byte of the commands, in the pool.</summary>
    public byte* Start;

    public uint Length;

    /// <summary>Its number in its segment, from 0.</summary>
    public int Index;

    public ushort Database;
    public Format.EntryFlags Flags;

    /// <summary>
    /// The segment attests that this entry was durable: later entries counted it, or the segment was sealed with it. Then
    /// so was its whole batch.
    /// </summary>
    public bool IsAttested;

    /// <summary>Unix ms.</summary>
    public long TimeMs;

    /// <summary>Which writer it is from: its entries' numbers strictly rise.</summary>
    public readonly int Writer => (int)Flags >> Format.CommitEntry.WriterShift & (1 << Format.CommitEntry.WriterBits) - 1;
}
