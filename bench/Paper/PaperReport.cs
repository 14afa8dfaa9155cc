using System.Globalization;
using System.Text;
using Pkv.Bench.Client;
using Pkv.Bench.Report;
using Pkv.Bench.Runs;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Paper;

/// <summary>The evaluation as a page of its own, with its plots beside it.</summary>
internal sealed class PaperReport
{
    /// <summary>How docs/evaluation.md begins when there is none yet; the sections stand in this order, whichever is run first.</summary>
    public const string Opening = """
        # Evaluation

        The evaluation of zIO (Stamler et al., OSDI 2022) on another machine and with Pkv added. Each section is written by its part of
        `dotnet run -c Release --project bench -- paper`. The paper reports these speedups over Redis on Linux with an append-only file on
        persistent memory: for 100 % SET 1.8× with zIO and 2.5× with Optimistic Receiver Persistence; for YCSB A 1.3× and about 2.0×.

        <!-- begin:set -->
        <!-- end:set -->

        <!-- begin:ycsb -->
        <!-- end:ycsb -->

        <!-- begin:copies -->
        <!-- end:copies -->

        """;

    private const string Redis = "redis-aof";

    private const string SetMethod = """
        The client is that of `bench -- set`: 8
        connections below 64 KiB, 2 from there; keys drawn uniformly; latency is measured from the start of sending a batch.
        """;

    private readonly PaperOptions _options;
    private readonly IReadOnlyList<ServerSpec> _servers;
    private readonly CellTable _table;
    private readonly IReadOnlyList<CopyCount> _copies;

    public PaperReport(PaperOptions options, IReadOnlyList<ServerSpec> servers, IEnumerable<RunResult> results, IReadOnlyList<CopyCount> copies)
    {
        _options = options;
        _servers = servers;
        _table = new CellTable(results);
        _copies = copies;
    }

    /// <summary>Replaces the sections of the parts that were run, and their plots.</summary>
    public void Write(string path)
    {
        string plots = Path.Combine(Path.GetDirectoryName(path)!, "plots");
        Directory.CreateDirectory(plots);
        foreach (string part in _options.Parts) MarkedSection.Write(path, Opening, part, Section(part, withPlots: true));
        foreach (string part in _options.Parts.Where(p => p != "copies"))
        {
            File.WriteAllText(Path.Combine(plots, $"paper-{part}-cpu.svg"), Plot(part, "server CPU, µs per operation", c => c.CpuUsRange));
            File.WriteAllText(Path.Combine(plots, $"paper-{part}-throughput.svg"), Plot(part, "operations per second", c => c.ThroughputRange));
        }
    }

    /// <summary>All sections for the console.</summary>
    public string Text() => string.Join("\n", _options.Parts.Select(part => Section(part, withPlots: false)));

    private string Section(string part, bool withPlots)
    {
        if (part == "copies") return Copies();
        StringBuilder text = new();
        string title = TitleOf(part);
        text.Append(CultureInfo.InvariantCulture, $"## {title}\n\n{Method(part)}\n");
        text.Append("| must be reached | size | pipeline | measured | must be | holds |\n|---|--:|--:|--:|--:|---|\n");
        foreach (Bar bar in PaperBars.Of(_table, _options, part)) text.Append(CultureInfo.InvariantCulture, $"| {bar.Measure} | {Units.Bytes(bar.ValueBytes)} | {bar.Pipeline} | {bar.Cells} |\n");
        if (withPlots) text.Append(CultureInfo.InvariantCulture, $"\n![CPU per operation](plots/paper-{part}-cpu.svg)\n\n![throughput](plots/paper-{part}-throughput.svg)\n");
        foreach (int pipeline in _options.Pipelines) text.Append(CultureInfo.InvariantCulture, $"\n### {title}, pipeline {pipeline}\n\n{Table(part, pipeline)}");
        return text.ToString();
    }

    private static string TitleOf(string part) => part == "set" ? "100 % SET" : "YCSB A";

    private static string WorkloadOf(string part) => part == "set" ? Verb.Set.Name() : YcsbComparison.WorkloadName;

    private IReadOnlyList<int> SizesOf(string part) => part == "set" ? _options.Sizes : _options.Records;

    private string Method(string part)
    {
        StringBuilder text = new();
        string command = $"`bench -- paper --parts {part} --rounds {_options.Rounds} --seconds {Units.Text(_options.Window.TotalSeconds, 1)}`";
        text.Append(CultureInfo.InvariantCulture, $"""
            {MachineDescription.LineOfRun()}. {DateTime.UtcNow:yyyy-MM-dd}. {command}.
            Medians of {_options.Rounds} rounds; in each round every server runs once per size, restarted, in rotated order; server on one core, client
            on another, spinning; memory touched and freed before each run. CPU is user + system of the whole server process.
            "core" is the server's share of its core: at 100 % it was the bottleneck, and throughput shows its limit; below that, compare
            CPU. In brackets: how many times better than Redis. {(part == "set" ? SetMethod : RecordMethod())}


            """);
        foreach (ServerSpec spec in _servers) text.Append(CultureInfo.InvariantCulture, $"- **{spec.Name}** ({spec.Version()}): {spec.FlagsInReport}\n");
        if (IsZioMissing) text.Append(CultureInfo.InvariantCulture, $"- **{ServerCatalog.RedisUnderZioName}**: not measured, {ServerCatalog.ZioMissing}\n");
        return text.ToString();
    }

    private string RecordMethod()
    {
        string records = string.Join(" and ", _options.Records.Select(r => $"{YcsbProgram.FieldBytes(r)} bytes (\"{Units.Bytes(r)}\", {_options.RecordsOf(r)} records)"));
        return $"""
            The client is [`pkv-ycsb`](ycsb.md): 8 connections on one
            core, half reads of whole records, half updates of one field, zipfian; 10 fields of {records}.
            Latencies are those of reads. The limit server replies to every read with the same record and to every update with `+OK`, and
            stores nothing.
            """;
    }

    private bool IsZioMissing => _options.Servers.Contains(ServerCatalog.RedisUnderZioName) && ServerCatalog.ZioLibrary == null;

    private string Table(string part, int pipeline)
    {
        string workload = WorkloadOf(part);
        StringBuilder text = new("| size | server | ops/s | CPU µs/op | (min–max) | core | p50 µs | p99 µs | p99.9 µs |\n|--:|---|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (int size in SizesOf(part))
        {
            foreach (string server in _options.Servers)
            {
                if (_table.At(workload, size, pipeline, server) is { } cell) text.Append(Row(cell));
                else if (server == ServerCatalog.RedisUnderZioName && IsZioMissing) text.Append(CultureInfo.InvariantCulture, $"| {Units.Bytes(size)} | {server} | {ServerCatalog.ZioMissing} | | | | | | |\n");
            }
        }
        return text.ToString();
    }

    private string Row(CellSummary cell)
    {
        (string workload, int size, int pipeline, string server) = cell.Cell;
        string more = server == Redis ? "" : $" ({Units.Ratio(_table.ThroughputRatio(workload, size, pipeline, server, Redis))})";
        string less = server == Redis ? "" : $" ({Units.Ratio(_table.CpuRatio(workload, size, pipeline, Redis, server))})";
        return $"| {Units.Bytes(size)} | {server} | {Units.Count(cell.Throughput)}{more} | **{Units.Microseconds(cell.CpuUs)}**{less} "
            + $"| {Units.Microseconds(cell.CpuUsMin)}–{Units.Microseconds(cell.CpuUsMax)} | {Units.Text(cell.CoreShare * 100, 0)} % "
            + $"| {Units.Microseconds(cell.P50Us)} | {Units.Microseconds(cell.P99Us)} | {Units.Microseconds(cell.P999Us)} |\n";
    }

    private string Copies()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            ## Copies of a value per operation

            {MachineDescription.LineOfRun()}. {DateTime.UtcNow:yyyy-MM-dd}. `bench -- paper --parts copies`.
            Counted over {_options.CountedOperations} operations on values of {Units.Bytes(CopyCounting.ValueBytes)}, one at a time; 1.00 means that each byte of the value was copied once.

            - **Application**: the program's own copies of a page or more (memcpy and similar functions, which .NET's runtime uses as well), counted by
              libzio with `ZIO_MODE=count`, in which it changes nothing. [benchmarks.md](benchmarks.md) has the bytes that Pkv itself reports as moved.
            - **Kernel**: from and to sockets by the servers' `total_net_input_bytes` and `total_net_output_bytes`; to the log file by the growth
              of Redis's `aof_current_size`, and for Pkv, which maps its log, by the bytes that it passed to write(2).

            For the Redis of their time, the authors of zIO count 4 + 2 in a SET and 2 + 1 in a GET.


            """);
        if (_copies.Count == 0) return text.Append(CultureInfo.InvariantCulture, $"Not counted: {ServerCatalog.ZioMissing}.\n").ToString();
        text.Append("| operation | server | application | kernel | of it from the socket | to the socket | to the log file |\n|---|---|--:|--:|--:|--:|--:|\n");
        foreach (CopyCount c in _copies.OrderByDescending(c => c.Verb))
            text.Append($"| {c.Verb} | {c.Server} | {Units.Text(c.Application, 2)} | {Units.Text(c.Kernel, 2)} | {Units.Text(c.Received, 2)} | {Units.Text(c.Sent, 2)} | {Units.Text(c.Written, 2)} |\n");
        return text.ToString();
    }

    private string Plot(string part, string measure, Func<CellSummary, PlotValue> value)
    {
        string workload = WorkloadOf(part);
        IReadOnlyList<int> sizes = SizesOf(part);
        BarPlot plot = new($"{TitleOf(part)}: {measure}", measure, "value size", [.. _servers.Select(s => s.PlotSeries)], [.. sizes.Select(s => Units.Bytes(s))]);
        foreach (int pipeline in _options.Pipelines)
        {
            PlotValue?[,] values = new PlotValue?[sizes.Count, _servers.Count];
            for (int size = 0; size < sizes.Count; size++)
                for (int i = 0; i < _servers.Count; i++)
                    values[size, i] = _table.At(workload, sizes[size], pipeline, _servers[i].Name) is { } cell ? value(cell) : null;
            plot.AddPanel($"pipeline {pipeline}", values);
        }
        return plot.Svg();
    }
}
