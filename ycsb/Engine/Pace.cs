namespace Pkv.Ycsb.Engine;

/// <summary>When a client's operations are to begin. Without a target: at once.</summary>
/// <param name="firstNs">When the first is due.</param>
/// <param name="everyNs">Time from one to the next; 0 without a target.</param>
internal struct Pace(long firstNs, double everyNs)
{
    private long _begun;

    public readonly bool HasTarget => everyNs > 0;

    /// <summary>When the next operation is due; it may be in the past.</summary>
    public readonly long NextNs => firstNs + (long)(_begun * everyNs);

    /// <summary>The next one begins.</summary>
    public void Advance() => _begun++;
}
