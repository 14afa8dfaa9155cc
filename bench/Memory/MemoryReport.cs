using System.Globalization;
using System.Text;
using Pkv.Bench.Report;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Memory;

/// <summary>A run of <c>memory</c> as Markdown: what the data take, and the bars.</summary>
internal sealed class MemoryReport(IReadOnlyList<ServerSpec> servers, IReadOnlyList<MemoryResult> results)
{
    private const string SectionName = "memory";
    private const double MiB = 1 << 20;

    /// <summary>Replaces the section in a Markdown file.</summary>
    public void Write(string path) => MarkedSection.Write(path, ComparisonReport.Opening, SectionName, Markdown());

    /// <summary>The whole section.</summary>
    public string Markdown()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            ## Memory

            {MachineDescription.LineOfRun()}. {DateTime.UtcNow:yyyy-MM-dd}. Each server is restarted and filled; DRAM is what the kernel
            counts as resident in its process minus shared memory, which holds Pkv's pool ("pool" is what
            records take of it). "each" is the growth divided by the number of elements. Afterwards Pkv runs one full garbage collection.


            """);
        foreach (ServerSpec spec in servers) text.Append(CultureInfo.InvariantCulture, $"- **{spec.Name}** ({spec.Version()}): {spec.FlagsInReport}\n");
        text.Append("\n| data | server | DRAM empty, MiB | DRAM filled, MiB | each, B | / redis | pool, MiB | managed heap, MiB | full collections | longest, ms |\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (MemoryResult result in results) text.Append(Row(result));
        text.Append("\n| bar | data | measured | must be | holds |\n|---|---|--:|--:|---|\n");
        foreach ((MemoryDataSet data, Bar bar) in Bars()) text.Append(CultureInfo.InvariantCulture, $"| {bar.Measure} | {data.Title} | {bar.Cells} |\n");
        return text.ToString();
    }

    /// <summary>What must be seen of Pkv.</summary>
    public IEnumerable<(MemoryDataSet Data, Bar Bar)> Bars()
    {
        foreach (MemoryResult pkv in results.Where(r => r.Server == "pkv"))
        {
            yield return (pkv.Data, Upper("DRAM / Redis", RatioToRedis(pkv), 1.3));
            yield return (pkv.Data, Upper("longest full collection, ms", pkv.Heap?.LongestFullUs / 1000, 10));
        }

        static Bar Upper(string measure, double? measured, double most) => new(measure, SectionName, 0, 0, measured, most, IsUpper: true);
    }

    private string Row(MemoryResult result)
    {
        string heap = result.Heap is { } h ? $"{Units.Text(h.Bytes / MiB, 1)} | {Units.Text(h.FullCollections, 0)} | {Units.Text(h.LongestFullUs / 1000, 2)}" : "| |";
        return $"| {result.Data.Title} | {result.Server} | {Units.Text(result.Empty.Own / MiB, 1)} | {Units.Text(result.Filled.Own / MiB, 1)} | {Units.Text(result.BytesEach, 1)} "
            + $"| {Units.Ratio(RatioToRedis(result))} | {(result.Heap is { } pool ? Units.Text(pool.PoolBytes / MiB, 0) : "")} | {heap} |\n";
    }

    // All that the process has, not only what the data added: an empty server counts too.
    private double? RatioToRedis(MemoryResult result) =>
        results.FirstOrDefault(r => r.Server == "redis" && r.Data == result.Data) is { } redis ? (double)result.Filled.Own / redis.Filled.Own : null;
}
