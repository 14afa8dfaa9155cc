using System.Buffers.Binary;
using System.Numerics;

namespace Pkv.Lua;

/// <summary>LuaBitOp: operations on 32 bits, results signed.</summary>
internal static class BitLibrary
{
    // Adding it leaves a number's low 32 bits in the low bits of its mantissa.
    private const double Magic = 6755399441055744.0;

    public static void Open(LuaState state)
    {
        LuaTable library = state.NewTable();
        void Add(string name, HostBody body) => LuaLibraries.Add(state, library, name, body);
        Add("tobit", static call => Return(call, Operand(call, 0)));
        Add("bnot", static call => Return(call, ~Operand(call, 0)));
        Add("band", static call => Fold(call, static (a, b) => a & b));
        Add("bor", static call => Fold(call, static (a, b) => a | b));
        Add("bxor", static call => Fold(call, static (a, b) => a ^ b));
        Add("lshift", static call => Return(call, Operand(call, 0) << Shift(call)));
        Add("rshift", static call => Return(call, Operand(call, 0) >> Shift(call)));
        Add("arshift", static call => Return(call, (uint)((int)Operand(call, 0) >> Shift(call))));
        Add("rol", static call => Return(call, BitOperations.RotateLeft(Operand(call, 0), Shift(call))));
        Add("ror", static call => Return(call, BitOperations.RotateRight(Operand(call, 0), Shift(call))));
        Add("bswap", static call => Return(call, BinaryPrimitives.ReverseEndianness(Operand(call, 0))));
        Add("tohex", ToHex);
        state.SetGlobal("bit", new LuaValue(library));
    }

    private static uint Operand(HostCall call, int index) => (uint)BitConverter.DoubleToInt64Bits(call.CheckNumber(index) + Magic);

    private static int Shift(HostCall call) => (int)(Operand(call, 1) & 31);

    private static int Return(HostCall call, uint bits) => call.Return((int)bits);

    private static int Fold(HostCall call, Func<uint, uint, uint> operation)
    {
        uint bits = Operand(call, 0);
        for (int i = call.Count - 1; i > 0; i--)
            bits = operation(bits, Operand(call, i));
        return Return(call, bits);
    }

    private static int ToHex(HostCall call)
    {
        uint bits = Operand(call, 0);
        int digits = call.IsNone(1) ? 8 : (int)Operand(call, 1);
        ReadOnlySpan<byte> alphabet = digits < 0 ? "0123456789ABCDEF"u8 : "0123456789abcdef"u8;
        digits = (int)Math.Min(Math.Abs((long)digits), 8);
        Span<byte> text = stackalloc byte[digits];
        for (int i = digits - 1; i >= 0; i--, bits >>= 4)
            text[i] = alphabet[(int)(bits & 15)];
        return call.Return(new LuaValue(call.State.String(text)));
    }
}
