namespace Pkv.Engine.Commands.HyperLogLogs;

/// <summary>How a HyperLogLog's registers are held. The numbers stand in its header.</summary>
internal enum HyperLogLogEncoding : byte
{
    /// <summary>Six bits for each.</summary>
    Dense = 0,

    /// <summary>Runs of equal ones.</summary>
    Sparse = 1,
}
