using Pkv.Resp;


namespace Pkv.Engine.Commands.Sorting;

/// <summary>
/// The weights of SORT without ALPHA, parsed like C's strtod: leading spaces, hexadecimal, "inf"; up to a zero byte; an
/// empty string is 0. Refuses what a double cannot approximate: overflow, and decimal numbers that become denormal or zero.
/// </summary>
internal static class SortNumber
{
    private const double SmallestNormal = 2.2250738585072014e-308;

    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        if (!Doubles.TryParseBound(text, out value))
            return false;
        if (double.IsInfinity(value))
            return text.IndexOfAny("nN"u8) >= 0;
        if (Math.Abs(value) >= SmallestNormal)
            return true;
        bool isHex = text.IndexOfAny("xX"u8) >= 0;
        return value == 0 ? !HasDigit(text, isHex) : isHex;
    }

    // Whether a digit before the exponent is not zero: then the number was not zero until it was rounded.
    private static bool HasDigit(ReadOnlySpan<byte> text, bool isHex)
    {
        int exponent = text.IndexOfAny(isHex ? "pP\0"u8 : "eE\0"u8);
        ReadOnlySpan<byte> digits = exponent < 0 ? text : text[..exponent];
        return digits.IndexOfAny(isHex ? "123456789abcdefABCDEF"u8 : "123456789"u8) >= 0;
    }
}
