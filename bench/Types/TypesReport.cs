using System.Globalization;
using System.Text;
using Pkv.Bench.Cli;
using Pkv.Bench.Report;
using Pkv.Bench.Runs;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Types;

/// <summary>A run of <c>types</c> as Markdown: a table for each pipeline, and the bars.</summary>
internal sealed class TypesReport
{
    private const string SectionName = "types";
    private const string Reference = "redis-aof";

    private readonly BenchOptions _options;
    private readonly IReadOnlyList<TypedShape> _shapes;
    private readonly IReadOnlyList<ServerSpec> _servers;
    private readonly CellTable _table;

    public TypesReport(BenchOptions options, IReadOnlyList<ServerSpec> servers, IEnumerable<RunResult> results)
    {
        _options = options;
        _shapes = TypedShapes.ByName(options.Shapes);
        _servers = servers;
        _table = new CellTable(results);
    }

    /// <summary>Replaces the section in a Markdown file.</summary>
    public void Write(string path) => MarkedSection.Write(path, ComparisonReport.Opening, SectionName, Markdown());

    /// <summary>The whole section.</summary>
    public string Markdown()
    {
        StringBuilder text = new($"## Types\n\n{Method()}\n");
        foreach (int pipeline in _options.Pipelines)
            text.Append(CultureInfo.InvariantCulture, $"### Types, pipeline {pipeline}\n\n{Table(pipeline)}\n");
        return text.Append($"### Types: bars\n\n{BarTable()}").ToString();
    }

    /// <summary>What must be seen of Pkv: its CPU per operation against that of a Redis whose writes are as durable.</summary>
    public IEnumerable<(TypedShape Shape, Bar Bar)> Bars() =>
        from shape in _shapes
        from pipeline in _options.Pipelines
        where shape.Name == "hgetall" || pipeline is 1 or 32
        let most = shape.Name == "hgetall" ? 0.5 : pipeline == 32 ? 0.6 : 1.0
        select (shape, new Bar("CPU per op / Redis AOF always", shape.Name, TypedShapes.ValueBytes, pipeline,
            _table.CpuRatio(shape.Name, TypedShapes.ValueBytes, pipeline, "pkv", Reference), most, IsUpper: true));

    private string Method()
    {
        StringBuilder text = new();
        string memory = _options.WarmsMemory ? "memory is touched and freed before each window" : "memory is **not** warmed";
        text.Append(CultureInfo.InvariantCulture, $"""
            {MachineDescription.LineOfRun()}. {DateTime.UtcNow:yyyy-MM-dd}. Medians of {_options.Rounds} rounds; in each round every server runs once, restarted,
            in rotated order; server on one core, client on another, {_options.ConnectionsFor(TypedShapes.ValueBytes)} connections, closed loop. Data before each shape: {_options.KeysMax}
            hashes of {TypedShapes.Fields} fields of {TypedShapes.ValueBytes} bytes, or as many lists of {TypedShapes.Fields} elements of {TypedShapes.ValueBytes} bytes, or {_options.KeysMax} members in sets of {TypedShapes.MembersPerSet},
            or one sorted set of {_options.KeysMax} members. A window ends after {Units.Text(_options.Window.TotalSeconds, 1)} s or {Units.Bytes(_options.VolumeBytes)}; before it the server is
            driven {Units.Text(_options.StartWarmUp.TotalSeconds / 2, 1)} s by the shape (to compile its code) and {Units.Text(_options.WarmUp.TotalSeconds, 1)} s with the window's own load; {memory}.
            Every reply is known in advance and compared, except for the order of HGETALL's fields and eight random digits in values
            that another request may have written. Where a shape has two commands, an operation is one of them. The client
            {(_options.ClientSpins ? "spins, so that no server pays for waking it" : "sleeps while nothing comes")}. CPU is user + system of the whole server process; "core" is its share of the window.


            """);
        foreach (ServerSpec spec in _servers) text.Append(CultureInfo.InvariantCulture, $"- **{spec.Name}** ({spec.Version()}): {spec.FlagsInReport}\n");
        return text.ToString();
    }

    private string Table(int pipeline)
    {
        StringBuilder text = new("| shape | server | ops/s | p50 µs | p99 µs | CPU µs/op | (min–max) | core | CPU / redis-aof | CPU / redis | ops / redis-aof |\n");
        text.Append("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (TypedShape shape in _shapes)
            foreach (ServerSpec spec in _servers)
                if (_table.At(shape.Name, TypedShapes.ValueBytes, pipeline, spec.Name) is { } cell) text.Append(Row(shape, cell));
        return text.ToString();
    }

    private string Row(TypedShape shape, CellSummary cell)
    {
        (string workload, int size, int pipeline, string server) = cell.Cell;
        return $"| {shape.Title} | {server}{(cell.Disturbance.IsBusy ? " " + Bar.Busy : "")} | {Units.Count(cell.Throughput)} | {Units.Microseconds(cell.P50Us)} | {Units.Microseconds(cell.P99Us)} "
            + $"| {CellTable.CpuColumns(cell)} "
            + $"| {Units.Ratio(_table.CpuRatio(workload, size, pipeline, server, Reference))} | {Units.Ratio(_table.CpuRatio(workload, size, pipeline, server, "redis"))} "
            + $"| {Units.Ratio(_table.ThroughputRatio(workload, size, pipeline, server, Reference))} |\n";
    }

    private string BarTable()
    {
        StringBuilder text = new("| bar | shape | pipeline | measured | must be | holds |\n|---|---|--:|--:|--:|---|\n");
        foreach ((TypedShape shape, Bar bar) in Bars())
            text.Append(CultureInfo.InvariantCulture, $"| {bar.Measure} | {shape.Title} | {bar.Pipeline} | {bar.Cells} |\n");
        return text.ToString();
    }
}
