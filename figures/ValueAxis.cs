using System.Globalization;

namespace Pkv.Figures;

/// <summary>The vertical axis of a panel: which part of the height a value takes, and where lines are drawn. Immutable.</summary>
internal sealed class ValueAxis
{
    private readonly double _low, _high, _step;
    private readonly bool _isLogarithmic;

    private ValueAxis(string title, double low, double high, double step, bool isLogarithmic)
    {
        Title = isLogarithmic ? title + ", logarithmic" : title;
        _low = low;
        _high = high;
        _step = step;
        _isLogarithmic = isLogarithmic;
    }

    /// <summary>What is measured, with its unit; says so if the axis is logarithmic.</summary>
    public string Title { get; }

    /// <summary>Whole decades around all of these values; what is not positive is left out.</summary>
    public static ValueAxis Logarithmic(string title, IEnumerable<double> values)
    {
        double[] positive = [.. values.Where(v => v > 0)];
        if (positive.Length == 0) return new ValueAxis(title, 0, 1, 1, isLogarithmic: true);
        double low = Math.Floor(Math.Log10(positive.Min()) - 0.05);
        return new ValueAxis(title, low, Math.Max(low + 1, Math.Ceiling(Math.Log10(positive.Max()))), 1, isLogarithmic: true);
    }

    /// <summary>From 0 to at least <paramref name="most"/>, which is positive.</summary>
    public static ValueAxis Linear(string title, double most)
    {
        double step = StepOf(most);
        return new ValueAxis(title, 0, Math.Ceiling(most / step) * step, step, isLogarithmic: false);
    }

    /// <summary>0 at the bottom, 1 at the top. Values below a logarithmic axis, zero too, are at the bottom.</summary>
    public double Share(double value) => _isLogarithmic
        ? value > 0 ? Math.Max(0, (Math.Log10(value) - _low) / (_high - _low)) : 0
        : (value - _low) / (_high - _low);

    /// <summary>Where lines are drawn, with what stands beside them, from the bottom.</summary>
    public IEnumerable<(double Value, string Label)> Ticks()
    {
        if (_isLogarithmic)
        {
            for (int decade = (int)_low; decade <= _high; decade++) yield return (Math.Pow(10, decade), Decade(decade));
            yield break;
        }
        for (int i = 0; i * _step <= _high + _step / 2; i++) yield return (i * _step, SvgText.Number(i * _step));
    }

    // 1, 2 or 5 times a power of ten: four to ten of them.
    private static double StepOf(double most)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(most)));
        return (most / power) switch { < 2 => power / 5, < 5 => power / 2, _ => power };
    }

    private static string Decade(int decade) => decade switch
    {
        >= 6 => Math.Pow(10, decade - 6).ToString("F0", CultureInfo.InvariantCulture) + "M",
        >= 3 => Math.Pow(10, decade - 3).ToString("F0", CultureInfo.InvariantCulture) + "k",
        _ => Math.Pow(10, decade).ToString("F" + Math.Max(0, -decade), CultureInfo.InvariantCulture),
    };
}
