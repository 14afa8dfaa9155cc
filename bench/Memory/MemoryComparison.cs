using System.Globalization;
using Pkv.Bench.Cli;
using Pkv.Bench.Client;
using Pkv.Bench.Native;
using Pkv.Bench.Servers;
using Pkv.Bench.Types;

namespace Pkv.Bench.Memory;

/// <summary>
/// Fills each server with each data set, restarted for each, and looks at what its process has in DRAM before and
/// after. Memory is no matter of medians: once is enough. Single-threaded: the calling thread is the client.
/// </summary>
internal sealed class MemoryComparison
{
    private const int ReadBack = 100_000;
    private static readonly TimeSpan NoLimit = TimeSpan.FromMinutes(30);

    private readonly MemoryOptions _options;
    private readonly IReadOnlyList<ServerSpec> _servers;
    private readonly IRunProgress _progress;
    private readonly int _serverCore;
    private readonly int _clientCore;
    private ulong _seed = 0x2545F4914F6CDD1D;

    public MemoryComparison(MemoryOptions options, IReadOnlyList<ServerSpec> servers, IRunProgress progress)
    {
        _options = options;
        _servers = servers;
        _progress = progress;
        int[] cores = CorePinning.AllowedCores();
        _clientCore = cores[0];
        _serverCore = cores[^1];
        DataSets = [MemoryDataSet.SmallHashes(options.Hashes), MemoryDataSet.SortedSet(options.Members)];
    }

    public IReadOnlyList<MemoryDataSet> DataSets { get; }

    /// <summary>Servers filled in a whole run.</summary>
    public static int StepsOf(int servers) => 2 * servers;

    /// <exception cref="BadReplyException">A server answered wrongly.</exception>
    /// <exception cref="InvalidOperationException">A server did not start.</exception>
    public IReadOnlyList<MemoryResult> Run()
    {
        CorePinning.PinThisThread(_clientCore);
        List<MemoryResult> results = [];
        foreach (MemoryDataSet data in DataSets)
            foreach (ServerSpec spec in _servers)
                results.Add(Measure(spec, data));
        return results;
    }

    private MemoryResult Measure(ServerSpec spec, MemoryDataSet data)
    {
        using ServerProcess server = ServerProcess.Start(spec, _serverCore, _clientCore, _options.WorkDirectory, TypedShapes.ValueBytes, _options.PoolSize);
        try
        {
            // What a server compiles and allocates for its first clients is not the data's.
            using AdminConnection admin = server.Connect();
            admin.Call("INFO");
            ProcessMemory empty = ProcessMemory.Of(server.ProcessId);
            Drive(server, data.Fill, Draw.Fill, data.Count, data.Count);
            string size = admin.Call("DBSIZE"), right = data.Keys.ToString(CultureInfo.InvariantCulture);
            if (size != right) throw new BadReplyException($"DBSIZE is {size}, not {right}");
            Drive(server, data.Read, Draw.Even, data.Count, ReadBack);
            ProcessMemory filled = ProcessMemory.Of(server.ProcessId);
            HeapFigures? heap = spec.HasReceiveCounters ? Heap(server, admin) : null;
            MemoryResult result = new(data, spec.Name, empty, filled, heap);
            _progress.Step(string.Create(CultureInfo.InvariantCulture,
                $"{data.Unit,-6} {spec.Name,-6} {filled.Own / 1048576.0,8:F1} MiB, {result.BytesEach,6:F1} B each, pool {(heap?.PoolBytes ?? 0) / 1048576.0,8:F1} MiB"));
            return result;
        }
        catch (Exception e) when (e is BadReplyException or InvalidDataException or IOException)
        {
            throw new BadReplyException($"{spec.Name}, {data.Title}: {e.Message}{Environment.NewLine}{server.Output}");
        }
    }

    // Whatever collections there were by themselves, and one that looks at everything the data left on the heap.
    private static HeapFigures Heap(ServerProcess server, AdminConnection admin)
    {
        double before = HeapFigures.Parse(admin.Call("INFO", "memory")).FullCollections;
        FullCollection.Provoke(server.ProcessId);
        HeapFigures heap = HeapFigures.Parse(admin.Call("INFO", "memory"));
        if (heap.FullCollections <= before) throw new BadReplyException("a full collection was asked for, and none was counted");
        return heap;
    }

    private void Drive(ServerProcess server, Exchange exchange, Draw draw, int keys, long operations)
    {
        using LoadClient client = new(server.Port, TypedTraffic.ForAll([exchange], draw, keys, _options.Pipeline, _options.Connections),
            _options.Pipeline, new KeyPicker(keys, sequential: true, _seed++), spins: !_options.IsSmoke);
        client.Run(operations, NoLimit);
    }
}
