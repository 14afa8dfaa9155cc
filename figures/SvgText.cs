using System.Globalization;
using System.Text;

namespace Pkv.Figures;

/// <summary>SVG as text: numbers with a point whatever the machine's language, and names that may hold any character.</summary>
internal sealed class SvgText
{
    private readonly StringBuilder _text = new();

    /// <summary>One line of the document.</summary>
    public void Line(FormattableString line) => _text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    public override string ToString() => _text.ToString();

    /// <summary>At most two decimals.</summary>
    public static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>For use between tags.</summary>
    public static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;");
}
