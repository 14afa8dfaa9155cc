using System.Buffers.Text;
using System.Globalization;

namespace Pkv.Lua;

/// <summary>Writes numbers as the C library's printf does: "%.14g" for tostring, and the conversions of string.format.</summary>
internal static class NumberWriter
{
    /// <summary>Room for any "%.14g".</summary>
    public const int MaxLength = 32;

    private const double FastLimit = 1e14;

    /// <summary>"%.14g".</summary>
    public static int WriteShort(double number, Span<byte> to)
    {
        // Integers are most numbers. -0 prints its sign.
        if (number is > -FastLimit and < FastLimit && number == Math.Floor(number) && (number != 0 || !double.IsNegative(number)))
        {
            Utf8Formatter.TryFormat((long)number, to, out int written);
            return written;
        }
        return WriteGeneral(number, 14, isUpper: false, isAlternate: false, to);
    }

    /// <summary>"nan", "-nan", "inf", "-inf", without a sign; 0 for finite numbers.</summary>
    public static int WriteSpecial(double number, bool isUpper, Span<byte> to)
    {
        if (double.IsFinite(number))
            return 0;
        ReadOnlySpan<byte> text = (double.IsNaN(number), isUpper) switch
        {
            (true, false) => "nan"u8,
            (true, true) => "NAN"u8,
            (false, false) => "inf"u8,
            _ => "INF"u8,
        };
        text.CopyTo(to);
        return 3;
    }

    /// <summary>"%.{precision}g" with the sign of negative numbers.</summary>
    public static int WriteGeneral(double number, int precision, bool isUpper, bool isAlternate, Span<byte> to)
    {
        int at = 0;
        if (double.IsNegative(number))
            to[at++] = (byte)'-';
        return at + WriteGeneralUnsigned(double.IsNegative(number) ? -number : number, precision, isUpper, isAlternate, to[at..]);
    }

    public static int WriteGeneralUnsigned(double number, int precision, bool isUpper, bool isAlternate, Span<byte> to)
    {
        int special = WriteSpecial(number, isUpper, to);
        if (special > 0)
            return special;
        precision = precision == 0 ? 1 : precision;
        Span<byte> digits = stackalloc byte[precision + 1];
        int exponent = Digits(number, precision, digits), count = precision;
        if (!isAlternate)
        {
            while (count > 1 && digits[count - 1] == '0')
                count--;
        }
        return exponent < -4 || exponent >= precision
            ? WriteScientific(digits[..count], exponent, isUpper, isAlternate, to)
            : WritePositional(digits[..count], exponent, isAlternate, to);
    }

    /// <summary>"%.{precision}e" of a number without its sign.</summary>
    public static int WriteExponential(double number, int precision, bool isUpper, bool isAlternate, Span<byte> to)
    {
        int special = WriteSpecial(number, isUpper, to);
        if (special > 0)
            return special;
        Span<byte> digits = stackalloc byte[precision + 2];
        int exponent = Digits(number, precision + 1, digits);
        return WriteScientific(digits[..(precision + 1)], exponent, isUpper, isAlternate, to);
    }

    /// <summary>"%.{precision}f" of a number without its sign.</summary>
    public static int WriteFixed(double number, int precision, bool isAlternate, Span<byte> to)
    {
        int special = WriteSpecial(number, isUpper: false, to);
        if (special > 0)
            return special;
        Span<char> format = stackalloc char[8];
        format[0] = 'F';
        precision.TryFormat(format[1..], out int length, default, CultureInfo.InvariantCulture);
        number.TryFormat(to, out int written, format[..(length + 1)], CultureInfo.InvariantCulture);
        if (precision == 0 && isAlternate)
            to[written++] = (byte)'.';
        return written;
    }

    // The exact decimal expansion, rounded to a count of digits; returns the exponent of the first.
    private static int Digits(double number, int count, Span<byte> digits)
    {
        Span<char> format = stackalloc char[8];
        format[0] = 'E';
        (count - 1).TryFormat(format[1..], out int length, default, CultureInfo.InvariantCulture);
        Span<byte> text = stackalloc byte[count + 16];
        number.TryFormat(text, out int written, format[..(length + 1)], CultureInfo.InvariantCulture);
        int mark = text[..written].IndexOf((byte)'E');
        digits[0] = text[0];
        if (count > 1)
            text[2..mark].CopyTo(digits[1..]);
        int exponent = 0;
        for (int i = mark + 2; i < written; i++)
            exponent = (exponent * 10) + text[i] - '0';
        return text[mark + 1] == '-' ? -exponent : exponent;
    }

    private static int WriteScientific(ReadOnlySpan<byte> digits, int exponent, bool isUpper, bool isAlternate, Span<byte> to)
    {
        int at = 0;
        to[at++] = digits[0];
        if (digits.Length > 1 || isAlternate)
            to[at++] = (byte)'.';
        digits[1..].CopyTo(to[at..]);
        at += digits.Length - 1;
        to[at++] = (byte)(isUpper ? 'E' : 'e');
        to[at++] = (byte)(exponent < 0 ? '-' : '+');
        exponent = Math.Abs(exponent);
        if (exponent >= 100)
            to[at++] = (byte)('0' + (exponent / 100));
        to[at++] = (byte)('0' + (exponent / 10 % 10));
        to[at++] = (byte)('0' + (exponent % 10));
        return at;
    }

    private static int WritePositional(ReadOnlySpan<byte> digits, int exponent, bool isAlternate, Span<byte> to)
    {
        int at = 0;
        if (exponent < 0)
        {
            to[at++] = (byte)'0';
            to[at++] = (byte)'.';
            for (int i = -1; i > exponent; i--)
                to[at++] = (byte)'0';
            digits.CopyTo(to[at..]);
            return at + digits.Length;
        }
        for (int i = 0; i <= exponent; i++)
            to[at++] = i < digits.Length ? digits[i] : (byte)'0';
        if (digits.Length > exponent + 1 || isAlternate)
            to[at++] = (byte)'.';
        if (digits.Length > exponent + 1)
        {
            digits[(exponent + 1)..].CopyTo(to[at..]);
            at += digits.Length - exponent - 1;
        }
        return at;
    }
}
