using System.Globalization;
using Pkv.Bench.Cli;
using Pkv.Bench.Client;
using Pkv.Bench.Native;
using Pkv.Bench.Runs;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Paper;

/// <summary>
/// YCSB's workload A (half reads, half updates, zipfian) against the servers in turn: each afresh for each record size in
/// each round, in rotated order, loaded, driven a while, then measured. Server and runner have one core each.
/// </summary>
internal sealed class YcsbComparison
{
    /// <summary>The workload's name in tables.</summary>
    public const string WorkloadName = "ycsb-a";

    private const long SlackBytes = 256L << 20;
    private readonly PaperOptions _options;
    private readonly IReadOnlyList<ServerSpec> _servers;
    private readonly IRunProgress _progress;
    private readonly YcsbProgram _runner;
    private readonly int _serverCore;
    private readonly int _clientCore;
    private readonly List<RunResult> _results = [];

    public YcsbComparison(PaperOptions options, IReadOnlyList<ServerSpec> servers, IRunProgress progress)
    {
        _options = options;
        _servers = servers;
        _progress = progress;
        _runner = new YcsbProgram(options.YcsbPath);
        int[] cores = CorePinning.AllowedCores();
        _clientCore = cores[0];
        _serverCore = cores[^1];
    }

    /// <summary>Measured windows in a whole run.</summary>
    public static int StepsOf(PaperOptions options, int servers) => options.Rounds * options.Records.Count * servers * options.Pipelines.Count;

    /// <exception cref="BadReplyException">A server, or the runner, failed.</exception>
    public IReadOnlyList<RunResult> Run()
    {
        CorePinning.PinThisThread(_clientCore);
        for (int round = 0; round < _options.Rounds; round++)
            foreach (int recordBytes in _options.Records)
                for (int i = 0; i < _servers.Count; i++)
                    RunServer(_servers[(i + round) % _servers.Count], recordBytes);
        return _results;
    }

    private void RunServer(ServerSpec spec, int recordBytes)
    {
        int records = _options.RecordsOf(recordBytes);
        if (!_options.IsSmoke) MemoryWarmer.Warm(SlackBytes + (spec.HasReceiveCounters ? OptionReader.Bytes(_options.PoolSize) : 4 * _options.DataSetBytes));
        using ServerProcess server = ServerProcess.Start(
            spec, _serverCore, _clientCore, _options.WorkDirectory, YcsbProgram.FieldBytes(recordBytes), _options.PoolSize, YcsbProgram.Fields);
        try
        {
            if (spec.StoresValues) _runner.Load(server.Port, recordBytes, records);
            foreach (int pipeline in _options.Pipelines) Measure(server, recordBytes, records, pipeline);
        }
        catch (BadReplyException e)
        {
            throw new BadReplyException($"{spec.Name}, records of {recordBytes} B: {e.Message}{Environment.NewLine}{server.Output}");
        }
    }

    private void Measure(ServerProcess server, int recordBytes, int records, int pipeline)
    {
        int seconds = (int)Math.Ceiling(_options.Window.TotalSeconds);
        // Compiled code in managed servers, and whatever else gets better with use.
        _runner.RunA(server.Port, recordBytes, records, pipeline, _options.IsSmoke ? "operationcount=2000" : "maxexecutiontime=1");
        DisturbanceWatch watch = new(_serverCore, _clientCore);
        long before = CpuClock.OfProcess(server.ProcessId), ownBefore = CpuClock.OfThisProcessAndEndedChildren();
        LoadResult load = _runner.RunA(server.Port, recordBytes, records, pipeline, _options.IsSmoke ? "operationcount=5000" : $"maxexecutiontime={seconds}");
        long cpu = CpuClock.OfProcess(server.ProcessId) - before;
        Disturbance disturbance = watch.End((cpu + CpuClock.OfThisProcessAndEndedChildren() - ownBefore) / 1e6);
        _results.Add(new RunResult(new CellKey(WorkloadName, recordBytes, pipeline, server.Spec.Name), load, cpu, null) { Disturbance = disturbance });
        _progress.Step(string.Create(CultureInfo.InvariantCulture,
            $"A     {recordBytes,6} B ×{pipeline,-2} {server.Spec.Name,-9} {load.Throughput,10:N0}/s  {cpu / 1e3 / load.Operations,8:F2} µs CPU/op  p99 {load.P99Ns / 1e3,9:F1} µs"));
    }
}
