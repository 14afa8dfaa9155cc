using System.Globalization;
using System.Text;

namespace Pkv.Figures;

/// <summary>
/// Curves over a common linear axis as SVG text, one panel per measure, each from 0. Drawn by hand, so that a document
/// needs nothing to be built.
/// </summary>
/// <param name="title">Drawn at the top.</param>
/// <param name="axis">What runs from left to right, with its unit.</param>
/// <param name="ticks">Marked points of that axis, ascending; the first and last are its ends. At least two.</param>
/// <param name="tickText">What stands at a tick, where that is not its number.</param>
public sealed class LinePlot(string title, string axis, IReadOnlyList<double> ticks, Func<double, string>? tickText = null)
{
    private const int PanelWidth = 430, PanelHeight = 220, Left = 52, Top = 64, Gap = 56, Bottom = 46;
    private const int MarkedPointsMost = 60; // more would run into each other
    private static readonly string[] Colours = ["#1f77b4", "#7f8c8d", "#c0392b", "#8e44ad", "#2ca02c", "#ff7f0e"];

    private readonly List<Panel> _panels = [];

    /// <summary>One line of a panel.</summary>
    /// <param name="Name">For the legend.</param>
    /// <param name="Points">Ascending.</param>
    /// <param name="IsMeasured">Drawn through, with its points marked unless they are many; else dashed: a bound or a theory.</param>
    public sealed record Curve(string Name, IReadOnlyList<(double X, double Y)> Points, bool IsMeasured);

    private sealed record Panel(string Title, double Most, IReadOnlyList<Curve> Curves);

    /// <summary>Adds a panel whose axis goes from 0 to <paramref name="most"/>, or as far as its curves do.</summary>
    public void AddPanel(string panelTitle, double most, params Curve[] curves) =>
        _panels.Add(new Panel(panelTitle, Math.Max(most, curves.SelectMany(c => c.Points).Max(p => p.Y)), curves));

    /// <summary>The whole drawing.</summary>
    public string Svg()
    {
        int width = _panels.Count * (PanelWidth + Gap) + 24, height = Top + PanelHeight + Bottom;
        StringBuilder svg = new();
        svg.Append(F($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" font-family=\"sans-serif\" font-size=\"11\">\n"));
        svg.Append(F($"<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n<text x=\"12\" y=\"18\" font-size=\"14\" font-weight=\"bold\">{Escape(title)}</text>\n"));
        for (int i = 0; i < _panels.Count; i++) Draw(svg, _panels[i], Left + i * (PanelWidth + Gap));
        return svg.Append("</svg>\n").ToString();
    }

    private void Draw(StringBuilder svg, Panel panel, int left)
    {
        const int Floor = Top + PanelHeight;
        double step = StepOf(panel.Most);
        double most = Math.Ceiling(panel.Most / step) * step;
        double X(double x) => left + 12 + (x - ticks[0]) / (ticks[^1] - ticks[0]) * (PanelWidth - 24);
        double Y(double y) => Floor - y / most * PanelHeight;
        svg.Append(F($"<text x=\"{left}\" y=\"{Top - 28}\" font-weight=\"bold\">{Escape(panel.Title)}</text>\n"));
        for (int i = 0; i * step <= most + step / 2; i++)
            svg.Append(F($"<line x1=\"{left}\" x2=\"{left + PanelWidth}\" y1=\"{Y(i * step):F1}\" y2=\"{Y(i * step):F1}\" stroke=\"#ddd\"/><text x=\"{left - 5}\" y=\"{Y(i * step) + 4:F1}\" text-anchor=\"end\">{Number(i * step)}</text>\n"));
        foreach (double tick in ticks)
            svg.Append(F($"<text x=\"{X(tick):F1}\" y=\"{Floor + 16}\" text-anchor=\"middle\">{Escape(tickText?.Invoke(tick) ?? Number(tick))}</text>\n"));
        svg.Append(F($"<text x=\"{left + PanelWidth / 2}\" y=\"{Floor + 34}\" text-anchor=\"middle\">{Escape(axis)}</text>\n"));
        int legend = left;
        for (int i = 0; i < panel.Curves.Count; i++)
        {
            Curve curve = panel.Curves[i];
            string colour = Colours[i % Colours.Length], dashes = curve.IsMeasured ? "" : " stroke-dasharray=\"5 4\"";
            string points = string.Join(' ', curve.Points.Select(p => F($"{X(p.X):F1},{Y(p.Y):F1}")));
            svg.Append(F($"<line x1=\"{legend}\" x2=\"{legend + 18}\" y1=\"{Top - 14}\" y2=\"{Top - 14}\" stroke=\"{colour}\" stroke-width=\"2\"{dashes}/><text x=\"{legend + 22}\" y=\"{Top - 10}\">{Escape(curve.Name)}</text>\n"));
            svg.Append(F($"<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"{dashes}/>\n"));
            legend += 38 + 6 * curve.Name.Length;
            if (!curve.IsMeasured || curve.Points.Count > MarkedPointsMost) continue;
            foreach ((double x, double y) in curve.Points)
                svg.Append(F($"<circle cx=\"{X(x):F1}\" cy=\"{Y(y):F1}\" r=\"3.5\" fill=\"{colour}\"><title>{Number(x)}: {y.ToString("F2", CultureInfo.InvariantCulture)}</title></circle>\n"));
        }
    }

    // 1, 2 or 5 times a power of ten: four to ten of them.
    private static double StepOf(double most)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(most)));
        return (most / power) switch { < 2 => power / 5, < 5 => power / 2, _ => power };
    }

    private static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    private static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;");
}
