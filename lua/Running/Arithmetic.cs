using System.Runtime.CompilerServices;

namespace Pkv.Lua;

/// <summary>Operations on numbers, and numbers from strings.</summary>
internal static class Arithmetic
{
    public static double Apply(Opcode op, double a, double b) => op switch
    {
        Opcode.Add => a + b,
        Opcode.Sub => a - b,
        Opcode.Mul => a * b,
        Opcode.Div => a / b,
        Opcode.Mod => Modulo(a, b),
        Opcode.Pow => Math.Pow(a, b),
        _ => -a,
    };

    /// <summary>a - floor(a/b)*b, as Lua 5.1 defines it, infinities and all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Modulo(double a, double b) => a - (Math.Floor(a / b) * b);

    public static bool TryToNumber(ref readonly LuaValue value, out double number)
    {
        number = value.Num;
        if (value.Ref is null)
            return true;
        number = 0;
        return value.Ref is LuaString s && NumberReader.TryRead(s.Bytes, out number);
    }
}
