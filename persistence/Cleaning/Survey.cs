namespace Pkv.Persistence.Cleaning;

/// <summary>The pool's segments at the time of the keeper's last check.</summary>
public sealed record Survey
{
    public static Survey Nothing { get; } = new();

    public int Open { get; init; }

    /// <summary>Sealed ones, those being cleaned included.</summary>
    public int Sealed { get; init; }

    /// <summary>Closed segments for which it is not known yet whether they may be freed: a thread may still be about to act on them.</summary>
    public int Unsettled { get; init; }

    /// <summary>Dead, not yet free.</summary>
    public int Retired { get; init; }

    /// <summary>Bytes of all segments in use.</summary>
    public long UsedBytes { get; init; }

    /// <summary>Bytes of tombstones that are still needed.</summary>
    public long TombstoneBytes { get; init; }

    /// <summary>Segments that are worth cleaning.</summary>
    public int Victims { get; init; }
}
