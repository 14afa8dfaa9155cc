using System.Runtime.InteropServices;

namespace Pkv.Lua;

/// <summary>
/// One instruction as it is run: 8 bytes, each operand a load of its own. Registers and constants are byte offsets (index times 16),
/// jumps are byte offsets in the code; counts are as compiled.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
internal struct FastInstruction
{
    /// <summary>Bytes of a value; what registers and constants are scaled by.</summary>
    public const int ValueSize = 16;

    public const int Size = 8;

    [FieldOffset(0)]
    public FastOp Op;

    [FieldOffset(1)]
    public byte Small;

    [FieldOffset(2)]
    public ushort A;

    [FieldOffset(4)]
    public ushort B;

    [FieldOffset(6)]
    public ushort C;

    /// <summary>In place of B and C: a constant's offset or a jump's distance.</summary>
    [FieldOffset(4)]
    public int Wide;
}
