using System.Globalization;

namespace Pkv.Server.Configuration;

/// <summary>Redis's memory sizes: digits and a unit, where 1k = 1000 and 1kb = 1024; units in any case.</summary>
public static class MemorySize
{
    /// <summary>Reads a size in bytes; false for a sign, a fraction, an unknown unit or more than 2^63 - 1.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        int digitCount = 0;
        while (digitCount < text.Length && char.IsAsciiDigit(text[digitCount]))
            digitCount++;
        long factor = text[digitCount..].ToLowerInvariant() switch
        {
            "" or "b" => 1,
            "k" => 1000,
            "kb" => 1L << 10,
            "m" => 1000 * 1000,
            "mb" => 1L << 20,
            "g" => 1000L * 1000 * 1000,
            "gb" => 1L << 30,
            _ => 0,
        };
        if (factor == 0 || !long.TryParse(text.AsSpan(0, digitCount), NumberStyles.None, CultureInfo.InvariantCulture, out long count))
            return false;
        if (count > long.MaxValue / factor)
            return false;
        bytes = count * factor;
        return true;
    }

    /// <summary>The shortest exact form with Redis's binary units, as CONFIG REWRITE writes it.</summary>
    public static string ToShortText(long bytes) => bytes switch
    {
        0 => "0",
        _ when bytes % (1L << 30) == 0 => $"{bytes >> 30}gb",
        _ when bytes % (1L << 20) == 0 => $"{bytes >> 20}mb",
        _ when bytes % (1L << 10) == 0 => $"{bytes >> 10}kb",
        _ => bytes.ToString(CultureInfo.InvariantCulture),
    };
}
