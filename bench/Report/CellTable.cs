using Pkv.Bench.Runs;

namespace Pkv.Bench.Report;

/// <summary>All cells of a run by their keys, and the ratios between them.</summary>
internal sealed class CellTable
{
    private readonly Dictionary<CellKey, CellSummary> _cells;

    public CellTable(IEnumerable<RunResult> results) => _cells = results
        .GroupBy(r => r.Cell).ToDictionary(g => g.Key, g => CellSummary.Of([.. g]));

    /// <summary>A cell, or null if it was not measured.</summary>
    public CellSummary? At(string workload, int valueBytes, int pipeline, string server) =>
        _cells.GetValueOrDefault(new CellKey(workload, valueBytes, pipeline, server));

    /// <summary>Whether others disturbed one of the servers that are compared there, so that ratios between them mean nothing.</summary>
    public bool IsBusy(string workload, int valueBytes, int pipeline) => _cells.Values.Any(c =>
        c.Disturbance.IsBusy && c.Cell.Workload == workload && c.Cell.ValueBytes == valueBytes && c.Cell.Pipeline == pipeline);

    /// <summary>CPU per operation of a server over that of another; null if either was not measured.</summary>
    public double? CpuRatio(string workload, int valueBytes, int pipeline, string server, string other) =>
        At(workload, valueBytes, pipeline, server)?.CpuUs / At(workload, valueBytes, pipeline, other)?.CpuUs;

    /// <summary>Throughput of a server over that of another; null if either was not measured.</summary>
    public double? ThroughputRatio(string workload, int valueBytes, int pipeline, string server, string other) =>
        At(workload, valueBytes, pipeline, server)?.Throughput / At(workload, valueBytes, pipeline, other)?.Throughput;

    /// <summary>CPU per operation, its range, and the share of the core, as three columns of a table.</summary>
    public static string CpuColumns(CellSummary cell) =>
        $"**{Units.Microseconds(cell.CpuUs)}** | {Units.Microseconds(cell.CpuUsMin)}–{Units.Microseconds(cell.CpuUsMax)} | {Units.Text(cell.CoreShare * 100, 0)} %";
}
