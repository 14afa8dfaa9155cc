using System.Globalization;
using System.Text;
using Pkv.Bench.Report;
using Pkv.Bench.Runs;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Disk;

/// <summary>The run on a disk as a section of docs/benchmarks.md; medians over rounds.</summary>
internal static class DiskReport
{
    /// <summary>The section's name between its marks.</summary>
    public const string SectionName = "disk";

    public static string Markdown(DiskOptions options, IReadOnlyList<ServerSpec> servers, IReadOnlyList<DiskResult> results)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            ## SET on a disk: `file` against the AOF

            {MachineDescription.LineOfRun()}; {DeviceFlushes.TypeOf(options.Directory)}. {DateTime.UtcNow:yyyy-MM-dd}. `bench -- disk --rounds {options.Rounds} --seconds {Units.Text(options.Window.TotalSeconds, 1)}`.
            Medians of {options.Rounds} rounds, every server restarted for each value size, in rotated order; server on one core, client on another (spinning),
            closed loop, at most {Units.Bytes(options.VolumeBytes)} a window. "×" is to Redis with the same policy: throughput (more is better) and CPU (less is
            better). Flushes are those that the device completed for any process; syncs are Pkv's own count. The machine is a
            virtual one that shares its disk and cores with others: read ratios, and trust medians more than tails.


            """);
        foreach (ServerSpec spec in servers) text.Append(CultureInfo.InvariantCulture, $"- **{spec.Name}** ({spec.Version()}): {spec.FlagsInReport}\n");
        foreach (int pipeline in options.Pipelines)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### Pipeline {pipeline}\n\n| value | clients | server | ops/s | × | p50 µs | p99 µs | p99.9 µs | CPU µs/op | × | ops/flush | ops/sync |\n");
            text.Append("|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
            foreach (int size in options.Sizes)
                foreach (int connections in options.Connections)
                    foreach (ServerSpec spec in servers)
                        text.Append(Row(results, spec.Name, size, connections, pipeline));
        }
        return text.ToString();
    }

    private static string Row(IReadOnlyList<DiskResult> results, string server, int size, int connections, int pipeline)
    {
        List<DiskResult> Cell(string name) =>
            [.. results.Where(r => r.Server == name && r.ValueBytes == size && r.Connections == connections && r.Pipeline == pipeline)];
        static double Ops(List<DiskResult> cell) => CellSummary.Median(cell.Select(r => r.Load.Throughput));
        static double Cpu(List<DiskResult> cell) => CellSummary.Median(cell.Select(r => r.ServerCpuNs / 1e3 / r.Load.Operations));
        List<DiskResult> own = Cell(server);
        if (own.Count == 0) return "";
        List<DiskResult> peer = server.StartsWith("pkv-", StringComparison.Ordinal) ? Cell("redis-" + server[4..].Replace(ServerCatalog.ReadySuffix, "", StringComparison.Ordinal)) : [];
        string throughputRatio = peer.Count == 0 ? "" : Units.Ratio(Ops(own) / Ops(peer)), cpuRatio = peer.Count == 0 ? "" : Units.Ratio(Cpu(own) / Cpu(peer));
        return $"| {Units.Bytes(size)} | {connections} | {server} | {Units.Count(Ops(own))} | {throughputRatio} | {Us(own, r => r.Load.P50Ns)} | {Us(own, r => r.Load.P99Ns)} | {Us(own, r => r.Load.P999Ns)} "
            + $"| **{Units.Microseconds(Cpu(own))}** | {cpuRatio} | {Per(own, r => r.Flushes)} | {Per(own, r => r.Syncs)} |\n";
    }

    private static string Us(List<DiskResult> cell, Func<DiskResult, long> nanoseconds) =>
        Units.Microseconds(CellSummary.Median(cell.Select(r => nanoseconds(r) / 1e3)));

    private static string Per(List<DiskResult> cell, Func<DiskResult, long?> count) =>
        cell.Any(r => count(r) is null or 0) ? "–" : Units.Text(CellSummary.Median(cell.Select(r => (double)r.Load.Operations / count(r)!.Value)), 1);
}
