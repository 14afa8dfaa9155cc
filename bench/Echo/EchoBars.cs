using Pkv.Bench.Report;

namespace Pkv.Bench.Echo;

/// <summary>What the project asks of libzio, for one of its engines, as far as the cells were run.</summary>
internal static class EchoBars
{
    private const int Large = 512 << 10, ThresholdBytes = 16 << 10;

    /// <summary>The bars as a Markdown table.</summary>
    public static string Markdown(EchoTable table, EchoOptions options, EchoSystem system)
    {
        IEnumerable<string> rows = Of(table, options, system).Select(bar => $"| {bar.Measure} | {bar.Cells} |\n");
        return "| bar | measured | must be | holds |\n|---|--:|--:|---|\n" + string.Concat(rows);
    }

    /// <summary>All of them; where a bar is over several cells, the worst of them is the measured figure.</summary>
    public static IEnumerable<Bar> Of(EchoTable table, EchoOptions options, EchoSystem system)
    {
        EchoCell twelve = new(Large, 12, 0), five = new(Large, 5, 0), none = new(Large, 0, 0);
        yield return AtLeast("throughput, 512 KiB, 12 copies, against Linux", table.ThroughputGain(system, twelve), 3.8);
        yield return AtLeast("CPU, 512 KiB, 12 copies, times less than Linux", table.CpuGain(system, twelve), 3.8);
        yield return AtMost("CPU, 512 KiB, 5 copies, over Linux with no copies",
            table.At(system, five)?.CpuUs / table.At(EchoSystem.ByName(EchoSystem.Linux), none)?.CpuUs, 1.1);
        yield return AtMost("CPU, 16 KiB and below, over Linux, the worst",
            Worst(table, system, options.Cells().Where(c => c.SizeBytes <= ThresholdBytes)), 1.02);
        yield return AtMost("CPU, 2 touched pages, over Linux, the worst",
            Worst(table, system, options.Cells().Where(c => c.Touches == 2)), 1.0);
    }

    private static double? Worst(EchoTable table, EchoSystem system, IEnumerable<EchoCell> cells) =>
        cells.Select(cell => 1 / table.CpuGain(system, cell)).DefaultIfEmpty(null).Max();

    private static Bar AtLeast(string measure, double? measured, double least) => new(measure, "echo", 0, 1, measured, least, IsUpper: false);

    private static Bar AtMost(string measure, double? measured, double most) => new(measure, "echo", 0, 1, measured, most, IsUpper: true);
}
