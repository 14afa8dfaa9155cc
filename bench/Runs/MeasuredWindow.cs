using Pkv.Bench.Client;
using Pkv.Bench.Native;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Runs;

/// <summary>A window in which a server is driven and its CPU time is counted.</summary>
internal static class MeasuredWindow
{
    /// <summary>Drives the server until so many operations are done or the time is over.</summary>
    /// <returns>What the client saw, and the CPU time of the whole server process meanwhile, nanoseconds.</returns>
    public static (LoadResult Load, long CpuNs) Run(ServerProcess server, LoadClient client, long operationsMax, TimeSpan duration)
    {
        long before = CpuClock.OfProcess(server.ProcessId);
        LoadResult load = client.Run(operationsMax, duration);
        return (load, CpuClock.OfProcess(server.ProcessId) - before);
    }
}
