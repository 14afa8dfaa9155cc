namespace Pkv.Persistence.Segments;

/// <summary>What a segment is opened for, and so how far into the pool's last slots that may reach.</summary>
public enum AppendPurpose
{
    /// <summary>Data: leaves the slots that deletes and the cleaner need.</summary>
    Write,

    /// <summary>Deletes, expiries, FLUSHALL: leaves what the cleaner needs.</summary>
    Delete,

    /// <summary>Survivors of cleaning: any slot, since a victim becomes free in return.</summary>
    Clean,
}
