using System.Globalization;
using System.Text;
using Pkv.Bench.Report;
using Pkv.Bench.Runs;

namespace Pkv.Bench.Media;

/// <summary>The media experiment as a section of docs/benchmarks.md; medians over rounds.</summary>
internal static class MediaReport
{
    /// <summary>The section's name between its marks.</summary>
    public const string SectionName = "media";

    public static string Markdown(IReadOnlyList<MediaResult> durable, IReadOnlyList<DirtyingResult> dirtying, int rounds)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            ## The `file` medium: three ways to the disk

            {MachineDescription.LineOfRun()}. {DateTime.UtcNow:yyyy-MM-dd}. Medians of {rounds} rounds, methods in rotated order. Each batch is copied into the pool's
            memory (as a receive would) and then made durable before the next; "×4" keeps four batches in flight, each in blocks of its own. Direct writes go by blocks of 4 KiB;
            io_uring writes a registered buffer of huge pages with RWF_DSYNC. "Written before" is a pool that is being reused; "allocated only" is
            fresh from fallocate, where the first write of a block also changes metadata. CPU is this process's (with io_uring's workers), not that
            of the kernel's own threads.

            | blocks | batch | method | MB/s | µs/batch | p50 µs | p99 µs | CPU µs/batch |
            |---|--:|---|--:|--:|--:|--:|--:|

            """);
        foreach (IGrouping<(string PoolState, int BatchBytes, string Method), MediaResult> cell in durable
            .GroupBy(r => (r.PoolState, r.BatchBytes, r.Method)).OrderByDescending(g => g.Key.PoolState).ThenBy(g => g.Key.BatchBytes).ThenBy(g => g.Key.Method))
        {
            double perBatch = Median(cell, r => r.ElapsedNs / 1e3 / r.Batches);
            text.Append(CultureInfo.InvariantCulture, $"| {cell.Key.PoolState} | {Units.Bytes(cell.Key.BatchBytes)} | {cell.Key.Method} | {Units.Text(cell.Key.BatchBytes / perBatch, 1)} | {Units.Microseconds(perBatch)} ")
                .Append(CultureInfo.InvariantCulture, $"| {Units.Microseconds(Median(cell, r => r.P50Ns / 1e3))} | {Units.Microseconds(Median(cell, r => r.P99Ns / 1e3))} | {Units.Microseconds(Median(cell, r => r.CpuNs / 1e3 / r.Batches))} |\n");
        }
        text.Append("\nBefore any sync (`appendfsync everysec` and `no` pay this on the path of a command), 64 KiB at a time:\n\n");
        text.Append("| memory | CPU µs/MiB | wall µs/MiB |\n|---|--:|--:|\n");
        foreach (IGrouping<string, DirtyingResult> cell in dirtying.GroupBy(r => r.Memory))
            text.Append(CultureInfo.InvariantCulture, $"| {cell.Key} | {Units.Microseconds(Median(cell, r => r.CpuUsPerMiB))} | {Units.Microseconds(Median(cell, r => r.ElapsedUsPerMiB))} |\n");
        return text.ToString();
    }

    private static double Median<T>(IEnumerable<T> items, Func<T, double> value) => CellSummary.Median(items.Select(value));
}
