using System.Globalization;
using Pkv.Bench.Cli;
using Pkv.Bench.Client;
using Pkv.Bench.Native;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Runs;

/// <summary>
/// Measures servers side by side. In each round, for each value size, every server is restarted, driven with
/// each verb and pipeline, and ended; the order of servers rotates from round to round. With <see cref="BenchOptions.Turns"/>
/// all are started, and take turns. Server and client each have one core. Single-threaded: the calling thread is the client.
/// </summary>
internal sealed class Comparison
{
    private const long SlackBytes = 256L << 20;
    private readonly BenchOptions _options;
    private readonly IReadOnlyList<ServerSpec> _servers;
    private readonly IRunProgress _progress;
    private readonly int _serverCore;
    private readonly int _clientCore;
    private readonly List<RunResult> _results = [];
    private ulong _seed = 0x9E3779B97F4A7C15;

    public Comparison(BenchOptions options, IReadOnlyList<ServerSpec> servers, IRunProgress progress)
    {
        _options = options;
        _servers = servers;
        _progress = progress;
        int[] cores = CorePinning.AllowedCores();
        _clientCore = cores[0];
        _serverCore = cores[^1];
        if (_clientCore == _serverCore) progress.Note("only one core: server and client share it, figures mean little");
    }

    /// <summary>Measured windows in a whole run.</summary>
    public static int StepsOf(BenchOptions options, int servers) =>
        options.Rounds * options.Turns * options.Sizes.Count * servers * options.Verbs.Count * options.Pipelines.Count;

    /// <summary>Runs everything and answers all windows.</summary>
    /// <exception cref="BadReplyException">A server answered wrongly.</exception>
    /// <exception cref="InvalidOperationException">A server did not start.</exception>
    public IReadOnlyList<RunResult> Run()
    {
        CorePinning.PinThisThread(_clientCore);
        for (int round = 0; round < _options.Rounds; round++)
            foreach (int valueBytes in _options.Sizes)
            {
                ServerSpec[] inOrder = [.. Enumerable.Range(round, _servers.Count).Select(i => _servers[i % _servers.Count])];
                foreach (ServerSpec[] together in _options.Turns == 1 ? inOrder.Chunk(1) : [inOrder])
                    RunServers(together, valueBytes);
            }
        return _results;
    }

    private void RunServers(ServerSpec[] specs, int valueBytes)
    {
        List<ServerProcess> servers = [];
        try
        {
            foreach (ServerSpec spec in specs) servers.Add(Start(spec, valueBytes));
            foreach (Verb verb in _options.Verbs)
                foreach (int pipeline in _options.Pipelines)
                    for (int turn = 0; turn < _options.Turns; turn++)
                        for (int i = 0; i < servers.Count; i++)
                            Measure(servers[(turn + i) % servers.Count], verb, valueBytes, pipeline);
        }
        finally
        {
            foreach (ServerProcess server in servers) server.Dispose();
        }
    }

    private ServerProcess Start(ServerSpec spec, int valueBytes)
    {
        // Pkv faults its pool in at the start; the others take their memory as they go.
        WarmMemory(spec.HasReceiveCounters ? OptionReader.Bytes(_options.PoolSize) : _options.VolumeBytes);
        ServerProcess server = ServerProcess.Start(spec, _serverCore, _clientCore, _options.WorkDirectory, valueBytes, _options.PoolSize);
        try
        {
            server.Telling($"{valueBytes} B", () => WarmCode(server, valueBytes));
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    private void Measure(ServerProcess server, Verb verb, int valueBytes, int pipeline) =>
        server.Telling($"{valueBytes} B", () => Measure(server, new Workload(verb, valueBytes, pipeline, _options.ConnectionsFor(valueBytes),
            _options.KeysFor(valueBytes), _options.SetPercent, server.Spec.StoresValues)));

    // Small requests of both kinds, so that the managed servers (and this client) run optimised code in every window.
    private void WarmCode(ServerProcess server, int valueBytes)
    {
        int warmBytes = server.Spec.StoresValues ? 64 : valueBytes;
        Workload sets = new(Verb.Set, warmBytes, 32, 4, 1000, 50, server.Spec.StoresValues);
        long operations = _options.VolumeBytes / 4 / warmBytes;
        Drive(server, sets with { Sequential = true }, sets.KeyCount, TimeSpan.FromSeconds(60));
        Drive(server, sets, operations, _options.StartWarmUp / 2);
        Drive(server, sets with { Verb = Verb.Mixed }, operations, _options.StartWarmUp / 4);
        Drive(server, sets with { Verb = Verb.Mixed, Pipeline = 1 }, operations, _options.StartWarmUp / 4);
    }

    private void Measure(ServerProcess server, Workload workload)
    {
        Flush(server);
        long operationBytes = workload.ValueBytes + 64;
        long operations = Math.Max(workload.Pipeline * workload.Connections, _options.VolumeBytes / operationBytes);
        WarmMemory(_options.VolumeBytes + (long)workload.KeyCount * operationBytes + SlackBytes);
        if (workload.Verb != Verb.Set && server.Spec.StoresValues) Fill(server, workload);
        using LoadClient client = new(server.Port, workload, _options.ClientSpins, _seed++);
        client.Run(Math.Max(workload.Connections, operations / 8), _options.WarmUp);
        ReceiveCounters? before = Counters(server);
        (LoadResult load, long cpu, Disturbance disturbance) = MeasuredWindow.Run(server, client, operations, _options.Window, _serverCore, _clientCore);
        ReceiveCounters? counters = before == null ? null : Counters(server)?.PerOperation(before, load.Operations);
        RunResult result = new(new CellKey(workload.Verb.Name(), workload.ValueBytes, workload.Pipeline, server.Spec.Name), load, cpu, counters) { Disturbance = disturbance };
        _results.Add(result);
        _progress.Step(string.Create(CultureInfo.InvariantCulture,
            $"{workload.Verb.Name(),-5} {workload.ValueBytes,6} B ×{workload.Pipeline,-2} {server.Spec.Name,-9} {load.Throughput,10:N0}/s  {cpu / 1e3 / load.Operations,8:F2} µs CPU/op  p99 {load.P99Ns / 1e3,9:F1} µs{(disturbance.IsBusy ? "  BUSY" : "")}"));
    }

    private void Fill(ServerProcess server, Workload workload)
    {
        int pipeline = workload.ValueBytes > 16384 ? 2 : 32;
        Drive(server, workload with { Verb = Verb.Set, Pipeline = pipeline, Sequential = true }, workload.KeyCount, TimeSpan.FromMinutes(5));
        using AdminConnection admin = server.Connect();
        string size = admin.Call("DBSIZE");
        if (size != workload.KeyCount.ToString(CultureInfo.InvariantCulture))
            throw new BadReplyException($"DBSIZE is {size} after {workload.KeyCount} keys were set");
    }

    private void Drive(ServerProcess server, Workload workload, long operations, TimeSpan duration)
    {
        using LoadClient client = new(server.Port, workload, _options.ClientSpins, _seed++);
        client.Run(operations, duration);
    }

    private static void Flush(ServerProcess server)
    {
        if (!server.Spec.StoresValues) return;
        using AdminConnection admin = server.Connect();
        string reply = admin.Call("FLUSHALL");
        if (reply != "OK") throw new BadReplyException($"FLUSHALL answered {reply}");
    }

    private static ReceiveCounters? Counters(ServerProcess server)
    {
        if (!server.Spec.HasReceiveCounters) return null;
        using AdminConnection admin = server.Connect();
        return ReceiveCounters.Parse(admin.Call("INFO"));
    }

    private void WarmMemory(long bytes)
    {
        if (_options.WarmsMemory) MemoryWarmer.Warm(bytes);
    }
}
