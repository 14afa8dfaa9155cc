namespace Pkv.Figures;

/// <summary>
/// What all drawings share: the title, panels side by side with their titles, grid and axes, legends, whiskers. As SVG text,
/// drawn by hand, so that a document needs nothing to be built. For one thread.
/// </summary>
/// <param name="title">Drawn at the top.</param>
/// <param name="horizontalAxis">What runs from left to right in every panel, with its unit.</param>
public abstract class SvgPlot(string title, string horizontalAxis)
{
    private protected const int PanelWidth = 430, PanelHeight = 210, Top = 66, Floor = Top + PanelHeight;
    private const int Left = 70, Gap = 76, Bottom = 46, WhiskerNoteHeight = 16;
    private const int WhiskerCap = 3;

    private bool _hasWhiskers;

    private protected abstract int PanelCount { get; }

    /// <summary>The whole drawing.</summary>
    public string Svg()
    {
        SvgText panels = new();
        _hasWhiskers = false;
        DrawCommonLegend(panels);
        for (int i = 0; i < PanelCount; i++) DrawPanel(panels, i, Left + i * (PanelWidth + Gap));
        int width = PanelCount * (PanelWidth + Gap) + 24, height = Floor + Bottom + (_hasWhiskers ? WhiskerNoteHeight : 0);
        SvgText svg = new();
        svg.Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" font-family=\"sans-serif\" font-size=\"11\">");
        svg.Line($"<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>");
        svg.Line($"<text x=\"12\" y=\"18\" font-size=\"14\" font-weight=\"bold\">{SvgText.Escape(title)}</text>");
        if (_hasWhiskers) svg.Line($"<text x=\"12\" y=\"{height - 8}\" fill=\"#555\">Whiskers: the smallest and largest of the rounds.</text>");
        return svg.ToString() + panels + "</svg>\n";
    }

    /// <summary>A legend for all panels, where they have the same series.</summary>
    private protected virtual void DrawCommonLegend(SvgText svg) { }

    private protected abstract void DrawPanel(SvgText svg, int panel, int left);

    /// <summary>The panel's title, its grid with the numbers, and the titles of both axes.</summary>
    private protected void DrawFrame(SvgText svg, string panelTitle, ValueAxis axis, int left)
    {
        svg.Line($"<text x=\"{left}\" y=\"{Top - 28 + TitleDrop}\" font-weight=\"bold\">{SvgText.Escape(panelTitle)}</text>");
        foreach ((double value, string label) in axis.Ticks())
        {
            double y = Y(axis, value);
            svg.Line($"<line x1=\"{left}\" x2=\"{left + PanelWidth}\" y1=\"{y:F1}\" y2=\"{y:F1}\" stroke=\"#ddd\"/><text x=\"{left - 5}\" y=\"{y + 4:F1}\" text-anchor=\"end\">{label}</text>");
        }
        const int Middle = Top + PanelHeight / 2;
        svg.Line($"<text x=\"{left - 52}\" y=\"{Middle}\" text-anchor=\"middle\" transform=\"rotate(-90 {left - 52} {Middle})\">{SvgText.Escape(axis.Title)}</text>");
        svg.Line($"<text x=\"{left + PanelWidth / 2}\" y=\"{Floor + 34}\" text-anchor=\"middle\">{SvgText.Escape(horizontalAxis)}</text>");
    }

    /// <summary>Pixels by which the panels' titles stand lower, where no legend is between them and the panel.</summary>
    private protected virtual int TitleDrop => 0;

    private protected static double Y(ValueAxis axis, double value) => Floor - axis.Share(value) * PanelHeight;

    /// <summary>What stands under a group or a tick.</summary>
    private protected static void DrawTick(SvgText svg, double x, string label) =>
        svg.Line($"<text x=\"{x:F1}\" y=\"{Floor + 16}\" text-anchor=\"middle\">{SvgText.Escape(label)}</text>");

    /// <summary>A line from the smallest to the largest; nothing where they are the same.</summary>
    private protected void DrawWhisker(SvgText svg, ValueAxis axis, double x, double min, double max)
    {
        if (!(max > min)) return;
        _hasWhiskers = true;
        double low = Y(axis, min), high = Y(axis, max);
        svg.Line($"<path class=\"whisker\" d=\"M {x:F1} {low:F1} V {high:F1} M {x - WhiskerCap:F1} {low:F1} H {x + WhiskerCap:F1} M {x - WhiskerCap:F1} {high:F1} H {x + WhiskerCap:F1}\" stroke=\"#333\" fill=\"none\"/>");
    }

    /// <summary>Pixels that a name takes in a legend, roughly: the font is the viewer's.</summary>
    private protected static int LegendWidth(string name) => 6 * name.Length;
}
