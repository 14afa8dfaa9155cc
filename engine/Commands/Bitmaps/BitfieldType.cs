using Pkv.Resp;


namespace Pkv.Engine.Commands.Bitmaps;

/// <summary>An integer type of BITFIELD: "i1" to "i64", "u1" to "u63".</summary>
internal readonly record struct BitfieldType(bool IsSigned, int Width)
{
    private Int128 Max => (Int128.One << (IsSigned ? Width - 1 : Width)) - 1;

    private Int128 Min => IsSigned ? -Max - 1 : 0;

    public static bool TryParse(ReadOnlySpan<byte> text, out BitfieldType type)
    {
        type = default;
        // As in Redis, which reads a C string, what follows a zero byte does not count.
        int zero = text.IndexOf((byte)0);
        if (zero >= 0)
            text = text[..zero];
        if (text.Length < 2 || text[0] is not ((byte)'i' or (byte)'u') || !Integers.TryParse(text[1..], out long width))
            return false;
        bool isSigned = text[0] == 'i';
        if (width < 1 || width > (isSigned ? 64 : 63))
            return false;
        type = new BitfieldType(isSigned, (int)width);
        return true;
    }

    /// <summary>The number that these bits are.</summary>
    public long Read(ReadOnlySpan<byte> value, long offset)
    {
        ulong bits = Bits.Read(value, offset, Width);
        return IsSigned ? (long)(bits << (64 - Width)) >> (64 - Width) : (long)bits;
    }

    /// <summary>
    /// A number plus an increment as this type can hold it: the sum itself, wrapped around, or the nearest there is. False: it does not fit and is
    /// not to be stored.
    /// </summary>
    public bool TryFit(Int128 number, long increment, BitfieldOverflow overflow, out long fitted)
    {
        Int128 sum = number + increment;
        if (sum > Max || sum < Min)
        {
            if (overflow == BitfieldOverflow.Saturate)
                sum = sum > Max || IsTakenForTooLarge(number) ? Max : Min;
            else if (overflow == BitfieldOverflow.Fail)
            {
                fitted = 0;
                return false;
            }
        }
        ulong bits = unchecked((ulong)sum) << (64 - Width);
        fitted = IsSigned ? (long)bits >> (64 - Width) : (long)(bits >> (64 - Width));
        return true;
    }

    // Redis 7.0 compares by a difference of 64 bits, which wraps around: the most negative numbers saturate at the upper end.
    private bool IsTakenForTooLarge(Int128 number) => IsSigned && Width < 64 && Max - number > long.MaxValue;
}
