using System.Diagnostics;
using System.Globalization;
using Pkv.Bench.Cli;
using Pkv.Bench.Client;
using Pkv.Bench.Native;
using Pkv.Bench.Runs;
using Pkv.Bench.Servers;
using Pkv.Bench.Types;

namespace Pkv.Bench.Scripts;

/// <summary>
/// Measures servers side by side over scripts. In each round all are started, and take turns at each shape, so that what is
/// compared is measured within seconds. Servers have one core, the client another. Single-threaded: the calling thread is the client.
/// </summary>
internal sealed class ScriptsComparison
{
    private const int FillPipeline = 32;
    private const int Patience = 8;
    private static readonly TimeSpan NoLimit = TimeSpan.FromMinutes(10);

    private readonly ScriptsOptions _options;
    private readonly IReadOnlyList<ScriptShape> _shapes;
    private readonly IReadOnlyList<ServerSpec> _servers;
    private readonly IRunProgress _progress;
    private readonly int _serverCore;
    private readonly int _clientCore;
    private readonly List<RunResult> _results = [];
    private ulong _seed = 0xD1B54A32D192ED03;

    public ScriptsComparison(ScriptsOptions options, IReadOnlyList<ServerSpec> servers, IRunProgress progress)
    {
        _options = options;
        _shapes = ScriptShapes.ByName(options.Shapes);
        _servers = servers;
        _progress = progress;
        int[] cores = CorePinning.AllowedCores();
        _clientCore = cores[0];
        _serverCore = cores[^1];
        if (_clientCore == _serverCore) progress.Note("only one core: server and client share it, figures mean little");
    }

    /// <summary>Measured windows in a whole run.</summary>
    public static int StepsOf(ScriptsOptions options, int servers) => options.Rounds * servers * options.Shapes.Count;

    /// <summary>Runs everything and answers all windows.</summary>
    /// <exception cref="BadReplyException">A server answered wrongly.</exception>
    /// <exception cref="InvalidOperationException">A server did not start.</exception>
    public IReadOnlyList<RunResult> Run()
    {
        CorePinning.PinThisThread(_clientCore);
        for (int round = 0; round < _options.Rounds; round++) RunRound(round);
        return _results;
    }

    private void RunRound(int round)
    {
        List<ServerProcess> servers = [];
        try
        {
            foreach (ServerSpec spec in _servers)
                servers.Add(ServerProcess.Start(spec, _serverCore, _clientCore, _options.WorkDirectory, TypedShapes.ValueBytes, _options.PoolSize));
            // All code is compiled, in the background, before the first window.
            foreach (ServerProcess server in servers)
                foreach (ScriptShape shape in _shapes)
                    server.Telling(shape.Traffic.Name, () => WarmCode(server, shape));
            foreach (ScriptShape shape in _shapes)
                for (int i = 0; i < servers.Count; i++)
                {
                    ServerProcess server = servers[(i + round) % servers.Count];
                    server.Telling(shape.Traffic.Name, () => Measure(server, shape));
                }
        }
        finally
        {
            foreach (ServerProcess server in servers) server.Dispose();
        }
    }

    private void WarmCode(ServerProcess server, ScriptShape shape)
    {
        Fill(server, shape);
        using LoadClient client = Client(server, shape.Traffic.Cycle, shape.Traffic.Draw, _options.Pipeline);
        Drive(server, client, _options.WarmUp);
    }

    private void Measure(ServerProcess server, ScriptShape shape)
    {
        Fill(server, shape);
        using LoadClient client = Client(server, shape.Traffic.Cycle, shape.Traffic.Draw, _options.Pipeline);
        Drive(server, client, _options.WarmUp / 4);
        (LoadResult load, long cpu, Disturbance disturbance) = MeasuredWindow.Run(server, client, _options.OperationsMax, _options.Window, _serverCore, _clientCore);
        _results.Add(new RunResult(new CellKey(shape.Traffic.Name, TypedShapes.ValueBytes, _options.Pipeline, server.Spec.Name), load, cpu, null) { Disturbance = disturbance });
        _progress.Step(string.Create(CultureInfo.InvariantCulture,
            $"{shape.Traffic.Name,-11} {server.Spec.Name,-9} {load.Throughput,10:N0}/s  {cpu / 1e3 / load.Operations,8:F2} µs CPU/op  p99 {load.P99Ns / 1e3,9:F1} µs{(disturbance.IsBusy ? "  BUSY" : "")}"));
    }

    // By the server's own time: on a busy machine it gets little of the clock's.
    private void Drive(ServerProcess server, LoadClient client, TimeSpan cpu)
    {
        Stopwatch clock = Stopwatch.StartNew();
        long began = CpuClock.OfProcess(server.ProcessId);
        do client.Run(_options.OperationsMax, cpu / 10);
        while (CpuClock.OfProcess(server.ProcessId) - began < cpu.TotalNanoseconds && clock.Elapsed < Patience * cpu);
    }

    private void Fill(ServerProcess server, ScriptShape shape)
    {
        using AdminConnection admin = server.Connect();
        string flushed = admin.Call("FLUSHALL");
        if (flushed != "OK") throw new BadReplyException($"FLUSHALL answered {flushed}");
        foreach (string source in shape.Sources)
        {
            string digest = admin.Call("SCRIPT", "LOAD", source);
            if (digest != ScriptShape.DigestOf(source)) throw new BadReplyException($"SCRIPT LOAD answered {digest}");
        }
        using LoadClient client = Client(server, [shape.Traffic.Data.Fill], Draw.Fill, FillPipeline);
        client.Run(_options.Keys, NoLimit);
    }

    private LoadClient Client(ServerProcess server, Exchange[] cycle, Draw draw, int pipeline) => new(
        server.Port, TypedTraffic.ForAll(cycle, draw, _options.Keys, pipeline, _options.Connections), pipeline,
        new KeyPicker(_options.Keys, sequential: true, _seed++), _options.ClientSpins);
}
