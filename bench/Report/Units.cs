using System.Globalization;

namespace Pkv.Bench.Report;

/// <summary>Numbers as the tables and plots show them: three or four figures, no more than the measurement knows.</summary>
internal static class Units
{
    /// <summary>"64 B", "4 KiB", "1 MiB".</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        >= 1 << 20 when bytes % (1 << 20) == 0 => $"{bytes >> 20} MiB",
        >= 1024 when bytes % 1024 == 0 => $"{bytes >> 10} KiB",
        _ => $"{bytes} B",
    };

    /// <summary>"1.23M", "456k", "789".</summary>
    public static string Count(double count) => count switch
    {
        >= 1e6 => Text(count / 1e6, 2) + "M",
        >= 1e4 => Text(count / 1e3, 0) + "k",
        >= 1e3 => Text(count / 1e3, 1) + "k",
        _ => Text(count, 0),
    };

    /// <summary>Microseconds, with decimals only while they say something.</summary>
    public static string Microseconds(double us) => Text(us, us switch { < 1 => 3, < 10 => 2, < 100 => 1, _ => 0 });

    /// <summary>"0.34×", or a dash when either side is missing.</summary>
    public static string Ratio(double? ratio) => ratio is { } value ? Text(value, 2) + "×" : "–";

    public static string Text(double number, int decimals) => number.ToString("F" + decimals, CultureInfo.InvariantCulture);
}
