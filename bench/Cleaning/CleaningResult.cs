using Pkv.Bench.Client;

namespace Pkv.Bench.Cleaning;

/// <summary>What one server, at one fill, did in one round.</summary>
/// <param name="Round">From 0.</param>
/// <param name="FillPercent">Live share of the pool, or null for the reference, whose pool is never full.</param>
/// <param name="PoolFill">The server's own figure (pool_fill): without what stands before a key in its record.</param>
/// <param name="Peak">The closed loop.</param>
/// <param name="ServerCpuNs">CPU of the server process in it, nanoseconds.</param>
/// <param name="Cleaner">The cleaner's account of it.</param>
/// <param name="HalfLoad">The open loop at half of the peak.</param>
/// <param name="StolenMs">What the hypervisor kept from the cores of server and client meanwhile.</param>
internal sealed record CleaningResult(
    int Round, int? FillPercent, double PoolFill, LoadResult Peak, long ServerCpuNs, CleanerCounters Cleaner, LoadResult HalfLoad, double StolenMs)
{
    public double CpuUs => ServerCpuNs / 1e3 / Peak.Operations;

    /// <summary>Share of the window that the I/O thread spent cleaning.</summary>
    public double CleanerShare => Cleaner.BusyUs * 1e3 / Peak.ElapsedNs;
}
