using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Pkv.Resp;

/// <summary>
/// Doubles as Redis reads and writes them: C's strtod in the C locale (decimal, hexadecimal, "inf", "infinity"; never NaN) and
/// "%.17g". Nothing is allocated.
/// </summary>
public static class Doubles
{
    /// <summary>Room that <see cref="Write"/> needs.</summary>
    public const int MaxBytes = 32;

    // Up to here an integer is exact and its text, too, has no exponent.
    private const double ExactIntegers = 1e15;

    private const int ExponentEnough = 100_000;

    private static readonly SearchValues<byte> _spaces = SearchValues.Create(" \t\n\v\f\r"u8);

    /// <summary>
    /// Reads a score, weight or increment: all of the text. False: it is no number, not a number, too large, or so small that
    /// it becomes zero.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        if (text.Length <= 15 && Integers.TryParse(text, out long whole))
        {
            value = whole;
            return true;
        }
        return TryParseLong(text, out value);
    }

    /// <summary>
    /// Reads a bound of a range of scores: up to a zero byte, spaces before it, and nothing at all is 0. False: it is no number,
    /// or not a number. What is too large is infinite.
    /// </summary>
    public static bool TryParseBound(ReadOnlySpan<byte> text, out double value)
    {
        int used = Scan(text, out value, out _);
        return (used == text.Length || text[used] == 0) && !double.IsNaN(value);
    }

    /// <summary>Writes the text (17 significant digits, trailing zeroes cut, an exponent from 1e17 on) and returns its end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe byte* Write(byte* p, double value)
    {
        long whole = (long)value;
        return whole == value && Math.Abs(value) < ExactIntegers && (whole != 0 || !double.IsNegative(value))
            ? Integers.Write(p, whole)
            : WriteLong(p, value);
    }

    private static unsafe byte* WriteLong(byte* p, double value)
    {
        Span<byte> text = new(p, MaxBytes);
        if (!double.IsFinite(value))
        {
            ReadOnlySpan<byte> name = double.IsNaN(value) ? "nan"u8 : value > 0 ? "inf"u8 : "-inf"u8;
            name.CopyTo(text);
            return p + name.Length;
        }
        value.TryFormat(text, out int length, "G17", CultureInfo.InvariantCulture);
        int exponent = text[..length].IndexOf((byte)'E');
        if (exponent >= 0)
            text[exponent] = (byte)'e';
        return p + length;
    }

    private static bool TryParseLong(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        return text.Length > 0 && !_spaces.Contains(text[0])
            && Scan(text, out value, out bool outOfRange) == text.Length
            && !double.IsNaN(value) && !(outOfRange && (value == 0 || double.IsInfinity(value)));
    }

    // As strtod: the bytes that belong to the number (0: there is none), its value, and whether that had to be cut.
    private static int Scan(ReadOnlySpan<byte> text, out double value, out bool outOfRange)
    {
        value = 0;
        outOfRange = false;
        int at = text.IndexOfAnyExcept(_spaces);
        if (at < 0)
            return 0;
        bool isNegative = text[at] == '-';
        if (text[at] is (byte)'-' or (byte)'+')
            at++;
        ReadOnlySpan<byte> rest = text[at..];
        int used;
        if (StartsWith(rest, "inf"u8))
        {
            value = double.PositiveInfinity;
            used = StartsWith(rest, "infinity"u8) ? 8 : 3;
        }
        else if (StartsWith(rest, "nan"u8))
        {
            value = double.NaN;
            used = 3;
        }
        else if (StartsWith(rest, "0x"u8) && ScanHexadecimal(rest[2..], out value, out outOfRange) is var hex && hex > 0)
            used = 2 + hex;
        else
            used = ScanDecimal(rest, out value, out outOfRange);
        if (isNegative)
            value = -value;
        return used == 0 ? 0 : at + used;
    }

    private static int ScanDecimal(ReadOnlySpan<byte> text, out double value, out bool outOfRange)
    {
        value = 0;
        outOfRange = false;
        int at = 0, digits = 0;
        bool hasPoint = false, isZero = true;
        for (; at < text.Length; at++)
        {
            if (text[at] == '.' && !hasPoint)
                hasPoint = true;
            else if (text[at] is >= (byte)'0' and <= (byte)'9')
            {
                digits++;
                isZero &= text[at] == '0';
            }
            else
                break;
        }
        if (digits == 0)
            return 0;
        at += ScanExponent(text[at..], (byte)'e', out _);
        if (isZero)
            return at;
        const NumberStyles styles = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        double.TryParse(text[..at], styles, CultureInfo.InvariantCulture, out value);
        outOfRange = value == 0 || double.IsInfinity(value);
        return at;
    }

    private static int ScanHexadecimal(ReadOnlySpan<byte> text, out double value, out bool outOfRange)
    {
        ulong mantissa = 0;
        int at = 0, digits = 0, exponent = 0;
        bool hasPoint = false, hasMore = false;
        for (; at < text.Length; at++)
        {
            if (text[at] == '.' && !hasPoint)
            {
                hasPoint = true;
                continue;
            }
            if (!char.IsAsciiHexDigit((char)text[at]))
                break;
            digits++;
            exponent -= hasPoint ? 4 : 0;
            if (mantissa >> 60 == 0)
                mantissa = mantissa << 4 | HexDigit(text[at]);
            else
            {
                hasMore |= text[at] != '0';
                exponent += 4;
            }
        }
        value = 0;
        outOfRange = false;
        if (digits == 0)
            return 0;
        at += ScanExponent(text[at..], (byte)'p', out int power);
        value = Round(mantissa, exponent + power, hasMore);
        outOfRange = mantissa != 0 && (value == 0 || double.IsInfinity(value));
        return at;
    }

    private static uint HexDigit(byte c) => c <= '9' ? (uint)(c - '0') : (uint)((c | 0x20) - 'a' + 10);

    // An exponent counts only with a digit.
    private static int ScanExponent(ReadOnlySpan<byte> text, byte letter, out int exponent)
    {
        exponent = 0;
        if (text.Length == 0 || (text[0] | 0x20) != letter)
            return 0;
        int at = text.Length > 1 && text[1] is (byte)'-' or (byte)'+' ? 2 : 1, first = at;
        for (; at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9'; at++)
            exponent = Math.Min(ExponentEnough, exponent * 10 + text[at] - '0');
        if (at == first)
            return 0;
        if (text[1] == '-')
            exponent = -exponent;
        return at;
    }

    // mantissa · 2^exponent and (hasMore) a little more, to nearest and ties to even; with fewer bits where numbers are denormal.
    private static double Round(ulong mantissa, int exponent, bool hasMore)
    {
        const int bits = 53, minExponent = -1022;
        if (mantissa == 0)
            return 0;
        int shift = BitOperations.LeadingZeroCount(mantissa);
        mantissa <<= shift;
        exponent -= shift;
        int kept = Math.Min(bits, bits + exponent + 63 - minExponent);
        if (kept < 0)
            return 0;
        int dropped = 64 - kept;
        ulong result = dropped == 64 ? 0 : mantissa >> dropped;
        ulong rest = dropped == 64 ? mantissa : mantissa & (1UL << dropped) - 1;
        ulong half = 1UL << dropped - 1;
        if (rest > half || (rest == half && (hasMore || (result & 1) != 0)))
            result++;
        return Math.ScaleB(result, exponent + dropped);
    }

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) =>
        text.Length >= word.Length && Ascii.EqualsIgnoreCase(text[..word.Length], word);
}
