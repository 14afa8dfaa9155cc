namespace Pkv.Persistence.Segments;

/// <summary>What a segment is opened for, which determines how many of the pool's last slots may be used.</summary>
public enum AppendPurpose
{
    /// <summary>Data: leaves the slots that deletes and the cleaner need.</summary>
    Write,

    /// <summary>Deletes, expiries: leaves what the cleaner needs.</summary>
    Delete,

    /// <summary>FLUSHALL, FLUSHDB, SWAPDB: as deletes, and where there is no slot, the margin of the open segment.</summary>
    Flush,

    /// <summary>Survivors of cleaning: any slot, since a victim becomes free in return.</summary>
    Clean,
}
