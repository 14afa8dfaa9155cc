namespace Pkv.Lua;

/// <summary>Makes the code that is run from the code that was compiled, instruction by instruction: positions stay, so lines and names do.</summary>
internal static class Specializer
{
    public static FastInstruction[] Run(Instruction[] code, LuaValue[] constants)
    {
        FastInstruction[] fast = new FastInstruction[code.Length];
        for (int pc = 0; pc < code.Length; pc++)
            fast[pc] = Make(code[pc], constants);
        return fast;
    }

    private static FastInstruction Make(Instruction i, LuaValue[] constants)
    {
        FastInstruction fast = new() { A = Scale(i.A) };
        switch (i.Op)
        {
            case Opcode.LoadK or Opcode.GetGlobal or Opcode.SetGlobal:
                fast.Op = i.Op == Opcode.LoadK ? FastOp.LoadK : i.Op == Opcode.GetGlobal ? FastOp.GetGlobal : FastOp.SetGlobal;
                fast.Wide = i.B * FastInstruction.ValueSize;
                return fast;
            case Opcode.Jmp:
                fast.Op = i.B < 0 ? FastOp.JmpBack : FastOp.Jmp;
                fast.Wide = i.B * FastInstruction.Size;
                return fast;
            case Opcode.ForLoop or Opcode.ForPrep:
                fast.Op = i.Op == Opcode.ForLoop ? FastOp.ForLoop : FastOp.ForPrep;
                fast.Wide = i.B * FastInstruction.Size;
                return fast;
            case Opcode.SetList:
                fast.Op = FastOp.SetList;
                fast.Small = (byte)i.C;
                fast.Wide = i.B;
                return fast;
            case Opcode.Closure:
                fast.Op = FastOp.Closure;
                fast.Wide = i.B;
                return fast;
            case Opcode.Eq or Opcode.Lt or Opcode.Le:
                fast.A = i.A;
                return Split(fast, i, constants);
            case Opcode.GetTable or Opcode.Self or Opcode.SetTable or (>= Opcode.Add and <= Opcode.Pow):
                return Split(fast, i, constants);
            default:
                return Plain(fast, i);
        }
    }

    private static FastInstruction Plain(FastInstruction fast, Instruction i)
    {
        bool scalesB = i.Op is Opcode.Move or Opcode.LoadNil or Opcode.Unm or Opcode.Not or Opcode.Len or Opcode.TestSet;
        fast.B = scalesB ? Scale(i.B) : (ushort)i.B;
        fast.C = i.C;
        fast.Op = i.Op switch
        {
            Opcode.Move => FastOp.Move,
            Opcode.LoadBool => FastOp.LoadBool,
            Opcode.LoadNil => FastOp.LoadNil,
            Opcode.GetUpvalue => FastOp.GetUpvalue,
            Opcode.SetUpvalue => FastOp.SetUpvalue,
            Opcode.NewTable => FastOp.NewTable,
            Opcode.Unm => FastOp.Unm,
            Opcode.Not => FastOp.Not,
            Opcode.Len => FastOp.Len,
            Opcode.Concat => FastOp.Concat,
            Opcode.Test => FastOp.Test,
            Opcode.TestSet => FastOp.TestSet,
            Opcode.Call => FastOp.Call,
            Opcode.TailCall => FastOp.TailCall,
            Opcode.Return => i.B == 1 ? FastOp.Return0 : i.B == 2 ? FastOp.Return1 : FastOp.Return,
            Opcode.TForLoop => FastOp.TForLoop,
            Opcode.Close => FastOp.Close,
            Opcode.VarArg => FastOp.VarArg,
            _ => throw new InvalidOperationException($"{i.Op} has operands to split"),
        };
        return fast;
    }

    private static FastInstruction Split(FastInstruction fast, Instruction i, LuaValue[] constants)
    {
        OperandKind b = i.Op is Opcode.GetTable or Opcode.Self ? OperandKind.Register : KindOf(i.B, constants), c = KindOf(i.C, constants);
        fast.B = Scale(Instruction.IsConstant(i.B) ? Instruction.ConstantIndex(i.B) : i.B);
        fast.C = Scale(Instruction.IsConstant(i.C) ? Instruction.ConstantIndex(i.C) : i.C);
        fast.Op = i.Op switch
        {
            Opcode.GetTable => c == OperandKind.String ? FastOp.GetTableS : c == OperandKind.Register ? FastOp.GetTableR : FastOp.Slow,
            Opcode.Self => c == OperandKind.String ? FastOp.SelfS : FastOp.Slow,
            Opcode.SetTable => SplitSetTable(b, c),
            Opcode.Eq => SplitEquality(b, c),
            Opcode.Add => SplitNumeric(FastOp.AddRR, b, c),
            Opcode.Sub => SplitNumeric(FastOp.SubRR, b, c),
            Opcode.Mul => SplitNumeric(FastOp.MulRR, b, c),
            Opcode.Div => SplitNumeric(FastOp.DivRR, b, c),
            Opcode.Mod => b == OperandKind.Number ? FastOp.Slow : SplitNumeric(FastOp.ModRR, b, c),
            Opcode.Lt => SplitNumeric(FastOp.LtRR, b, c),
            Opcode.Le => SplitNumeric(FastOp.LeRR, b, c),
            _ => FastOp.Slow,
        };
        return fast;
    }

    private static FastOp SplitSetTable(OperandKind key, OperandKind value)
    {
        bool isRegister = value == OperandKind.Register;
        return key switch
        {
            OperandKind.String => isRegister ? FastOp.SetTableSR : FastOp.SetTableSK,
            OperandKind.Register => isRegister ? FastOp.SetTableRR : FastOp.SetTableRK,
            _ => FastOp.Slow,
        };
    }

    private static FastOp SplitEquality(OperandKind b, OperandKind c)
    {
        if (b != OperandKind.Register)
            return FastOp.Slow;
        return c == OperandKind.Register ? FastOp.EqRR : FastOp.EqRK;
    }

    // The three forms of an operation follow each other: RR, RN, NR.
    private static FastOp SplitNumeric(FastOp both, OperandKind b, OperandKind c) => (b, c) switch
    {
        (OperandKind.Register, OperandKind.Register) => both,
        (OperandKind.Register, OperandKind.Number) => both + 1,
        (OperandKind.Number, OperandKind.Register) => both + 2,
        _ => FastOp.Slow,
    };

    private static OperandKind KindOf(int operand, LuaValue[] constants)
    {
        if (!Instruction.IsConstant(operand))
            return OperandKind.Register;
        LuaValue constant = constants[Instruction.ConstantIndex(operand)];
        return constant.IsNumber ? OperandKind.Number : constant.IsString ? OperandKind.String : OperandKind.Other;
    }

    private static ushort Scale(int index) => (ushort)(index * FastInstruction.ValueSize);

    private enum OperandKind
    {
        Register,
        Number,
        String,
        Other,
    }
}
