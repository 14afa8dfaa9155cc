namespace Pkv.Ycsb.Measuring;

/// <summary>What is measured, in the order in which it is reported.</summary>
internal enum MetricName
{
    Read,
    Update,
    Insert,
    Scan,

    /// <summary>A read-modify-write as a whole; its halves count under Read and Update, too.</summary>
    ReadModifyWrite,

    /// <summary>Comparisons of what was read with what it must be.</summary>
    Verify,
}
