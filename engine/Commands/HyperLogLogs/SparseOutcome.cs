namespace Pkv.Engine.Commands.HyperLogLogs;

/// <summary>What became of a register that was to be raised in a sparse HyperLogLog.</summary>
internal enum SparseOutcome
{
    /// <summary>It has that value already, or a larger one.</summary>
    Same,
    Changed,

    /// <summary>The runs would have too many bytes: nothing was done.</summary>
    TooLong,

    /// <summary>No run has the register: nothing was done.</summary>
    Corrupt,
}
