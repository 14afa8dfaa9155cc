using System.Globalization;
using System.Net.Sockets;
using Pkv.Bench.Cli;
using Pkv.Bench.Client;
using Pkv.Bench.Native;
using Pkv.Bench.Runs;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Cleaning;

/// <summary>
/// Uniform overwrites in a pool that is ever fuller, against the same in a pool that is not full yet. Each fill gets a
/// server of its own in each round; server and client have a core each. Single-threaded: the calling thread is the client.
/// </summary>
internal sealed class CleaningComparison
{
    /// <summary>The reference has as many keys as this fill of the varied pool, so that the index is as far out of cache.</summary>
    public const int ReferenceKeysPercent = 80;

    /// <summary>Latency windows that the hypervisor disturbed are measured again, so many in all.</summary>
    public const int LatencyWindowsMax = 4;

    // The reference writes no further than this: cleaning begins when nearly all is used.
    private const double ReferenceUsedMax = 0.9;

    // Steady state: the pool has been written over at least twice, and half of it more changed write amplification by less
    // than this.
    private const int PortionsPerPool = 2;
    private const int PoolsWrittenMin = 2;
    private const double DriftMax = 0.03;

    private const int ReadBack = 100_000;

    private static readonly TimeSpan NoLimit = TimeSpan.FromMinutes(10);

    private readonly CleaningOptions _options;
    private readonly ServerSpec _spec;
    private readonly IRunProgress _progress;
    private readonly int _serverCore;
    private readonly int _clientCore;
    private readonly int _recordBytes;
    private readonly List<CleaningResult> _results = [];
    private ulong _seed = 0xD1B54A32D192ED03;

    public CleaningComparison(CleaningOptions options, ServerSpec spec, IRunProgress progress)
    {
        _options = options;
        _spec = spec;
        _progress = progress;
        int[] cores = CorePinning.AllowedCores();
        _clientCore = cores[0];
        _serverCore = cores[^1];
        if (_clientCore == _serverCore) progress.Note("only one core: server and client share it, figures mean little");
        using RequestShape shape = new(options.ValueBytes);
        _recordBytes = shape.SetBytes;
    }

    /// <summary>Servers measured in a whole run.</summary>
    public static int StepsOf(CleaningOptions options) => options.Rounds * (options.Fills.Count + 1);

    /// <summary>Runs everything and answers what was measured.</summary>
    /// <exception cref="BadReplyException">A write was refused, a value was wrong, or cleaning happened where none should or the other way round.</exception>
    public IReadOnlyList<CleaningResult> Run()
    {
        CorePinning.PinThisThread(_clientCore);
        int?[] fills = [null, .. _options.Fills];
        for (int round = 0; round < _options.Rounds; round++)
            for (int i = 0; i < fills.Length; i++)
                RunServer(round, fills[(i + round) % fills.Length]);
        return _results;
    }

    private void RunServer(int round, int? fill)
    {
        long poolBytes = _options.PoolBytes * (fill == null ? _options.ReferenceFactor : 1);
        if (!_options.IsSmoke) MemoryWarmer.Warm(poolBytes);
        using ServerProcess server = ServerProcess.Start(_spec, _serverCore, _clientCore, _options.WorkDirectory, _options.ValueBytes, $"{poolBytes >> 20}mb");
        try
        {
            Workload workload = _options.WorkloadFor(FillModel.KeysAt(_options.PoolBytes, fill ?? ReferenceKeysPercent, _recordBytes));
            Drive(server, workload with { Sequential = true }, workload.KeyCount);
            CleaningResult result = fill == null ? MeasureReference(server, workload, round, poolBytes) : MeasureFill(server, workload, round, fill.Value, poolBytes);
            CheckKept(server, workload);
            _results.Add(result);
            Tell(result);
        }
        catch (Exception e) when (e is BadReplyException or InvalidDataException or IOException)
        {
            throw new BadReplyException($"{_spec.Name}, {(fill == null ? "not full" : $"{fill} % live")}: {e.Message}{Environment.NewLine}{server.Output}{PoolLines(server)}");
        }
    }

    private CleaningResult MeasureFill(ServerProcess server, Workload workload, int round, int fill, long poolBytes)
    {
        using LoadClient client = new(server.Port, workload, spins: !_options.IsSmoke, _seed++);
        CleanerCounters loaded = Counters(server), before = loaded;
        double last = 0;
        for (int portion = 1; portion <= _options.PoolsWrittenMax * PortionsPerPool; portion++)
        {
            client.Run(poolBytes / PortionsPerPool / _recordBytes, NoLimit);
            CleanerCounters now = Counters(server);
            double amplification = now.Since(before).WriteAmplification;
            if (portion >= PoolsWrittenMin * PortionsPerPool && Math.Abs(amplification - last) <= DriftMax * last) break;
            (before, last) = (now, amplification);
        }
        if (Counters(server).Since(loaded).SegmentsFreed == 0) throw new BadReplyException("the pool was written over and over, and no segment came free");
        return Measure(server, client, round, fill, long.MaxValue);
    }

    private CleaningResult MeasureReference(ServerProcess server, Workload workload, int round, long poolBytes)
    {
        long room = (long)(poolBytes * ReferenceUsedMax) / _recordBytes - workload.KeyCount;
        using LoadClient client = new(server.Port, workload, spins: !_options.IsSmoke, _seed++);
        // Compiled code and open segments, as after the long way to a steady state.
        client.Run(room / 8, _options.Window / 4);
        CleaningResult result = Measure(server, client, round, null, room / 2);
        if (result.Cleaner.SegmentsCleaned > 0 || result.Cleaner.SegmentsFreed > 0)
            throw new BadReplyException($"{result.Cleaner.SegmentsFreed} segments came free: not the uncleaned reference that it should be");
        return result;
    }

    private CleaningResult Measure(ServerProcess server, LoadClient client, int round, int? fill, long operations)
    {
        using AdminConnection admin = server.Connect();
        CleanerCounters before = CleanerCounters.Parse(admin.Call("INFO", "persistence"));
        long cpu = CpuClock.OfProcess(server.ProcessId);
        LoadResult peak = client.Run(operations, _options.Window);
        cpu = CpuClock.OfProcess(server.ProcessId) - cpu;
        string info = admin.Call("INFO", "persistence");
        double rate = peak.Throughput / 2;
        // Half the rate for no longer than the reference has room for, which has none for a second window.
        TimeSpan window = TimeSpan.FromSeconds(Math.Min(_options.LatencyWindow.TotalSeconds, operations / 2 / rate));
        (LoadResult half, double stolenMs) = MeasureHalf(client, rate, window, fill == null ? 1 : LatencyWindowsMax);
        return new CleaningResult(round, fill, InfoText.Number(info, "pool_fill"), peak, cpu, CleanerCounters.Parse(info).Since(before), half, stolenMs);
    }

    // A window in which the hypervisor ran neither server nor client for tens of milliseconds tells nothing about either.
    private (LoadResult Load, double StolenMs) MeasureHalf(LoadClient client, double rate, TimeSpan window, int windows)
    {
        (LoadResult Load, double StolenMs) least = (null!, double.MaxValue);
        for (int i = 0; i < windows && least.StolenMs > 0; i++)
        {
            double before = CoreTimes.Of(_serverCore, _clientCore).StolenMs;
            LoadResult load = client.RunAtRate(rate, window);
            double stolenMs = CoreTimes.Of(_serverCore, _clientCore).StolenMs - before;
            if (stolenMs < least.StolenMs) least = (load, stolenMs);
        }
        return least;
    }

    // Nothing was lost on the way: as many keys as there were, and of many of them the right values.
    private void CheckKept(ServerProcess server, Workload workload)
    {
        using AdminConnection admin = server.Connect();
        string size = admin.Call("DBSIZE");
        if (size != workload.KeyCount.ToString(CultureInfo.InvariantCulture))
            throw new BadReplyException($"DBSIZE is {size} after overwrites of {workload.KeyCount} keys");
        Drive(server, workload with { Verb = Verb.Get }, Math.Min(ReadBack, workload.KeyCount));
    }

    private void Drive(ServerProcess server, Workload workload, long operations)
    {
        using LoadClient client = new(server.Port, workload, spins: !_options.IsSmoke, _seed++);
        client.Run(operations, NoLimit);
    }

    private static CleanerCounters Counters(ServerProcess server)
    {
        using AdminConnection admin = server.Connect();
        return CleanerCounters.Parse(admin.Call("INFO", "persistence"));
    }

    // What the pool looked like when a write was refused; nothing if the server is gone.
    private static string PoolLines(ServerProcess server)
    {
        try
        {
            using AdminConnection admin = server.Connect();
            return string.Join('\n', admin.Call("INFO", "persistence").Split('\n').Where(l => l.StartsWith("pool_", StringComparison.Ordinal) || l.StartsWith("cleaner_", StringComparison.Ordinal)));
        }
        catch (Exception e) when (e is SocketException or IOException or InvalidDataException)
        {
            return "";
        }
    }

    private void Tell(CleaningResult r) => _progress.Step(string.Create(CultureInfo.InvariantCulture,
        $"{(r.FillPercent is { } fill ? $"{fill,3} % live" : "not full  ")} {r.Peak.Throughput,10:N0}/s  {r.CpuUs,6:F2} µs CPU/op  ×{r.Cleaner.WriteAmplification,-5:F2} written  cleaning {r.CleanerShare * 100,3:F0} %  at half p50 {r.HalfLoad.P50Ns / 1e3,6:F0}  p99.9 {r.HalfLoad.P999Ns / 1e3,6:F0}  max {r.HalfLoad.MaxNs / 1e3,6:F0} µs"));
}
