using System.Globalization;
using Pkv.Bench.Cli;
using Pkv.Bench.Client;
using Pkv.Bench.Native;
using Pkv.Bench.Runs;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Disk;

/// <summary>
/// Durable SETs on a real disk: every server restarted for each value size in each round, in rotated order; server and
/// client on a core each. Single-threaded: the calling thread is the client.
/// </summary>
internal sealed class DiskComparison(DiskOptions options, IReadOnlyList<ServerSpec> servers, IRunProgress progress)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.2);

    private readonly DeviceFlushes _flushes = new(options.Directory);
    private readonly List<DiskResult> _results = [];
    private ulong _seed = 0x2545F4914F6CDD1D;

    /// <summary>Measured windows in a whole run.</summary>
    public static int StepsOf(DiskOptions options, int servers) =>
        options.Rounds * options.Sizes.Count * servers * options.Connections.Count * options.Pipelines.Count;

    /// <summary>Runs everything and answers all windows.</summary>
    /// <exception cref="BadReplyException">A server answered wrongly.</exception>
    public IReadOnlyList<DiskResult> Run()
    {
        int[] cores = CorePinning.AllowedCores();
        CorePinning.PinThisThread(cores[0]);
        for (int round = 0; round < options.Rounds; round++)
            foreach (int valueBytes in options.Sizes)
                for (int i = 0; i < servers.Count; i++)
                    RunServer(servers[(i + round) % servers.Count], cores[^1], cores[0], valueBytes);
        return _results;
    }

    private void RunServer(ServerSpec spec, int serverCore, int clientCore, int valueBytes)
    {
        MemoryWarmer.Warm(options.VolumeBytes);
        using ServerProcess server = ServerProcess.Start(spec, serverCore, clientCore, options.Directory, valueBytes, options.PoolSize);
        try
        {
            // Compiled code in every window.
            Drive(server, new Workload(Verb.Set, 64, 32, 4, 1000), 200_000, TimeSpan.FromSeconds(1));
            Drive(server, new Workload(Verb.Set, 64, 1, 8, 1000), 200_000, TimeSpan.FromSeconds(0.5));
            foreach (int connections in options.Connections)
                foreach (int pipeline in options.Pipelines)
                    Measure(server, new Workload(Verb.Set, valueBytes, pipeline, connections, options.KeysFor(valueBytes)));
        }
        catch (Exception e) when (e is BadReplyException or InvalidDataException or IOException)
        {
            throw new BadReplyException($"{spec.Name}, {valueBytes} B: {e.Message}{Environment.NewLine}{server.Output}");
        }
    }

    private void Measure(ServerProcess server, Workload workload)
    {
        using AdminConnection admin = server.Connect();
        string reply = admin.Call("FLUSHALL");
        if (reply != "OK") throw new BadReplyException($"FLUSHALL answered {reply}");
        long operations = Math.Max(workload.Pipeline * workload.Connections, options.VolumeBytes / (workload.ValueBytes + 64));
        using LoadClient client = new(server.Port, workload, spins: true, _seed++);
        client.Run(Math.Max(workload.Connections, operations / 8), WarmUp);
        long? syncs = Syncs(server, admin), flushes = _flushes.Read();
        long cpu = CpuClock.OfProcess(server.ProcessId);
        LoadResult load = client.Run(operations, options.Window);
        cpu = CpuClock.OfProcess(server.ProcessId) - cpu;
        flushes = _flushes.Read() - flushes;
        syncs = Syncs(server, admin) - syncs;
        _results.Add(new DiskResult(server.Spec.Name, workload.ValueBytes, workload.Connections, workload.Pipeline, load, cpu, flushes, syncs));
        progress.Step(string.Create(CultureInfo.InvariantCulture,
            $"{workload.ValueBytes,6} B  {workload.Connections,3} clients ×{workload.Pipeline,-2} {server.Spec.Name,-14} {load.Throughput,10:N0}/s  {cpu / 1e3 / load.Operations,8:F2} µs CPU/op  p50 {load.P50Ns / 1e3,8:F0}  p99 {load.P99Ns / 1e3,8:F0} µs"));
    }

    private void Drive(ServerProcess server, Workload workload, long operations, TimeSpan duration)
    {
        using LoadClient client = new(server.Port, workload, spins: true, _seed++);
        client.Run(operations, duration);
    }

    private static long? Syncs(ServerProcess server, AdminConnection admin)
    {
        if (!server.Spec.HasReceiveCounters) return null;
        string? line = admin.Call("INFO", "persistence").Split('\n').FirstOrDefault(l => l.StartsWith("pkv_syncs:", StringComparison.Ordinal));
        return line == null ? null : long.Parse(line.AsSpan("pkv_syncs:".Length).Trim(), CultureInfo.InvariantCulture);
    }
}
