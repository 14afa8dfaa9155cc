using System.Buffers.Text;

namespace Pkv.Lua;

/// <summary>Reads numbers as the C library's strtod does for Lua 5.1: decimal, hexadecimal, "inf" and "nan", spaces around.</summary>
internal static class NumberReader
{
    /// <summary>False unless all of the text, up to a zero byte, is a number.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out double number)
    {
        int at = SkipSpaces(text, 0), length = ReadPrefix(text[at..], out number);
        at = SkipSpaces(text, at + length);
        return length > 0 && (at == text.Length || text[at] == 0);
    }

    /// <summary>Reads a number, its sign included, from the start of the text.</summary>
    /// <returns>How many bytes it took; 0 where there is none.</returns>
    public static int ReadPrefix(ReadOnlySpan<byte> text, out double number)
    {
        bool hasSign = text.Length > 0 && text[0] is (byte)'+' or (byte)'-';
        int first = hasSign ? 1 : 0, end = ReadUnsigned(text, first, out number);
        if (end == first)
            return 0;
        if (hasSign && text[0] == '-')
            number = -number;
        return end;
    }

    /// <summary>Reads an integer in a base as strtoul does: spaces, a sign that wraps, "0x" in base 16, the largest value on overflow.</summary>
    public static bool TryReadUnsigned(ReadOnlySpan<byte> text, int radix, out ulong value)
    {
        int at = SkipSpaces(text, 0), first;
        bool isNegative = false, hasOverflowed = false;
        if (at < text.Length && text[at] is (byte)'+' or (byte)'-')
            isNegative = text[at++] == '-';
        if (radix == 16 && at + 2 < text.Length && text[at] == '0' && (text[at + 1] | 32) == 'x' && char.IsAsciiHexDigit((char)text[at + 2]))
            at += 2;
        value = 0;
        for (first = at; at < text.Length && DigitOf(text[at]) < radix; at++)
        {
            UInt128 next = ((UInt128)value * (uint)radix) + (uint)DigitOf(text[at]);
            hasOverflowed |= next > ulong.MaxValue;
            value = (ulong)next;
        }
        if (at == first)
            return false;
        value = hasOverflowed ? ulong.MaxValue : isNegative ? 0 - value : value;
        at = SkipSpaces(text, at);
        return at == text.Length || text[at] == 0;
    }

    private static int DigitOf(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'a' and <= (byte)'z' => c - 'a' + 10,
        >= (byte)'A' and <= (byte)'Z' => c - 'A' + 10,
        _ => int.MaxValue,
    };

    private static int SkipSpaces(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && IsSpace(text[at]))
            at++;
        return at;
    }

    public static bool IsSpace(byte c) => c is 32 or (>= 9 and <= 13);

    private static int ReadUnsigned(ReadOnlySpan<byte> text, int at, out double number)
    {
        number = 0;
        ReadOnlySpan<byte> rest = text[at..];
        if (rest.Length >= 2 && rest[0] == '0' && (rest[1] | 32) == 'x')
            return at + ReadHexadecimal(rest, out number);
        if (StartsWith(rest, "infinity"u8) || StartsWith(rest, "inf"u8))
        {
            number = double.PositiveInfinity;
            return at + (StartsWith(rest, "infinity"u8) ? 8 : 3);
        }
        if (StartsWith(rest, "nan"u8))
        {
            // strtod makes the positive one.
            number = BitConverter.UInt64BitsToDouble(0x7ff8000000000000);
            return at + 3 + NanTail(rest[3..]);
        }
        return at + ReadDecimal(rest, out number);
    }

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower)
    {
        if (text.Length < lower.Length)
            return false;
        for (int i = 0; i < lower.Length; i++)
        {
            if ((text[i] | 32) != lower[i])
                return false;
        }
        return true;
    }

    private static int NanTail(ReadOnlySpan<byte> rest)
    {
        if (rest.Length == 0 || rest[0] != '(')
            return 0;
        int at = 1;
        while (at < rest.Length && (char.IsAsciiLetterOrDigit((char)rest[at]) || rest[at] == '_'))
            at++;
        return at < rest.Length && rest[at] == ')' ? at + 1 : 0;
    }

    private static int ReadDecimal(ReadOnlySpan<byte> text, out double number)
    {
        number = 0;
        int at = 0, digits = 0;
        ulong small = 0;
        for (; at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9'; at++, digits++)
            small = (small * 10) + (ulong)(text[at] - '0');
        if (digits is > 0 and <= 15 && (at == text.Length || (text[at] != '.' && (text[at] | 32) != 'e')))
        {
            number = small;
            return at;
        }
        if (at < text.Length && text[at] == '.')
        {
            for (at++; at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9'; at++)
                digits++;
        }
        if (digits == 0)
            return 0;
        at += ExponentLength(text[at..], 'e');
        // Parses correctly rounded; overflow is infinity, as with strtod.
        return Utf8Parser.TryParse(text[..at], out number, out int used) && used == at ? at : ReadLoosely(text[..at], out number);
    }

    private static int ReadLoosely(ReadOnlySpan<byte> text, out double number) =>
        double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out number) ? text.Length : 0;

    private static int ExponentLength(ReadOnlySpan<byte> text, char letter)
    {
        if (text.Length < 2 || (text[0] | 32) != letter)
            return 0;
        int at = text[1] is (byte)'+' or (byte)'-' ? 2 : 1, first = at;
        while (at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9')
            at++;
        return at > first ? at : 0;
    }

    // Digits beyond 64 bits are rounded to even at the end, by keeping whether any lost bit was set.
    private static int ReadHexadecimal(ReadOnlySpan<byte> text, out double number)
    {
        int at = 2, digits = 0, exponent = 0;
        ulong value = 0;
        bool lost = false, isFraction = false;
        for (; at < text.Length; at++)
        {
            if (text[at] == '.' && !isFraction)
            {
                isFraction = true;
                continue;
            }
            if (!char.IsAsciiHexDigit((char)text[at]))
                break;
            int digit = text[at] <= '9' ? text[at] - '0' : (text[at] | 32) - 'a' + 10;
            digits++;
            if (value >> 60 == 0)
            {
                value = (value << 4) | (uint)digit;
                exponent -= isFraction ? 4 : 0;
            }
            else
            {
                lost |= digit != 0;
                exponent += isFraction ? 0 : 4;
            }
        }
        if (digits == 0)
        {
            // Of "0x" alone strtod takes the zero.
            number = 0;
            return 1;
        }
        int tail = ExponentLength(text[at..], 'p');
        if (tail > 0)
        {
            _ = Utf8Parser.TryParse(text.Slice(at + (text[at + 1] == '+' ? 2 : 1), tail - (text[at + 1] == '+' ? 2 : 1)), out int power, out _);
            exponent += power;
            at += tail;
        }
        if (lost)
            value |= 1;
        number = Math.ScaleB((double)value, exponent);
        return at;
    }
}
