namespace Pkv.Persistence.Cleaning;

/// <summary>Statistics of one thread's cleaner. Written by its owner; any thread reads.</summary>
public sealed class CleanerStatistics
{
    /// <summary>Victims walked to the end.</summary>
    public long SegmentsCleaned { get; set; }

    /// <summary>Bytes of the victims' segments.</summary>
    public long BytesCleaned { get; set; }

    /// <summary>Bytes of records appended again.</summary>
    public long BytesMoved { get; set; }

    /// <summary>Values appended again.</summary>
    public long RecordsMoved { get; set; }

    /// <summary>Deletions and changes of expiry appended again.</summary>
    public long TombstonesMoved { get; set; }

    /// <summary>Deletions and changes of expiry that nothing needed any more.</summary>
    public long TombstonesDropped { get; set; }

    /// <summary>Time spent cleaning, microseconds.</summary>
    public long Microseconds { get; set; }

    /// <summary>Victims given up because a record in them fails its checksum.</summary>
    public long SegmentsDamaged { get; set; }

    /// <summary>Times that there was no room to append a survivor to.</summary>
    public long Stalls { get; set; }
}
