using Pkv.Bench.Client;
using Pkv.Bench.Native;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Runs;

/// <summary>A window in which a server is driven and its CPU time is counted.</summary>
internal static class MeasuredWindow
{
    /// <summary>Drives the server until so many operations are done or the time is over.</summary>
    /// <param name="server">On a core of its own.</param>
    /// <param name="client">On the calling thread's.</param>
    /// <param name="operationsMax">End after so many operations ...</param>
    /// <param name="duration">... or this time.</param>
    /// <param name="cores">Those of server and client.</param>
    /// <returns>What the client saw, the CPU time of the whole server process meanwhile in nanoseconds, and what others took of the cores.</returns>
    public static (LoadResult Load, long CpuNs, Disturbance Disturbance) Run(ServerProcess server, LoadClient client, long operationsMax, TimeSpan duration, params int[] cores)
    {
        DisturbanceWatch watch = new(cores);
        long before = CpuClock.OfProcess(server.ProcessId), ownBefore = CpuClock.OfThisProcess();
        LoadResult load = client.Run(operationsMax, duration);
        long cpu = CpuClock.OfProcess(server.ProcessId) - before, own = CpuClock.OfThisProcess() - ownBefore;
        return (load, cpu, watch.End((cpu + own) / 1e6));
    }
}
