namespace Pkv.Ycsb.Measuring;

/// <summary>How an operation ended, under the names of YCSB's Status.</summary>
internal enum Outcome
{
    /// <summary>Done.</summary>
    Ok,

    /// <summary>The server refused, or had nothing under the key.</summary>
    Error,

    /// <summary>A value was not what it must be.</summary>
    UnexpectedState,
}
