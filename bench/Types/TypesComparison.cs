using System.Globalization;
using Pkv.Bench.Cli;
using Pkv.Bench.Client;
using Pkv.Bench.Native;
using Pkv.Bench.Runs;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Types;

/// <summary>
/// Measures servers side by side over the types. In each round every server is restarted and driven with each shape
/// and pipeline; the order of servers rotates from round to round. Server and client each have one core. Single-threaded:
/// the calling thread is the client.
/// </summary>
internal sealed class TypesComparison
{
    private const int FillPipeline = 32;
    private const long SlackBytes = 256L << 20;
    private static readonly TimeSpan NoLimit = TimeSpan.FromMinutes(10);

    private readonly BenchOptions _options;
    private readonly IReadOnlyList<TypedShape> _shapes;
    private readonly IReadOnlyList<ServerSpec> _servers;
    private readonly IRunProgress _progress;
    private readonly int _serverCore;
    private readonly int _clientCore;
    private readonly int _connections;
    private readonly List<RunResult> _results = [];
    private ulong _seed = 0x94D049BB133111EB;
    private string? _held; // the data set that the running server holds as it was filled

    public TypesComparison(BenchOptions options, IReadOnlyList<ServerSpec> servers, IRunProgress progress)
    {
        _options = options;
        _shapes = TypedShapes.ByName(options.Shapes);
        _servers = servers;
        _progress = progress;
        _connections = options.ConnectionsFor(TypedShapes.ValueBytes);
        int[] cores = CorePinning.AllowedCores();
        _clientCore = cores[0];
        _serverCore = cores[^1];
        if (_clientCore == _serverCore) progress.Note("only one core: server and client share it, figures mean little");
    }

    /// <summary>Measured windows in a whole run.</summary>
    public static int StepsOf(BenchOptions options, int servers) =>
        options.Rounds * servers * options.Shapes.Count * options.Pipelines.Count;

    /// <summary>Runs everything and answers all windows.</summary>
    /// <exception cref="BadReplyException">A server answered wrongly.</exception>
    /// <exception cref="InvalidOperationException">A server did not start.</exception>
    public IReadOnlyList<RunResult> Run()
    {
        CorePinning.PinThisThread(_clientCore);
        for (int round = 0; round < _options.Rounds; round++)
            for (int i = 0; i < _servers.Count; i++)
                RunServer(_servers[(i + round) % _servers.Count]);
        return _results;
    }

    private void RunServer(ServerSpec spec)
    {
        if (spec.HasReceiveCounters) WarmMemory(OptionReader.Bytes(_options.PoolSize));
        using ServerProcess server = ServerProcess.Start(
            spec, _serverCore, _clientCore, _options.WorkDirectory, TypedShapes.ValueBytes, _options.PoolSize);
        _held = null;
        foreach (TypedShape shape in _shapes)
        {
            try
            {
                WarmCode(server, shape);
                foreach (int pipeline in _options.Pipelines) Measure(server, shape, pipeline);
            }
            catch (BadReplyException e) when (!spec.MustKnowTypes && e.Message.Contains("unknown command", StringComparison.Ordinal))
            {
                _progress.Note($"{spec.Name} does not know {shape.Title}");
                _held = null;
            }
            catch (Exception e) when (e is BadReplyException or InvalidDataException or IOException)
            {
                throw new BadReplyException($"{spec.Name}, {shape.Name}: {e.Message}{Environment.NewLine}{server.Output}");
            }
        }
    }

    // Each shape has code of its own in a managed server.
    private void WarmCode(ServerProcess server, TypedShape shape)
    {
        Hold(server, shape);
        using LoadClient client = Client(server, shape.Cycle, shape.Draw, FillPipeline);
        client.Run(OperationsMax(shape, FillPipeline) / 4, _options.StartWarmUp / 2);
    }

    private void Measure(ServerProcess server, TypedShape shape, int pipeline)
    {
        Hold(server, shape);
        WarmMemory(_options.VolumeBytes + SlackBytes);
        long operations = OperationsMax(shape, pipeline);
        using LoadClient client = Client(server, shape.Cycle, shape.Draw, pipeline);
        client.Run(Math.Max(_connections, operations / 8), _options.WarmUp);
        (LoadResult load, long cpu, Disturbance disturbance) = MeasuredWindow.Run(server, client, operations, _options.Window, _serverCore, _clientCore);
        _results.Add(new RunResult(new CellKey(shape.Name, TypedShapes.ValueBytes, pipeline, server.Spec.Name), load, cpu, null) { Disturbance = disturbance });
        _progress.Step(string.Create(CultureInfo.InvariantCulture,
            $"{shape.Name,-13} ×{pipeline,-2} {server.Spec.Name,-9} {load.Throughput,10:N0}/s  {cpu / 1e3 / load.Operations,8:F2} µs CPU/op  p99 {load.P99Ns / 1e3,9:F1} µs"));
    }

    // What the shape expects, whatever was done before; nothing if it is there.
    private void Hold(ServerProcess server, TypedShape shape)
    {
        if (_held != shape.Data.Name)
        {
            using AdminConnection admin = server.Connect();
            string reply = admin.Call("FLUSHALL");
            if (reply != "OK") throw new BadReplyException($"FLUSHALL answered {reply}");
            using LoadClient client = Client(server, [shape.Data.Fill], Draw.Fill, FillPipeline);
            client.Run(_options.KeysMax, NoLimit);
            string size = admin.Call("DBSIZE"), right = shape.Data.RedisKeys(_options.KeysMax).ToString(CultureInfo.InvariantCulture);
            if (size != right) throw new BadReplyException($"DBSIZE is {size}, not {right}, after {shape.Data.Name} were made of {_options.KeysMax} keys");
        }
        _held = shape.AltersData ? null : shape.Data.Name;
    }

    private LoadClient Client(ServerProcess server, Exchange[] cycle, Draw draw, int pipeline) => new(
        server.Port, TypedTraffic.ForAll(cycle, draw, _options.KeysMax, pipeline, _connections), pipeline,
        new KeyPicker(_options.KeysMax, sequential: true, _seed++), _options.ClientSpins);

    private long OperationsMax(TypedShape shape, int pipeline) =>
        Math.Max((long)pipeline * _connections, _options.VolumeBytes * shape.Cycle.Length / shape.BytesOfTurn);

    private void WarmMemory(long bytes)
    {
        if (_options.WarmsMemory) MemoryWarmer.Warm(bytes);
    }
}
