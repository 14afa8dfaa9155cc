using System.Globalization;
using System.Text;

namespace Pkv.Bench.Report;

/// <summary>
/// A small grouped bar chart as SVG text, one panel per pipeline, logarithmic: sizes span four decades, and equal
/// ratios are equal heights. Drawn by hand, so that a document needs nothing to be built.
/// </summary>
internal sealed class BarPlot
{
    private const int PanelWidth = 430, PanelHeight = 190, Left = 52, Top = 58, Gap = 56, Bottom = 34;
    private static readonly string[] Colours = ["#c0392b", "#e59866", "#8e44ad", "#1f77b4", "#7f8c8d", "#bdc3c7"];

    private readonly string _title;
    private readonly IReadOnlyList<string> _series;
    private readonly IReadOnlyList<string> _groups;
    private readonly List<(string Title, double?[,] Values)> _panels = [];

    /// <param name="title">Drawn at the top, with the unit.</param>
    /// <param name="series">Legend texts: one bar in every group.</param>
    /// <param name="groups">Labels under the groups.</param>
    public BarPlot(string title, IReadOnlyList<string> series, IReadOnlyList<string> groups)
    {
        _title = title;
        _series = series;
        _groups = groups;
    }

    /// <summary>Adds a panel; <paramref name="values"/> is [group, series], null where nothing was measured.</summary>
    public void AddPanel(string title, double?[,] values) => _panels.Add((title, values));

    /// <summary>The whole drawing.</summary>
    public string Svg()
    {
        int width = _panels.Count * (PanelWidth + Gap) + 24;
        int height = Top + PanelHeight + Bottom;
        StringBuilder svg = new();
        svg.Append(F($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" font-family=\"sans-serif\" font-size=\"11\">\n"));
        svg.Append(F($"<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n<text x=\"12\" y=\"18\" font-size=\"14\" font-weight=\"bold\">{Escape(_title)}</text>\n"));
        for (int i = 0, x = 12; i < _series.Count; x += 34 + 6 * _series[i].Length, i++)
            svg.Append(F($"<rect x=\"{x}\" y=\"27\" width=\"10\" height=\"10\" fill=\"{Colours[i % Colours.Length]}\"/><text x=\"{x + 14}\" y=\"36\">{Escape(_series[i])}</text>\n"));
        (int low, int high) = Decades();
        for (int i = 0; i < _panels.Count; i++) DrawPanel(svg, Left + i * (PanelWidth + Gap), _panels[i].Title, _panels[i].Values, low, high);
        return svg.Append("</svg>\n").ToString();
    }

    private (int Low, int High) Decades()
    {
        double[] values = [.. _panels.SelectMany(p => p.Values.Cast<double?>()).Where(v => v > 0).Select(v => v!.Value)];
        if (values.Length == 0) return (0, 1);
        int low = (int)Math.Floor(Math.Log10(values.Min()) - 0.05);
        return (low, Math.Max(low + 1, (int)Math.Ceiling(Math.Log10(values.Max()))));
    }

    private void DrawPanel(StringBuilder svg, int left, string title, double?[,] values, int low, int high)
    {
        double perDecade = (double)PanelHeight / (high - low);
        int floor = Top + PanelHeight;
        svg.Append(F($"<text x=\"{left + PanelWidth / 2}\" y=\"{Top - 6}\" text-anchor=\"middle\">{Escape(title)}</text>\n"));
        for (int decade = low; decade <= high; decade++)
        {
            double y = floor - (decade - low) * perDecade;
            svg.Append(F($"<line x1=\"{left}\" x2=\"{left + PanelWidth}\" y1=\"{y:F1}\" y2=\"{y:F1}\" stroke=\"#ddd\"/><text x=\"{left - 5}\" y=\"{y + 4:F1}\" text-anchor=\"end\">{Label(decade)}</text>\n"));
        }
        double groupWidth = (double)PanelWidth / _groups.Count;
        double barWidth = groupWidth * 0.82 / _series.Count;
        for (int group = 0; group < _groups.Count; group++)
        {
            double start = left + group * groupWidth + groupWidth * 0.09;
            for (int i = 0; i < _series.Count; i++)
            {
                if (values[group, i] is not > 0) continue;
                double value = values[group, i]!.Value;
                double height = Math.Max(1, (Math.Log10(value) - low) * perDecade);
                svg.Append(F($"<rect x=\"{start + i * barWidth:F1}\" y=\"{floor - height:F1}\" width=\"{barWidth * 0.94:F1}\" height=\"{height:F1}\" fill=\"{Colours[i % Colours.Length]}\"><title>{Escape(_series[i])}: {Units.Text(value, value < 10 ? 3 : 0)}</title></rect>\n"));
            }
            svg.Append(F($"<text x=\"{left + (group + 0.5) * groupWidth:F1}\" y=\"{floor + 16}\" text-anchor=\"middle\">{Escape(_groups[group])}</text>\n"));
        }
    }

    private static string Label(int decade) => decade switch
    {
        >= 6 => Units.Text(Math.Pow(10, decade - 6), 0) + "M",
        >= 3 => Units.Text(Math.Pow(10, decade - 3), 0) + "k",
        >= 0 => Units.Text(Math.Pow(10, decade), 0),
        _ => Units.Text(Math.Pow(10, decade), -decade),
    };

    private static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;");
}
