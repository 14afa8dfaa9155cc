using System.Globalization;

namespace Pkv.Bench.Servers;

/// <summary>Numbers out of INFO's text.</summary>
internal static class InfoText
{
    /// <summary>One number; null if it is missing.</summary>
    public static double? Find(string info, string name)
    {
        foreach (string line in info.Split('\n'))
            if (line.StartsWith(name + ":", StringComparison.Ordinal)
                && double.TryParse(line.AsSpan(name.Length + 1).Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)) return value;
        return null;
    }

    /// <summary>One number.</summary>
    /// <exception cref="InvalidDataException">It is missing.</exception>
    public static double Number(string info, string name) => Find(info, name) ?? throw new InvalidDataException($"INFO has no number {name}");
}
