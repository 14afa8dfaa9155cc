using System.Globalization;
using System.Text;
using Pkv.Bench.Report;

namespace Pkv.Bench.Echo;

/// <summary>A run of the echo server as a section of docs/zio.md with its plots.</summary>
internal sealed class EchoReport
{
    /// <summary>The section's name between its marks.</summary>
    public const string SectionName = "echo";

    private readonly EchoOptions _options;
    private readonly EchoTable _table;

    public EchoReport(EchoOptions options, IEnumerable<EchoResult> results)
    {
        _options = options;
        _table = new EchoTable(results);
    }

    private IEnumerable<EchoCell> Untouched => _options.Cells().Where(c => c.Touches == 0);

    private IEnumerable<EchoCell> Touched => _options.Cells().Where(c => c.Touches > 0);

    private IEnumerable<EchoSystem> Preloaded => _options.Systems.Where(s => s.IsPreloaded);

    /// <summary>Replaces the section in a Markdown file and the plots beside it.</summary>
    public void Write(string path, string opening)
    {
        MarkedSection.Write(path, opening, SectionName, Markdown(withPlots: true));
        string plots = Path.Combine(Path.GetDirectoryName(path)!, "plots");
        Directory.CreateDirectory(plots);
        if (CopiesPlot() is { } copies) File.WriteAllText(Path.Combine(plots, "zio-copies.svg"), copies);
        if (TouchesPlot() is { } touches) File.WriteAllText(Path.Combine(plots, "zio-touches.svg"), touches);
    }

    /// <summary>The section.</summary>
    public string Markdown(bool withPlots)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            ## Echo server

            {MachineDescription.LineOfRun()}. {DateTime.UtcNow:yyyy-MM-dd}. `bench -- echo --rounds {_options.Rounds} --seconds {Units.Text(_options.Window.TotalSeconds, 2)}`.
            Medians of {_options.Rounds} rounds, the systems in rotated order, each server restarted and warmed up; server on one core, client on
            another (spinning), {_options.Connections} connections, a closed loop of one message on each, every connection with its own buffers. CPU is
            user + system of the whole server process, including the library's threads; in brackets how many times less than
            Linux. Throughput in messages per second; in brackets how many times more. During the warm-up every reply is compared byte for
            byte, afterwards one in {_options.VerifyEvery}; the client's kernel drops the others without a copy, so that the client is not the bottleneck.
            "bound" makes no copies at all, whatever the column says, and always uses the most recently used buffer. "elided" is the share of
            large copies that libzio avoided.


            """);
        foreach (EchoSystem system in Preloaded)
            text.Append(CultureInfo.InvariantCulture, $"### Bars: {system.Title}\n\n{EchoBars.Markdown(_table, _options, system)}\n");
        text.Append(CultureInfo.InvariantCulture, $"### Copies, no page touched\n\n{(withPlots ? "![CPU per message over copies](plots/zio-copies.svg)\n\n" : "")}{Table(Untouched)}\n");
        if (Touched.Any())
            text.Append(CultureInfo.InvariantCulture, $"### Touched pages\n\n{(withPlots ? "![CPU per message over touched pages](plots/zio-touches.svg)\n\n" : "")}{Table(Touched)}\n");
        return text.ToString();
    }

    private string Table(IEnumerable<EchoCell> cells)
    {
        StringBuilder text = new("| message | copies | touches |");
        foreach (EchoSystem system in _options.Systems) text.Append(CultureInfo.InvariantCulture, $" {system.Name} CPU µs |");
        foreach (EchoSystem system in _options.Systems) text.Append(CultureInfo.InvariantCulture, $" {system.Name} msg/s |");
        foreach (EchoSystem system in Preloaded) text.Append(CultureInfo.InvariantCulture, $" {system.Name} elided |");
        text.Append("\n|--:|--:|--:|").Insert(text.Length, "--:|", 2 * _options.Systems.Count + Preloaded.Count()).Append('\n');
        foreach (EchoCell cell in cells)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Units.Bytes(cell.SizeBytes)} | {cell.Copies} | {cell.Touches} |");
            foreach (EchoSystem system in _options.Systems) text.Append(Cell(system, _table.At(system, cell)?.CpuUs, Units.Microseconds, _table.CpuGain(system, cell)));
            foreach (EchoSystem system in _options.Systems) text.Append(Cell(system, _table.At(system, cell)?.Throughput, Units.Count, _table.ThroughputGain(system, cell)));
            foreach (EchoSystem system in Preloaded) text.Append(_table.At(system, cell)?.ElidedShare is { } share ? $" {Units.Text(share * 100, 0)} % |" : " – |");
            text.Append('\n');
        }
        return text.ToString();
    }

    private static string Cell(EchoSystem system, double? value, Func<double, string> format, double? gain) =>
        value is not { } figure ? " – |"
        : system.Name == EchoSystem.Linux || gain == null ? $" {format(figure)} |"
        : $" {format(figure)} ({Units.Ratio(gain)}) |";

    private const string CpuAxis = "server CPU, µs per message";

    private string? CopiesPlot()
    {
        if (_options.Copies.Count < 2) return null;
        LinePlot plot = new("CPU per message, no page touched", "copies", [.. _options.Copies.Select(c => (double)c).Order()]);
        foreach (int size in Panels(_options.Sizes))
            plot.AddPanel($"{Units.Bytes(size)}", CpuAxis, 0, Curves(_options.Copies.Order(), copies => new EchoCell(size, copies, 0)));
        return plot.Svg();
    }

    private string? TouchesPlot()
    {
        if (_options.Touches.Count < 2 || !Touched.Any()) return null;
        LinePlot plot = new("CPU per message, with touched pages", "touched pages", [.. _options.Touches.Select(t => (double)t).Order()]);
        foreach (int size in _options.TouchedSizes())
            foreach (int copies in _options.TouchedCopies())
                plot.AddPanel($"{Units.Bytes(size)}, {copies} copies", CpuAxis, 0, Curves(_options.Touches.Order(), touches => new EchoCell(size, copies, touches)));
        return plot.Svg();
    }

    // The smallest that the library elides at all, one between, the largest.
    private static IEnumerable<int> Panels(IReadOnlyList<int> sizes) => sizes.Order().Where(s => s >= 32 << 10) is var large && large.Count() > 3
        ? [large.First(), large.ElementAt(large.Count() / 2), large.Last()] : sizes.Order();

    private LinePlot.Curve[] Curves(IEnumerable<int> axis, Func<int, EchoCell> cell) =>
    [
        .. _options.Systems.Select(system => LinePlot.Curve.Of(system.Title, SeriesColours.OfServer(system.Name),
            [.. axis.Where(x => _table.At(system, cell(x)) != null).Select(x => ((double)x, _table.At(system, cell(x))!.CpuUsRange))], !system.IsBound)),
    ];
}
