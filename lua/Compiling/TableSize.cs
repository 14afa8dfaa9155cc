namespace Pkv.Lua;

/// <summary>Sizes as a constructor notes them: a "floating point byte" (eeeeexxx), which rounds up. The rounding decides '#' and pairs().</summary>
internal static class TableSize
{
    public static int Encode(int size)
    {
        int exponent = 0;
        while (size >= 16)
        {
            size = (size + 1) >> 1;
            exponent++;
        }
        return size < 8 ? size : ((exponent + 1) << 3) | (size - 8);
    }

    public static int Decode(int code)
    {
        int exponent = (code >> 3) & 31;
        return exponent == 0 ? code : ((code & 7) + 8) << (exponent - 1);
    }
}
