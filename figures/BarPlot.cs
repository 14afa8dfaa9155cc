using System.Globalization;

namespace Pkv.Figures;

/// <summary>
/// Grouped bars, one panel per pipeline, over a logarithmic axis: sizes span four decades, and equal ratios are equal
/// heights. For one thread.
/// </summary>
/// <param name="title">Drawn at the top.</param>
/// <param name="valueAxis">What is measured, with its unit.</param>
/// <param name="groupAxis">What the groups differ in.</param>
/// <param name="series">One bar in every group.</param>
/// <param name="groups">Labels under the groups.</param>
public sealed class BarPlot(string title, string valueAxis, string groupAxis, IReadOnlyList<BarPlot.Series> series, IReadOnlyList<string> groups)
    : SvgPlot(title, groupAxis)
{
    private readonly List<(string Title, PlotValue?[,] Values)> _panels = [];

    /// <summary>What has one bar in every group.</summary>
    /// <param name="Name">For the legend.</param>
    /// <param name="Colour">One of <see cref="SeriesColours"/>.</param>
    public sealed record Series(string Name, string Colour);

    private protected override int PanelCount => _panels.Count;

    private protected override int TitleDrop => 22;

    /// <summary>Adds a panel; <paramref name="values"/> is [group, series], null where nothing was measured.</summary>
    public void AddPanel(string title, PlotValue?[,] values) => _panels.Add((title, values));

    private protected override void DrawCommonLegend(SvgText svg)
    {
        int x = 12;
        foreach (Series one in series)
        {
            svg.Line($"<rect x=\"{x}\" y=\"27\" width=\"10\" height=\"10\" fill=\"{one.Colour}\"/><text x=\"{x + 14}\" y=\"36\">{SvgText.Escape(one.Name)}</text>");
            x += 34 + LegendWidth(one.Name);
        }
    }

    private protected override void DrawPanel(SvgText svg, int panel, int left)
    {
        // One axis for all panels: their bars can be compared.
        ValueAxis axis = ValueAxis.Logarithmic(valueAxis, _panels.SelectMany(p => p.Values.Cast<PlotValue?>()).OfType<PlotValue>().SelectMany(v => new[] { v.Median, v.Min, v.Max }));
        (string panelTitle, PlotValue?[,] values) = _panels[panel];
        DrawFrame(svg, panelTitle, axis, left);
        double groupWidth = (double)PanelWidth / groups.Count, barWidth = groupWidth * 0.82 / series.Count;
        for (int group = 0; group < groups.Count; group++)
        {
            double start = left + group * groupWidth + groupWidth * 0.09;
            for (int i = 0; i < series.Count; i++)
                if (values[group, i] is { Median: > 0 } value) DrawBar(svg, axis, series[i], value, start + i * barWidth, barWidth * 0.94);
            DrawTick(svg, left + (group + 0.5) * groupWidth, groups[group]);
        }
    }

    private void DrawBar(SvgText svg, ValueAxis axis, Series one, PlotValue value, double x, double width)
    {
        double height = Math.Max(1, Floor - Y(axis, value.Median));
        string range = value.Max > value.Min ? $" ({Text(value.Min)}–{Text(value.Max)})" : "";
        svg.Line($"<rect x=\"{x:F1}\" y=\"{Floor - height:F1}\" width=\"{width:F1}\" height=\"{height:F1}\" fill=\"{one.Colour}\"><title>{SvgText.Escape(one.Name)}: {Text(value.Median)}{range}</title></rect>");
        DrawWhisker(svg, axis, x + width / 2, value.Min, value.Max);
    }

    private static string Text(double value) => value.ToString(value < 10 ? "F3" : "F0", CultureInfo.InvariantCulture);
}
