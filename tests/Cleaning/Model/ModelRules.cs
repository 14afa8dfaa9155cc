namespace Pkv.Tests.Cleaning.Model;

/// <summary>The rules that a modelled pool lives by; each rule that can be broken is one the argument in docs/architecture.md needs.</summary>
/// <param name="Slots">Of the pool.</param>
/// <param name="Units">Records that a segment holds; all records are of one size.</param>
/// <param name="CleanerReserve">Slots that only the cleaner may take.</param>
/// <param name="DeleteReserve">Further slots that only deletions may take.</param>
/// <param name="MaxLive">Values that may live.</param>
internal sealed record ModelRules(int Slots, int Units, int CleanerReserve, int DeleteReserve, int MaxLive)
{
    /// <summary>A crash seals what is open, half filled as it is, and keeps all copies; the next life begins in fresh segments.</summary>
    public bool CrashSealsOpen { get; init; }

    /// <summary>Segments with tombstones that are still needed are never cleaned (as those with FLUSHDB once were not).</summary>
    public bool TombstonesDoNotMove { get; init; }

    /// <summary>No pass over everything when nothing is to be gained otherwise.</summary>
    public bool NeverRewrites { get; init; }

    /// <summary>A tombstone that is repeated makes the segment it goes to count as old as the one it comes from.</summary>
    public bool CopiesStayOld { get; init; }
}
