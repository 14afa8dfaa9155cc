using System.Globalization;
using System.Text;

namespace Pkv.Cli.Terminal;

/// <summary>Keys and numbers for people.</summary>
internal static class Printable
{
    private const int MaxKeyBytes = 64;

    /// <summary>A key in quotes; what is not printable ASCII as \xhh, what is long cut.</summary>
    public static string Key(ReadOnlySpan<byte> key)
    {
        StringBuilder text = new("\"");
        foreach (byte b in key[..Math.Min(key.Length, MaxKeyBytes)])
        {
            if (b is (byte)'"' or (byte)'\\')
                text.Append('\\').Append((char)b);
            else if (b is >= 0x20 and < 0x7F)
                text.Append((char)b);
            else
                text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
        }
        return text.Append('"').Append(key.Length > MaxKeyBytes ? $"... ({key.Length} bytes)" : "").ToString();
    }

    /// <summary>A command's name in capitals; what is not a letter, a digit or a mark of names, as '?'.</summary>
    public static string Word(ReadOnlySpan<byte> name)
    {
        string text = Encoding.Latin1.GetString(name[..Math.Min(name.Length, MaxKeyBytes)]).ToUpperInvariant();
        return new string([.. text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '?')]);
    }

    /// <summary>A number with its thousands apart.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A share in per cent with one decimal.</summary>
    public static string Percent(long part, long whole) =>
        (whole == 0 ? 0 : 100.0 * part / whole).ToString("F1", CultureInfo.InvariantCulture) + " %";

    /// <summary>A time in UTC; "none" for 0.</summary>
    public static string Time(long unixMs) =>
        unixMs == 0 ? "none" : DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) + " UTC";
}
