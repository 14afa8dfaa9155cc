using Pkv.Persistence.Segments;

namespace Pkv.Persistence.Cleaning;

/// <summary>The rest of the committed range that a cleaner is working on.</summary>
public unsafe struct CleanedRange
{
    public Segment Victim;

    /// <summary>First byte that has not been examined.</summary>
    public byte* Next;

    /// <summary>Behind the range's last byte.</summary>
    public byte* End;

    /// <summary>Number of the command at <see cref="Next"/>.</summary>
    public ulong Sequence;

    /// <summary>Unix ms by which the range's relative expiries count.</summary>
    public long TimeMs;

    /// <summary>The database's number when the commands ran.</summary>
    public int Database;

    /// <summary>Bytes moved of the record at <see cref="Next"/>, which has more to be moved. The reader of the count subtracts them.</summary>
    public long MovedOfNext;

    /// <summary>DEL, PEXPIREAT and PERSIST have nothing older left to act on: they are dropped.</summary>
    public bool DropsTombstones;
}
