using System.Text;
using Pkv.Bench.Client;

namespace Pkv.Bench.Report;

/// <summary>
/// The project's own bars for Pkv on the dram medium with one I/O thread. Where the wording names a pipeline only for
/// some sizes, every pipeline measured is held against the bar.
/// </summary>
internal static class Bars
{
    private const int KiB = 1024;

    private static readonly string Set = Verb.Set.Name(), Get = Verb.Get.Name();

    /// <summary>All bars that concern a verb at the sizes and pipelines that were run.</summary>
    public static IEnumerable<Bar> Of(CellTable table, Verb verb, IReadOnlyList<int> sizes, IReadOnlyList<int> pipelines) =>
        from size in sizes
        from pipeline in pipelines
        from bar in verb switch
        {
            Verb.Set => SetBars(table, size, pipeline),
            Verb.Get => GetBars(table, size, pipeline),
            _ => [],
        }
        select bar with { IsBusy = table.IsBusy(bar.Workload, bar.ValueBytes, bar.Pipeline) };

    /// <summary>The bars as a Markdown table; empty if there are none.</summary>
    public static string Markdown(IEnumerable<Bar> bars)
    {
        StringBuilder text = new();
        foreach (Bar bar in bars)
            text.Append($"| {bar.Measure} | {Units.Bytes(bar.ValueBytes)} | {bar.Pipeline} | {bar.Cells} |\n");
        return text.Length == 0 ? "" : "| bar | value | pipeline | measured | must be | holds |\n|---|--:|--:|--:|--:|---|\n" + text;
    }

    private static IEnumerable<Bar> SetBars(CellTable table, int size, int pipeline)
    {
        double? limitCpu = table.CpuRatio(Set, size, pipeline, "pkv", "limit");
        if (size >= 4 * KiB) yield return Upper("CPU per op / limit", limitCpu, 1.25);
        else if (pipeline == 32) yield return Upper("CPU per op / limit", limitCpu, 2.0);
        yield return new Bar("throughput / limit", Set, size, pipeline,
            table.ThroughputRatio(Set, size, pipeline, "pkv", "limit"), 0.85, IsUpper: false);
        // Beside the bar, not in place of it: what the same figure is against a bound that has to keep its bytes.
        if (size >= 4 * KiB && table.CpuRatio(Set, size, pipeline, "pkv", "limit-log") is { } walking)
            yield return Upper("(CPU per op / limit-log)", walking, 1.25);
        double? redisBound = size switch
        {
            >= 64 * KiB => 0.5,
            >= 4 * KiB => 0.85,
            _ => pipeline == 32 ? 0.35 : null,
        };
        if (redisBound is { } bound) yield return Upper("CPU per op / Redis AOF always", table.CpuRatio(Set, size, pipeline, "pkv", "redis-aof"), bound);
        if (size == 64 * KiB) yield return Upper("bytes moved per SET", table.At(Set, size, pipeline, "pkv")?.Counters?.Moved, 1023);

        Bar Upper(string measure, double? measured, double most) => new(measure, Set, size, pipeline, measured, most, IsUpper: true);
    }

    private static IEnumerable<Bar> GetBars(CellTable table, int size, int pipeline)
    {
        double? bound = (size, pipeline) switch { (64, 32) => 0.4, (64 * KiB, _) => 0.9, _ => null };
        if (bound is { } most)
            yield return new Bar("CPU per op / Redis", Get, size, pipeline, table.CpuRatio(Get, size, pipeline, "pkv", "redis"), most, IsUpper: true);
    }
}
