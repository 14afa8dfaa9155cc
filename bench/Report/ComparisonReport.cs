using System.Globalization;
using System.Text;
using Pkv.Bench.Cli;
using Pkv.Bench.Client;
using Pkv.Bench.Runs;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Report;

/// <summary>A comparing run as Markdown and plots: one section per verb, each owned by that verb alone.</summary>
internal sealed class ComparisonReport
{
    /// <summary>How docs/benchmarks.md begins when there is none yet.</summary>
    public const string Opening = """
        # Benchmarks

        All systems are measured in one run on one machine; read the figures as ratios. Each section is written by one verb of
        `dotnet run -c Release --project bench -- set|get|mixed|types|memory|media|disk|cleaning`.

        """;

    private readonly BenchOptions _options;
    private readonly IReadOnlyList<ServerSpec> _servers;
    private readonly CellTable _table;

    public ComparisonReport(BenchOptions options, IReadOnlyList<ServerSpec> servers, IEnumerable<RunResult> results)
    {
        _options = options;
        _servers = servers;
        _table = new CellTable(results);
    }

    /// <summary>All sections for the console.</summary>
    public string Text() => string.Join("\n", _options.Verbs.Select(verb => Section(verb, withPlots: false)));

    /// <summary>Replaces the verbs' sections in a Markdown file and their plots beside it.</summary>
    public void Write(string path)
    {
        string plots = Path.Combine(Path.GetDirectoryName(path)!, "plots");
        Directory.CreateDirectory(plots);
        foreach (Verb verb in _options.Verbs)
        {
            string name = verb.Name();
            MarkedSection.Write(path, Opening, name, Section(verb, withPlots: true));
            File.WriteAllText(Path.Combine(plots, name + "-cpu.svg"), Plot(verb, "server CPU, µs per operation", c => c.CpuUsRange));
            File.WriteAllText(Path.Combine(plots, name + "-throughput.svg"), Plot(verb, "operations per second", c => c.ThroughputRange));
        }
    }

    private string Section(Verb verb, bool withPlots)
    {
        string name = verb.Name();
        StringBuilder text = new();
        string share = verb == Verb.Mixed ? $" ({_options.SetPercent} % SET, the rest GET)" : "";
        text.Append(CultureInfo.InvariantCulture, $"## {name.ToUpperInvariant()}{share}\n\n{Method()}\n");
        if (withPlots) text.Append(CultureInfo.InvariantCulture, $"![CPU per operation](plots/{name}-cpu.svg)\n\n![throughput](plots/{name}-throughput.svg)\n\n");
        foreach (int pipeline in _options.Pipelines)
            text.Append(CultureInfo.InvariantCulture, $"### {name.ToUpperInvariant()}, pipeline {pipeline}\n\n{Table(verb, pipeline)}\n");
        string bars = Bars.Markdown(Bars.Of(_table, verb, _options.Sizes, _options.Pipelines));
        if (bars.Length > 0) text.Append(CultureInfo.InvariantCulture, $"### {name.ToUpperInvariant()}: bars\n\n{bars}\n");
        return text.ToString();
    }

    private string Method()
    {
        StringBuilder text = new();
        string connections = _options.Connections > 0 ? $"{_options.Connections} connections" : "8 connections below 64 KiB, 2 from there";
        text.Append(CultureInfo.InvariantCulture, $"""
            {MachineDescription.LineOfRun()}. {DateTime.UtcNow:yyyy-MM-dd}. Medians of {_options.Rounds} rounds; in each round every server runs once per value size,
            restarted, in rotated order; server on one core, client on another, {connections}, closed loop,
            keys drawn uniformly from at most {_options.KeysMax} (data set at most {Units.Bytes(_options.DataSetBytesMax)}). A window ends after {Units.Text(_options.Window.TotalSeconds, 1)} s or {Units.Bytes(_options.VolumeBytes)},
            whichever comes first; before it, the server is driven {Units.Text(_options.StartWarmUp.TotalSeconds, 1)} s with small requests (to compile its code) and {Units.Text(_options.WarmUp.TotalSeconds, 1)} s with its own load,
            and {(_options.WarmsMemory ? "the memory that the run will need is touched and freed right before it (on a virtual machine the host provides fresh pages slowly)" : "memory is **not** warmed")}.
            Every reply is validated. The client {(_options.ClientSpins ? "spins, so that no server pays for waking it" : "sleeps while nothing comes")}. CPU is user + system of the whole server process,
            from the scheduler's clock; "core" is its share of the window: 100 % means that the server was the bottleneck. Latency is
            from the start of sending a batch to each reply.


            """);
        foreach (ServerSpec spec in _servers) text.Append(CultureInfo.InvariantCulture, $"- **{spec.Name}** ({spec.Version()}): {spec.FlagsInReport}\n");
        return text.ToString();
    }

    private string Table(Verb verb, int pipeline)
    {
        StringBuilder text = new("| value | server | ops/s | p50 µs | p99 µs | p99.9 µs | CPU µs/op | (min–max) | core | CPU / redis-aof | CPU / limit | CPU / limit-log | ops / limit | received · moved · rewound B/op |\n");
        text.Append("|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (int size in _options.Sizes)
            foreach (ServerSpec spec in _servers)
                if (_table.At(verb.Name(), size, pipeline, spec.Name) is { } cell) text.Append(Row(cell));
        return text.ToString();
    }

    private string Row(CellSummary cell)
    {
        (string workload, int size, int pipeline, string server) = cell.Cell;
        string counters = cell.Counters is { } c ? $"{Units.Text(c.Received, 0)} · {Units.Text(c.Moved, 1)} · {Units.Text(c.Rewound, 1)}" : "";
        return $"| {Units.Bytes(size)} | {server}{(cell.Disturbance.IsBusy ? " " + Bar.Busy : "")} | {Units.Count(cell.Throughput)} | {Units.Microseconds(cell.P50Us)} | {Units.Microseconds(cell.P99Us)} | {Units.Microseconds(cell.P999Us)} "
            + $"| {CellTable.CpuColumns(cell)} "
            + $"| {Units.Ratio(_table.CpuRatio(workload, size, pipeline, server, "redis-aof"))} | {Units.Ratio(_table.CpuRatio(workload, size, pipeline, server, "limit"))} "
            + $"| {Units.Ratio(_table.CpuRatio(workload, size, pipeline, server, "limit-log"))} "
            + $"| {Units.Ratio(_table.ThroughputRatio(workload, size, pipeline, server, "limit"))} | {counters} |\n";
    }

    private string Plot(Verb verb, string measure, Func<CellSummary, PlotValue> value)
    {
        BarPlot plot = new($"{verb.Name().ToUpperInvariant()}: {measure}", measure, "value size",
            [.. _servers.Select(s => s.PlotSeries)], [.. _options.Sizes.Select(s => Units.Bytes(s))]);
        foreach (int pipeline in _options.Pipelines)
        {
            PlotValue?[,] values = new PlotValue?[_options.Sizes.Count, _servers.Count];
            for (int size = 0; size < _options.Sizes.Count; size++)
                for (int i = 0; i < _servers.Count; i++)
                    values[size, i] = _table.At(verb.Name(), _options.Sizes[size], pipeline, _servers[i].Name) is { } cell ? value(cell) : null;
            plot.AddPanel($"pipeline {pipeline}", values);
        }
        return plot.Svg();
    }
}
