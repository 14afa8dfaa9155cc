using System.Diagnostics;
using System.Globalization;
using System.Text;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Geo;

/// <summary>
/// Numbers as the geo commands convert and print them: as C does on x86-64, to the last digit. .NET rounds halves the other way. Pure; any thread.
/// </summary>
internal static unsafe class GeoNumber
{
    /// <summary>Room that <see cref="Write"/> needs.</summary>
    public const int MaxBytes = 400;

    /// <summary>Digits behind the point of a distance, and of a coordinate.</summary>
    public const int DistanceDigits = 4, CoordinateDigits = 17;

    private const int FractionBits = 52;
    private const int ExponentBias = 1075;

    // Below 2^-127 nothing is left of a number of 53 bits, times 10^17.
    private const int ShiftMax = 127;

    /// <summary>A score as the processor converts it to 64 bits without a sign: negative ones wrap around, what has no place becomes 2^63.</summary>
    public static ulong Truncate(double value)
    {
        const double half = 9223372036854775808.0;
        return value >= half ? (ulong)ToInt64(value - half) ^ 1UL << 63 : (ulong)ToInt64(value);
    }

    /// <summary>The same with a sign: what has no place becomes the lowest number.</summary>
    public static long ToInt64(double value) => value is >= -9223372036854775808.0 and < 9223372036854775808.0 ? (long)value : long.MinValue;

    /// <summary>Writes a number with this many decimal places, rounded once, ties to even; returns the end.</summary>
    /// <param name="p">Where to.</param>
    /// <param name="value">Any number.</param>
    /// <param name="digits">1 to 17.</param>
    /// <param name="trims">Leaves trailing zeros and a bare point away, and the sign of zero.</param>
    public static byte* Write(byte* p, double value, int digits, bool trims = false)
    {
        Debug.Assert(digits is > 0 and <= CoordinateDigits, "no more than a product of 128 bits holds");
        if (!double.IsFinite(value))
            return WriteText(p, double.IsNaN(value) ? (double.IsNegative(value) ? "-nan" : "nan") : value > 0 ? "inf" : "-inf");
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        int exponent = (int)(bits >> FractionBits & 0x7ff);
        ulong mantissa = bits & (1UL << FractionBits) - 1;
        if (exponent != 0)
            mantissa |= 1UL << FractionBits;
        int shift = ExponentBias - Math.Max(exponent, 1);
        if (shift <= 0)
            return WriteText(p, value.ToString($"F{digits}", CultureInfo.InvariantCulture));
        ulong scale = 1;
        for (int i = 0; i < digits; i++)
            scale *= 10;
        UInt128 scaled = shift > ShiftMax ? UInt128.Zero : RoundedShift((UInt128)mantissa * scale, shift);
        bool isSmall = scaled <= ulong.MaxValue;
        ulong whole = isSmall ? (ulong)scaled / scale : (ulong)(scaled / scale);
        ulong fraction = isSmall ? (ulong)scaled % scale : (ulong)(scaled % scale);
        if (double.IsNegative(value) && (!trims || scaled != UInt128.Zero))
            *p++ = (byte)'-';
        p = Integers.Write(p, (long)whole);
        return trims && fraction == 0 ? p : WriteFraction(p, fraction, digits, trims);
    }

    /// <summary>A coordinate of an error message, as C's "%f".</summary>
    public static string Text(double value)
    {
        byte* text = stackalloc byte[MaxBytes];
        return Encoding.ASCII.GetString(text, (int)(Write(text, value, digits: 6) - text));
    }

    private static byte* WriteFraction(byte* p, ulong fraction, int digits, bool trims)
    {
        for (; trims && fraction % 10 == 0; fraction /= 10)
            digits--;
        *p++ = (byte)'.';
        for (int i = digits - 1; i >= 0; i--, fraction /= 10)
            p[i] = (byte)('0' + fraction % 10);
        return p + digits;
    }

    private static UInt128 RoundedShift(UInt128 value, int shift)
    {
        UInt128 quotient = value >> shift, rest = value - (quotient << shift), half = UInt128.One << shift - 1;
        bool roundsUp = rest > half || (rest == half && !UInt128.IsEvenInteger(quotient));
        return roundsUp ? quotient + UInt128.One : quotient;
    }

    private static byte* WriteText(byte* p, string text) => p + Encoding.ASCII.GetBytes(text, new Span<byte>(p, MaxBytes));
}
