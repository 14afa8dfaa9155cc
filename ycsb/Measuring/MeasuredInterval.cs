namespace Pkv.Ycsb.Measuring;

/// <summary>From when a latency counts (the property measurement.interval).</summary>
internal enum MeasuredInterval
{
    /// <summary>From when the operation was begun.</summary>
    Operation,

    /// <summary>From when it was to begin under a target rate, even if it could not: no stall hides the operations that waited for it.</summary>
    Intended,

    /// <summary>Both, the latter as "Intended-…".</summary>
    Both,
}
