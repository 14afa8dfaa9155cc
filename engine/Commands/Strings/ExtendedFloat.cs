using System.Numerics;
using System.Text;

namespace Pkv.Engine.Commands.Strings;

/// <summary>
/// A number as Redis's INCRBYFLOAT computes with it: C's long double on x86-64, the 80-bit extended format with 64
/// significant bits and 15 of exponent, which C# does not have. Parsing, adding and printing are exact and rounded
/// once, to nearest and ties to even, so that results agree with Redis to the last digit. Infinity only as input.
/// </summary>
internal readonly struct ExtendedFloat
{
    /// <summary>Bytes from which on Redis does not look at a text (MAX_LONG_DOUBLE_CHARS).</summary>
    public const int TextLimit = 5 * 1024;

    private const int SignificantBits = 64;
    private const int MaxExponent = 16383 - 63;
    private const int MinExponent = -16382 - 63;
    private const int FractionDigits = 17;

    // Beyond these powers of ten everything is infinite, or nothing.
    private const int MaxDecimalExponent = 5000;
    private const int MinDecimalExponent = -5100;

    private static readonly BigInteger _fractionScale = BigInteger.Pow(10, FractionDigits);

    // The value is ±_mantissa · 2^_exponent.
    private readonly ulong _mantissa;
    private readonly int _exponent;
    private readonly bool _isNegative;
    private readonly bool _isInfinite;

    private ExtendedFloat(bool isNegative, ulong mantissa, int exponent, bool isInfinite = false)
    {
        _isNegative = isNegative;
        _mantissa = mantissa;
        _exponent = exponent;
        _isInfinite = isInfinite;
    }

    public static ExtendedFloat Zero => default;

    /// <summary>Read as "inf" or "infinity".</summary>
    public bool IsInfinite => _isInfinite;

    /// <summary>
    /// Reads a text as C's strtold does, all of it: decimal or hexadecimal digits, exponent, "inf", "infinity". False: it
    /// is no number, not a number, too large, or so small that it becomes zero.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ExtendedFloat value)
    {
        value = default;
        if (text.Length is 0 or >= TextLimit)
            return false;
        bool isNegative = text[0] == '-';
        if (text[0] is (byte)'-' or (byte)'+')
            text = text[1..];
        if (Ascii.EqualsIgnoreCase(text, "inf"u8) || Ascii.EqualsIgnoreCase(text, "infinity"u8))
        {
            value = new ExtendedFloat(isNegative, 0, 0, isInfinite: true);
            return true;
        }
        bool isHex = text.Length > 2 && text[0] == '0' && (text[1] | 0x20) == 'x';
        if (!TryReadDigits(isHex ? text[2..] : text, isHex, out BigInteger digits, out int exponent))
            return false;
        if (digits.IsZero)
            return true;
        value = isHex ? Round(isNegative, digits, BigInteger.One, exponent) : FromDecimal(isNegative, digits, exponent);
        return !value._isInfinite && value._mantissa != 0;
    }

    /// <summary>The sum. False: it is infinite or not a number.</summary>
    public static bool TryAdd(in ExtendedFloat a, in ExtendedFloat b, out ExtendedFloat sum)
    {
        sum = default;
        if (a._isInfinite || b._isInfinite)
            return false;
        int exponent = Math.Min(a._exponent, b._exponent);
        BigInteger exact = a.Shifted(exponent) + b.Shifted(exponent);
        if (!exact.IsZero)
            sum = Round(exact.Sign < 0, BigInteger.Abs(exact), BigInteger.One, exponent);
        return !sum._isInfinite;
    }

    /// <summary>
    /// The product with 1000 (seconds to milliseconds), rounded once, and then up to an integer. What 64 bits do not hold becomes
    /// <see cref="long.MinValue"/>, as the processor's own conversion has it.
    /// </summary>
    public long CeilingOfThousandfold()
    {
        ExtendedFloat product = _isInfinite || _mantissa == 0 ? this : Round(_isNegative, (BigInteger)_mantissa * 1000, BigInteger.One, _exponent);
        if (product._isInfinite)
            return long.MinValue;
        BigInteger magnitude = product._exponent >= 0
            ? (BigInteger)product._mantissa << product._exponent
            : DivideUp(product._mantissa, -product._exponent, product._isNegative);
        BigInteger result = product._isNegative ? -magnitude : magnitude;
        return result < long.MinValue || result > long.MaxValue ? long.MinValue : (long)result;
    }

    /// <summary>The text: 17 digits after the point, trailing zeroes and a bare point cut, no exponent, no "-0".</summary>
    public byte[] Format()
    {
        BigInteger scaled = _mantissa * _fractionScale;
        scaled = _exponent >= 0 ? scaled << _exponent : DivideToEven(scaled, BigInteger.One << -_exponent);
        if (scaled.IsZero)
            return [(byte)'0'];
        string digits = scaled.ToString().PadLeft(FractionDigits + 1, '0');
        string text = $"{digits.AsSpan(0, digits.Length - FractionDigits)}.{digits.AsSpan(digits.Length - FractionDigits)}";
        return Encoding.ASCII.GetBytes((_isNegative ? "-" : "") + text.TrimEnd('0').TrimEnd('.'));
    }

    // Digits with one point at most and one exponent: the value is digits · 10^exponent, in hexadecimal digits · 2^exponent.
    private static bool TryReadDigits(ReadOnlySpan<byte> text, bool isHex, out BigInteger digits, out int exponent)
    {
        uint radix = isHex ? 16u : 10u;
        digits = BigInteger.Zero;
        exponent = 0;
        int fraction = -1, count = 0, i = 0;
        ulong chunk = 0, chunkScale = 1;
        for (; i < text.Length; i++)
        {
            if (text[i] == '.' && fraction < 0)
            {
                fraction = count;
                continue;
            }
            uint digit = Digit(text[i]);
            if (digit >= radix)
                break;
            count++;
            chunk = chunk * radix + digit;
            chunkScale *= radix;
            if (chunkScale < 1UL << 58)
                continue;
            digits = digits * chunkScale + chunk;
            (chunk, chunkScale) = (0, 1);
        }
        digits = digits * chunkScale + chunk;
        if (fraction >= 0)
            exponent = (fraction - count) * (isHex ? 4 : 1);
        return count > 0 && (i == text.Length || TryReadExponent(text[i..], isHex ? (byte)'p' : (byte)'e', ref exponent));
    }

    private static bool TryReadExponent(ReadOnlySpan<byte> text, byte letter, ref int exponent)
    {
        const int enough = 1_000_000;
        if ((text[0] | 0x20) != letter)
            return false;
        text = text[1..];
        bool isNegative = text.Length > 0 && text[0] == '-';
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
            text = text[1..];
        if (text.Length == 0)
            return false;
        int number = 0;
        foreach (byte c in text)
        {
            if (c is < (byte)'0' or > (byte)'9')
                return false;
            number = Math.Min(enough, number * 10 + (c - '0'));
        }
        exponent += isNegative ? -number : number;
        return true;
    }

    private static uint Digit(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => (uint)(c - '0'),
        >= (byte)'a' and <= (byte)'f' => (uint)(c - 'a' + 10),
        >= (byte)'A' and <= (byte)'F' => (uint)(c - 'A' + 10),
        _ => uint.MaxValue,
    };

    private static ExtendedFloat FromDecimal(bool isNegative, BigInteger digits, int exponent)
    {
        double magnitude = BigInteger.Log10(digits) + exponent;
        if (magnitude > MaxDecimalExponent)
            return new ExtendedFloat(isNegative, 0, 0, isInfinite: true);
        if (magnitude < MinDecimalExponent)
            return Zero;
        return exponent >= 0
            ? Round(isNegative, digits * BigInteger.Pow(10, exponent), BigInteger.One, 0)
            : Round(isNegative, digits, BigInteger.Pow(10, -exponent), 0);
    }

    // numerator / denominator · 2^exponent, as near as the format comes to it.
    private static ExtendedFloat Round(bool isNegative, BigInteger numerator, BigInteger denominator, int exponent)
    {
        long bits = numerator.GetBitLength() - denominator.GetBitLength();
        if (bits + exponent > MaxExponent + SignificantBits + 1)
            return new ExtendedFloat(isNegative, 0, 0, isInfinite: true);
        if (bits + exponent < MinExponent - 2)
            return Zero;
        int result = (int)Math.Max(MinExponent, bits + exponent - SignificantBits);
        BigInteger mantissa = Scaled(numerator, denominator, exponent - result);
        // The quotient may have one bit more than the lengths tell, and rounding may add one: once more, coarser.
        while (mantissa.GetBitLength() > SignificantBits)
            mantissa = Scaled(numerator, denominator, exponent - ++result);
        return result > MaxExponent
            ? new ExtendedFloat(isNegative, 0, 0, isInfinite: true)
            : new ExtendedFloat(isNegative, (ulong)mantissa, result);
    }

    private static BigInteger Scaled(BigInteger numerator, BigInteger denominator, int shift) => shift >= 0
        ? DivideToEven(numerator << shift, denominator)
        : DivideToEven(numerator, denominator << -shift);

    private static BigInteger DivideToEven(BigInteger numerator, BigInteger denominator)
    {
        BigInteger quotient = BigInteger.DivRem(numerator, denominator, out BigInteger rest);
        int half = (rest << 1).CompareTo(denominator);
        return half > 0 || (half == 0 && !quotient.IsEven) ? quotient + 1 : quotient;
    }

    // |x| / 2^shift, rounded towards positive infinity for the sign that x has.
    private static BigInteger DivideUp(ulong mantissa, int shift, bool isNegative)
    {
        BigInteger quotient = (BigInteger)mantissa >> shift;
        return isNegative || (quotient << shift) == mantissa ? quotient : quotient + 1;
    }

    private BigInteger Shifted(int exponent)
    {
        BigInteger value = (BigInteger)_mantissa << (_mantissa == 0 ? 0 : _exponent - exponent);
        return _isNegative ? -value : value;
    }
}
