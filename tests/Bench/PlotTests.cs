using System.Globalization;
using System.Xml.Linq;
using Pkv.Bench.Echo;
using Pkv.Bench.Servers;
using Pkv.Figures;
using Xunit;

namespace Pkv.Tests.Bench;

/// <summary>What every drawing must hold to: colours, titles of axes, whiskers.</summary>
public sealed class PlotTests
{
    [Fact]
    public void A_bar_plot_is_well_formed_xml_with_a_bar_for_each_value()
    {
        BarPlot plot = new("CPU & time <µs>", "CPU <µs>", "size & more", [new("a", "#111111"), new("b", "#222222")], ["64 B", "4 KiB"]);
        plot.AddPanel("pipeline 1", new PlotValue?[,] { { Once(0.25), Once(10) }, { null, Once(1000) } });
        Assert.Equal(3, All(plot, "title").Length);
    }

    [Fact]
    public void Every_server_and_system_has_a_colour_of_its_own()
    {
        string[] names = [.. new ServerCatalog(null, ServerCatalog.LimitReceiveBytesDefault).All.Select(s => s.Name), .. EchoSystem.All.Select(s => s.Name)];
        string[] colours = [.. names.Select(SeriesColours.OfServer)];
        Assert.DoesNotContain(SeriesColours.Unknown, colours);
        Assert.Equal(names.Length, colours.Distinct().Count());
        Assert.Empty(colours.Intersect(Enumerable.Range(0, 8).Select(SeriesColours.Other)));
    }

    [Fact]
    public void A_server_keeps_its_colour_whatever_is_drawn_beside_it()
    {
        ServerCatalog catalog = new(null, ServerCatalog.LimitReceiveBytesDefault);
        foreach (string[] names in new string[][] { ["redis-aof", "redis", "garnet", "pkv", "pkv-flush", "limit", "limit-log"], ["pkv", "limit-log"], ["limit-log", "pkv"] })
        {
            BarPlot plot = new("t", "v", "g", [.. names.Select(n => catalog.ByName(n).PlotSeries)], ["64 B"]);
            PlotValue?[,] values = new PlotValue?[1, names.Length];
            for (int i = 0; i < names.Length; i++) values[0, i] = Once(i + 1);
            plot.AddPanel("p", values);
            XElement[] bars = [.. All(plot, "rect").Where(r => r.Elements().Any())];
            Assert.Equal(names.Select(SeriesColours.OfServer), bars.Select(b => (string)b.Attribute("fill")!));
        }
    }

    [Fact]
    public void Axes_have_titles_and_only_a_logarithmic_one_is_called_that()
    {
        BarPlot bars = new("t", "µs per operation", "value size", [new("a", "#111111")], ["64 B"]);
        bars.AddPanel("p", new PlotValue?[,] { { Once(1) } });
        Assert.Superset(new HashSet<string> { "µs per operation, logarithmic", "value size" }, Texts(bars));
        LinePlot lines = new("t", "copies", [0, 1]);
        lines.AddPanel("p", "µs per message", 1, new LinePlot.Curve("a", "#111111", [(0, 1), (1, 2)], IsMeasured: true));
        Assert.Superset(new HashSet<string> { "µs per message", "copies" }, Texts(lines));
        Assert.DoesNotContain(Texts(lines), text => text.Contains("logarithmic", StringComparison.Ordinal));
    }

    [Fact]
    public void Whiskers_of_bars_reach_from_the_smallest_to_the_largest()
    {
        BarPlot plot = new("t", "v", "g", [new("a", "#111111"), new("b", "#222222")], ["64 B"]);
        plot.AddPanel("p", new PlotValue?[,] { { new PlotValue(10, 1, 100), Once(100) } });
        XElement whisker = Assert.Single(All(plot, "path"));
        XElement[] bars = [.. All(plot, "rect").Where(r => r.Elements().Any())];
        double middle = Number(bars[0], "y"), top = Number(bars[1], "y");
        // A decade up and a decade down from the median; the largest is as high as the other bar.
        Assert.Equal([2 * middle - top, top], Ends(whisker), Nearly);
        Assert.Contains(Texts(plot), text => text.StartsWith("Whiskers:", StringComparison.Ordinal));
    }

    [Fact]
    public void Whiskers_of_curves_reach_from_the_smallest_to_the_largest_and_fit_into_the_panel()
    {
        LinePlot plot = new("t", "x", [0, 1, 2]);
        plot.AddPanel("p", "v", 1, LinePlot.Curve.Of("a", "#111111", [(0, Once(1)), (1, new PlotValue(2, 1, 9)), (2, Once(9))]));
        double[] heights = [.. All(plot, "circle").Select(c => Number(c, "cy"))];
        Assert.Equal([heights[0], heights[2]], Ends(Assert.Single(All(plot, "path"))), Nearly);
    }

    [Fact]
    public void After_one_round_there_are_no_whiskers_and_nothing_is_said_of_them()
    {
        BarPlot plot = new("t", "v", "g", [new("a", "#111111")], ["64 B"]);
        plot.AddPanel("p", new PlotValue?[,] { { Once(10) } });
        Assert.Empty(All(plot, "path"));
        Assert.DoesNotContain(Texts(plot), text => text.StartsWith("Whiskers:", StringComparison.Ordinal));
    }

    private static PlotValue Once(double value) => new(value, value, value);

    private static XElement[] All(SvgPlot plot, string element) => [.. XDocument.Parse(plot.Svg()).Descendants().Where(e => e.Name.LocalName == element)];

    private static HashSet<string> Texts(SvgPlot plot) => [.. All(plot, "text").Select(t => t.Value)];

    private static double Number(XElement element, string attribute) => double.Parse((string)element.Attribute(attribute)!, CultureInfo.InvariantCulture);

    // "M x low V high ...".
    private static double[] Ends(XElement whisker)
    {
        string[] words = ((string)whisker.Attribute("d")!).Split(' ');
        return [double.Parse(words[2], CultureInfo.InvariantCulture), double.Parse(words[4], CultureInfo.InvariantCulture)];
    }

    // Coordinates are written with one decimal.
    private static bool Nearly(double expected, double actual) => Math.Abs(expected - actual) < 0.25;
}
