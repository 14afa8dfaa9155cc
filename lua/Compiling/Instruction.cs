using System.Runtime.InteropServices;

namespace Pkv.Lua;

/// <summary>One instruction as compiled. B also holds constants' indexes and jump distances.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Instruction
{
    public const int ConstantBit = 256, MaxConstantOperand = 255, MaxB = 511, MaxConstants = 262143, MaxJump = 131071, NoRegister = 255;

    public Opcode Op;
    public byte A;
    public ushort C;
    public int B;

    public Instruction(Opcode op, int a, int b, int c)
    {
        Op = op;
        A = (byte)a;
        B = b;
        C = (ushort)c;
    }

    /// <summary>Whether an RK operand is a constant.</summary>
    public static bool IsConstant(int operand) => (operand & ConstantBit) != 0;

    public static int ConstantIndex(int operand) => operand & ~ConstantBit;

    /// <summary>Whether it writes register A (Lua 5.1's mode "sets A", which Test has although it only reads).</summary>
    public readonly bool SetsA => Op is not (Opcode.SetGlobal or Opcode.SetUpvalue or Opcode.SetTable or Opcode.Jmp or Opcode.Eq
        or Opcode.Lt or Opcode.Le or Opcode.Return or Opcode.TForLoop or Opcode.SetList or Opcode.Close);
}
