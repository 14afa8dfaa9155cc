using System.Globalization;
using System.Text;
using Pkv.Bench.Report;
using Pkv.Bench.Runs;
using Pkv.Bench.Servers;
using Pkv.Bench.Types;

namespace Pkv.Bench.Scripts;

/// <summary>A run of <c>scripts</c> as Markdown: what was measured, and the bars.</summary>
internal sealed class ScriptsReport
{
    private const string SectionName = "scripts";
    private const string Reference = "redis-aof";

    private readonly ScriptsOptions _options;
    private readonly IReadOnlyList<ScriptShape> _shapes;
    private readonly IReadOnlyList<ServerSpec> _servers;
    private readonly CellTable _table;

    public ScriptsReport(ScriptsOptions options, IReadOnlyList<ServerSpec> servers, IEnumerable<RunResult> results)
    {
        _options = options;
        _shapes = ScriptShapes.ByName(options.Shapes);
        _servers = servers;
        _table = new CellTable(results);
    }

    /// <summary>Replaces the section in a Markdown file.</summary>
    public void Write(string path) => MarkedSection.Write(path, ComparisonReport.Opening, SectionName, Markdown());

    /// <summary>The whole section.</summary>
    public string Markdown() => $"## Scripts\n\n{Method()}\n{Table()}\n{BarTable()}";

    /// <summary>What must be seen of Pkv: its CPU per operation against that of a Redis whose writes are as durable.</summary>
    public IEnumerable<(ScriptShape Shape, Bar Bar)> Bars() =>
        from shape in _shapes
        let name = shape.Traffic.Name
        select (shape, new Bar("CPU per EVALSHA / Redis AOF always", name, TypedShapes.ValueBytes, _options.Pipeline,
            _table.CpuRatio(name, TypedShapes.ValueBytes, _options.Pipeline, "pkv", Reference), shape.RatioMax, IsUpper: true)
        { IsBusy = _table.IsBusy(name, TypedShapes.ValueBytes, _options.Pipeline) });

    private string Method()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            {MachineDescription.LineOfRun()}. {DateTime.UtcNow:yyyy-MM-dd}. `bench -- scripts`: EVALSHA of scripts that declare their keys. Medians of {_options.Rounds} rounds;
            in each round the servers are restarted and take turns at each shape; servers on one core, client on another, {_options.Connections} connections,
            pipeline {_options.Pipeline}, closed loop, {_options.Keys} keys. A window ends after {Units.Text(_options.Window.TotalSeconds, 1)} s; before the first one each server spends {Units.Text(_options.WarmUp.TotalSeconds, 1)} s of CPU
            on every shape (to compile its code), and before its own a quarter of that again.
            Every reply is known in advance and compared. Where a shape has two scripts, an operation is one of them. The client
            {(_options.ClientSpins ? "spins, so that no server pays for waking it" : "sleeps while nothing comes")}. CPU is user + system of the whole server process; "core" is its share of the window.


            """);
        foreach (ServerSpec spec in _servers) text.Append(CultureInfo.InvariantCulture, $"- **{spec.Name}** ({spec.Version()}): {spec.FlagsInReport}\n");
        return text.ToString();
    }

    private string Table()
    {
        StringBuilder text = new("|  | script | server | ops/s | p50 µs | p99 µs | CPU µs/op | (min–max) | core | CPU / redis-aof | ops / redis-aof |\n");
        text.Append("|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (ScriptShape shape in _shapes)
            foreach (ServerSpec spec in _servers)
                if (_table.At(shape.Traffic.Name, TypedShapes.ValueBytes, _options.Pipeline, spec.Name) is { } cell) text.Append(Row(shape, cell));
        return text.ToString();
    }

    private string Row(ScriptShape shape, CellSummary cell)
    {
        (string workload, int size, int pipeline, string server) = cell.Cell;
        return $"| {shape.Letter} | {shape.Traffic.Title} | {server}{(cell.Disturbance.IsBusy ? " " + Bar.Busy : "")} | {Units.Count(cell.Throughput)} | {Units.Microseconds(cell.P50Us)} | {Units.Microseconds(cell.P99Us)} "
            + $"| {CellTable.CpuColumns(cell)} "
            + $"| {Units.Ratio(_table.CpuRatio(workload, size, pipeline, server, Reference))} | {Units.Ratio(_table.ThroughputRatio(workload, size, pipeline, server, Reference))} |\n";
    }

    private string BarTable()
    {
        StringBuilder text = new("| bar | script | measured | must be | holds |\n|---|---|--:|--:|---|\n");
        foreach ((ScriptShape shape, Bar bar) in Bars())
            text.Append(CultureInfo.InvariantCulture, $"| {bar.Measure} | {shape.Letter}: {shape.Traffic.Title} | {bar.Cells} |\n");
        return text.ToString();
    }
}
