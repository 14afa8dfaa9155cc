using System.Globalization;
using System.Text;
using Pkv.Bench.Report;
using Pkv.Bench.Runs;

namespace Pkv.Bench.Faults;

/// <summary>A run of <c>faults</c> as a section of docs/zio.md; medians over rounds.</summary>
internal static class FaultsReport
{
    /// <summary>The section's name between its marks.</summary>
    public const string SectionName = "faults";

    // In the order of the table: name in zio/faults/facts.c, what was tried, what answers.
    private static readonly (string Name, string Tried, string Answerer)[] s_facts =
    [
        ("handler-write", "`write` from an empty page", "thread"), ("sigbus-write", "`write` from an empty page", "itself, on SIGBUS"),
        ("handler-read", "`read` into a part of an empty page", "thread"), ("sigbus-read", "`read` into a part of an empty page", "itself, on SIGBUS"),
        ("sigbus-touch", "a touch", "itself, on SIGBUS"), ("sigbus-blocked", "a touch while the program blocks SIGBUS", "itself, on SIGBUS"),
        ("copy-unaligned", "`UFFDIO_COPY` from the middle of a page", "–"), ("move-aligned", "`UFFDIO_MOVE` of a page", "–"),
        ("move-unaligned", "`UFFDIO_MOVE` from the middle of a page", "–"), ("move-shared", "`UFFDIO_MOVE` of a page that a forked child has as well", "–"),
        ("continue-private", "registering private anonymous memory for `UFFDIO_CONTINUE`", "–"),
    ];

    public static string Yardstick(bool inCache) => inCache ? "`memcpy`, in cache" : "`memcpy`, out of cache";

    public static string Column(int number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Column(string tracker, int ranges) => $"{tracker}, {ranges}";

    public static string Markdown(FaultsOptions options, FaultsRun run)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            ## What a fault costs

            {MachineDescription.LineOfRun()}. {DateTime.UtcNow:yyyy-MM-dd}. `bench -- faults --rounds {options.Rounds} --times {options.Times}`.
            Medians of {options.Rounds} rounds of {options.Times} faults (fewer if each fills many pages), microseconds each. A single-threaded program writes to
            an empty page and gets it and its neighbors, {string.Join(" or ", options.Pages)} pages in all, then writes to those; their content is out of cache. CPU is that of the whole
            process. "Again" is the cost of writing to all of the memory that held the content, as the next receive does.


            """);
        foreach (string obstacle in run.Obstacles) text.Append(CultureInfo.InvariantCulture, $"{obstacle}\n\n");
        text.Append(FaultTable(options, run));
        if (run.Facts.Count > 0) text.Append("\n### What holds and what does not\n\n").Append(FactTable(run));
        text.Append("\n## What the pieces cost\n\nMicroseconds, measured separately; alternating buffers of private anonymous memory.\n\n").Append(PieceTable(options, run));
        text.Append(CultureInfo.InvariantCulture, $"""

            ## What tracking costs

            Nanoseconds for each lookup, random ranges of 512 KiB, all three structures in C# in one thread and without a lock: the page
            table has libzio's layout, the tree is .NET's `SortedSet`, the array uses binary search.


            """);
        return text.Append(TrackingTable(options, run)).ToString();
    }

    private static string FaultTable(FaultsOptions options, FaultsRun run)
    {
        StringBuilder text = new("| content by | answered by |");
        foreach (int pages in options.Pages)
            text.Append(CultureInfo.InvariantCulture, $" {(pages == 1 ? "1 page" : $"{pages} pages")} | CPU | again |");
        text.Append("\n|---|---|").Insert(text.Length, "--:|--:|--:|", options.Pages.Count).Append('\n');
        foreach (bool inCache in (bool[])[true, false])
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Yardstick(inCache)} | – |");
            foreach (int pages in options.Pages)
                text.Append(CultureInfo.InvariantCulture, $" {Us(Median(run.Yardsticks, Yardstick(inCache), Column(pages)))} | – | – |");
            text.Append('\n');
        }
        foreach (FaultWay way in run.Faults.Select(f => f.Way).Distinct().OrderBy(w => w.Name.StartsWith("plain", StringComparison.Ordinal) ? 0 : 1).ThenBy(w => w.Handler).ThenBy(w => w.Name))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {way.Title} | {way.Answerer} |");
            foreach (int pages in options.Pages)
            {
                List<FaultResult> cell = [.. run.Faults.Where(f => f.Way == way && f.Pages == pages)];
                text.Append(CultureInfo.InvariantCulture, $" **{Us(Median(cell.Select(f => f.WallNs)))}** | {Us(Median(cell.Select(f => f.CpuNs)))} | {Us(Median(cell.Where(f => f.AgainNs != null).Select(f => f.AgainNs!.Value)))} |");
            }
            text.Append('\n');
        }
        return text.ToString();
    }

    private static string FactTable(FaultsRun run)
    {
        StringBuilder text = new("| tried | faults are answered by | result |\n|---|---|---|\n");
        foreach ((string name, string tried, string answerer) in s_facts)
            if (run.Facts.TryGetValue(name, out string? result)) text.Append(CultureInfo.InvariantCulture, $"| {tried} | {answerer} | {result} |\n");
        return text.ToString();
    }

    private static string PieceTable(FaultsOptions options, FaultsRun run)
    {
        StringBuilder text = new("| |");
        foreach (int bytes in options.Sizes) text.Append(CultureInfo.InvariantCulture, $" {Units.Bytes(bytes)} |");
        text.Append("\n|---|").Insert(text.Length, "--:|", options.Sizes.Count).Append('\n');
        foreach (string title in run.Pieces.Select(p => p.Title).Distinct())
        {
            text.Append(CultureInfo.InvariantCulture, $"| {title} |");
            foreach (int bytes in options.Sizes) text.Append(CultureInfo.InvariantCulture, $" {Us(Median(run.Pieces, title, Column(bytes)))} |");
            text.Append('\n');
        }
        return text.ToString();
    }

    private static string TrackingTable(FaultsOptions options, FaultsRun run)
    {
        List<string> trackers = [.. run.Tracking.Select(t => t.Column[..t.Column.LastIndexOf(", ", StringComparison.Ordinal)]).Distinct()];
        StringBuilder text = new("| question | live ranges |");
        foreach (string tracker in trackers) text.Append(CultureInfo.InvariantCulture, $" {tracker} |");
        text.Append("\n|---|--:|").Insert(text.Length, "--:|", trackers.Count).Append('\n');
        foreach (string question in run.Tracking.Select(t => t.Title).Distinct())
            foreach (int ranges in options.Ranges)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {question} | {ranges} |");
                foreach (string tracker in trackers)
                    text.Append(CultureInfo.InvariantCulture, $" {(Median(run.Tracking, question, Column(tracker, ranges)) is { } ns ? Units.Text(ns, ns < 100 ? 1 : 0) : "–")} |");
                text.Append('\n');
            }
        return text.ToString();
    }

    private static double? Median(IEnumerable<FigureResult> results, string title, string column) =>
        Median(results.Where(r => r.Title == title && r.Column == column).Select(r => r.Nanoseconds));

    private static double? Median(IEnumerable<double> values) => values.ToArray() is { Length: > 0 } some ? CellSummary.Median(some) : null;

    private static string Us(double? nanoseconds) => nanoseconds is { } ns ? Units.Microseconds(ns / 1e3) : "–";
}
