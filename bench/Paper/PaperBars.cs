using Pkv.Bench.Client;
using Pkv.Bench.Report;

namespace Pkv.Bench.Paper;

/// <summary>What Pkv must reach in the paper's evaluation, as far as it was run.</summary>
internal static class PaperBars
{
    private const string Redis = "redis-aof", Pkv = "pkv";

    /// <param name="table">What was measured.</param>
    /// <param name="options">What was to be.</param>
    /// <param name="part">set or ycsb.</param>
    public static IEnumerable<Bar> Of(CellTable table, PaperOptions options, string part) =>
        from pipeline in options.Pipelines
        from bar in part == "set" ? Sets(table, options, pipeline) : Records(table, options, pipeline)
        select bar with { IsBusy = table.IsBusy(bar.Workload, bar.ValueBytes, bar.Pipeline) };

    private static IEnumerable<Bar> Sets(CellTable table, PaperOptions options, int pipeline)
    {
        string set = Verb.Set.Name();
        foreach (int size in options.Sizes)
            // At 4 KiB alone the system calls set the bound; see the limit server's row.
            yield return new Bar("100 % SET: CPU per op, times less than Redis", set, size, pipeline, table.CpuRatio(set, size, pipeline, Redis, Pkv),
                size < 16 << 10 && pipeline == 1 ? 1.5 : 3, IsUpper: false);
    }

    private static IEnumerable<Bar> Records(CellTable table, PaperOptions options, int pipeline)
    {
        const string A = YcsbComparison.WorkloadName;
        foreach (int size in options.Records)
        {
            if (pipeline > 1 || size >= 16 << 10)
                yield return new Bar("YCSB A: throughput, times more than Redis", A, size, pipeline, table.ThroughputRatio(A, size, pipeline, Pkv, Redis), 2, IsUpper: false);
            if (pipeline == 1 && size == 1 << 10)
                yield return new Bar("YCSB A: CPU per op over a server that only answers", A, size, pipeline, table.CpuRatio(A, size, pipeline, Pkv, "limit"), 1.25, IsUpper: true);
        }
    }
}
