using System.Runtime.CompilerServices;

namespace Pkv.Resp;

/// <summary>Integers as Redis reads and writes them: 64 bits, decimal, canonical ("-0", "+1" and "01" are not integers).</summary>
public static class Integers
{
    /// <summary>The longest text of a 64-bit integer.</summary>
    public const int MaxBytes = 20;

    public static bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.Length == 0 || text.Length > MaxBytes)
            return false;
        int i = 0;
        bool negative = text[0] == '-';
        if (negative && ++i == text.Length)
            return false;
        if (text[i] == '0')
            return text.Length == 1;
        ulong magnitude = 0;
        for (; i < text.Length; i++)
        {
            uint digit = (uint)(text[i] - '0');
            if (digit > 9 || magnitude > (ulong.MaxValue - digit) / 10)
                return false;
            magnitude = magnitude * 10 + digit;
        }
        if (negative)
        {
            if (magnitude > (ulong)long.MaxValue + 1)
                return false;
            value = (long)(0 - magnitude);
            return true;
        }
        if (magnitude > long.MaxValue)
            return false;
        value = (long)magnitude;
        return true;
    }

    /// <summary>Writes the decimal text and returns its end. Needs <see cref="MaxBytes"/> bytes of room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe byte* Write(byte* p, long value)
    {
        if ((ulong)value < 10)
        {
            *p = (byte)('0' + value);
            return p + 1;
        }
        return WriteLong(p, value);
    }

    private static unsafe byte* WriteLong(byte* p, long value)
    {
        ulong magnitude = (ulong)value;
        if (value < 0)
        {
            *p++ = (byte)'-';
            magnitude = 0 - magnitude;
        }
        int digits = Digits(magnitude);
        for (byte* q = p + digits - 1; q >= p; q--)
        {
            *q = (byte)('0' + magnitude % 10);
            magnitude /= 10;
        }
        return p + digits;
    }

    private static int Digits(ulong value)
    {
        int digits = 1;
        while (value >= 10)
        {
            value /= 10;
            digits++;
        }
        return digits;
    }
}
