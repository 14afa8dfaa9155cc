using System.Globalization;

namespace Pkv.Figures;

/// <summary>Curves over a common axis, one panel per measure, each from 0. For one thread.</summary>
/// <param name="title">Drawn at the top.</param>
/// <param name="horizontalAxis">What runs from left to right, with its unit.</param>
/// <param name="ticks">Marked points of that axis, ascending; the first and last are its ends. At least two.</param>
/// <param name="tickText">What stands at a tick, where that is not its number.</param>
public sealed class LinePlot(string title, string horizontalAxis, IReadOnlyList<double> ticks, Func<double, string>? tickText = null)
    : SvgPlot(title, horizontalAxis)
{
    private const int MarkedPointsMost = 60; // more would run into each other

    private readonly List<Panel> _panels = [];

    /// <summary>One line of a panel.</summary>
    /// <param name="Name">For the legend.</param>
    /// <param name="Colour">One of <see cref="SeriesColours"/>.</param>
    /// <param name="Points">Ascending.</param>
    /// <param name="IsMeasured">Drawn through, with its points marked unless they are many; else dashed: a bound or a theory.</param>
    public sealed record Curve(string Name, string Colour, IReadOnlyList<(double X, double Y)> Points, bool IsMeasured)
    {
        /// <summary>For each point the smallest and largest of the rounds; empty where there was one round.</summary>
        public IReadOnlyList<(double Min, double Max)> Ranges { get; init; } = [];

        /// <summary>A measured curve with whiskers.</summary>
        public static Curve Of(string name, string colour, IReadOnlyList<(double X, PlotValue Y)> points, bool isMeasured = true) =>
            new(name, colour, [.. points.Select(p => (p.X, p.Y.Median))], isMeasured) { Ranges = [.. points.Select(p => (p.Y.Min, p.Y.Max))] };

        internal double Most => Points.Select(p => p.Y).Concat(Ranges.Select(r => r.Max)).DefaultIfEmpty(0).Max();
    }

    private sealed record Panel(string Title, ValueAxis Axis, IReadOnlyList<Curve> Curves);

    private protected override int PanelCount => _panels.Count;

    /// <summary>Adds a panel whose axis goes from 0 to <paramref name="most"/>, or as far as its curves do.</summary>
    public void AddPanel(string panelTitle, string valueAxis, double most, params Curve[] curves) =>
        _panels.Add(new Panel(panelTitle, ValueAxis.Linear(valueAxis, Math.Max(most, curves.Max(c => c.Most))), curves));

    private protected override void DrawPanel(SvgText svg, int panel, int left)
    {
        (string panelTitle, ValueAxis axis, IReadOnlyList<Curve> curves) = _panels[panel];
        double X(double x) => left + 12 + (x - ticks[0]) / (ticks[^1] - ticks[0]) * (PanelWidth - 24);
        DrawFrame(svg, panelTitle, axis, left);
        foreach (double tick in ticks) DrawTick(svg, X(tick), tickText?.Invoke(tick) ?? SvgText.Number(tick));
        int legend = left;
        foreach (Curve curve in curves)
        {
            string dashes = curve.IsMeasured ? "" : " stroke-dasharray=\"5 4\"";
            svg.Line($"<line x1=\"{legend}\" x2=\"{legend + 18}\" y1=\"{Top - 14}\" y2=\"{Top - 14}\" stroke=\"{curve.Colour}\" stroke-width=\"2\"{dashes}/><text x=\"{legend + 22}\" y=\"{Top - 10}\">{SvgText.Escape(curve.Name)}</text>");
            legend += 38 + LegendWidth(curve.Name);
            string points = string.Join(' ', curve.Points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.X):F1},{Y(axis, p.Y):F1}")));
            svg.Line($"<polyline points=\"{points}\" fill=\"none\" stroke=\"{curve.Colour}\" stroke-width=\"2\"{dashes}/>");
            for (int i = 0; i < curve.Ranges.Count; i++) DrawWhisker(svg, axis, X(curve.Points[i].X), curve.Ranges[i].Min, curve.Ranges[i].Max);
            if (!curve.IsMeasured || curve.Points.Count > MarkedPointsMost) continue;
            foreach ((double x, double y) in curve.Points)
                svg.Line($"<circle cx=\"{X(x):F1}\" cy=\"{Y(axis, y):F1}\" r=\"3.5\" fill=\"{curve.Colour}\"><title>{SvgText.Number(x)}: {y:F2}</title></circle>");
        }
    }
}
