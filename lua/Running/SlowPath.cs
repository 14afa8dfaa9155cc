namespace Pkv.Lua;

/// <summary>
/// One instruction in full generality, from the code as compiled: what the interpreter leaves when an operand is not of the kind it is
/// fast for. The instruction is the one before the frame's next; a comparison moves that on.
/// </summary>
internal static class SlowPath
{
    public static void Run(LuaThread thread, CallInfo frame, LuaClosure closure)
    {
        Prototype prototype = closure.Prototype;
        Instruction i = prototype.Code[frame.Pc - 1];
        int target = frame.Base + i.A;
        switch (i.Op)
        {
            case Opcode.GetGlobal:
                Put(thread, target, Metamethods.Index(thread, new LuaValue(closure.Environment), prototype.Constants[i.B], -1));
                break;
            case Opcode.SetGlobal:
                Metamethods.SetIndex(thread, new LuaValue(closure.Environment), prototype.Constants[i.B], thread.Stack[target], -1);
                break;
            case Opcode.GetTable:
                int table = frame.Base + i.B;
                Put(thread, target, Metamethods.Index(thread, thread.Stack[table], Operand(thread, frame, prototype, i.C), table));
                break;
            case Opcode.SetTable:
                Metamethods.SetIndex(thread, thread.Stack[target], Operand(thread, frame, prototype, i.B), Operand(thread, frame, prototype, i.C), target);
                break;
            case Opcode.Self:
                Self(thread, frame, prototype, i);
                break;
            case Opcode.Unm:
                int operand = frame.Base + i.B;
                LuaValue value = thread.Stack[operand];
                Put(thread, target, Metamethods.Arithmetic(thread, i.Op, value, operand, value, operand));
                break;
            case Opcode.Len:
                Put(thread, target, Metamethods.Length(thread, thread.Stack[frame.Base + i.B], frame.Base + i.B));
                break;
            case Opcode.Concat:
                Metamethods.Concat(thread, frame.Base + i.B, frame.Base + i.C);
                Put(thread, target, thread.Stack[frame.Base + i.B]);
                break;
            case Opcode.Eq or Opcode.Lt or Opcode.Le:
                Compare(thread, frame, prototype, i);
                break;
            case Opcode.ForPrep:
                PrepareFor(thread, target);
                frame.Pc += i.B;
                break;
            default:
                Put(thread, target, Metamethods.Arithmetic(thread, i.Op, Operand(thread, frame, prototype, i.B), StackIndex(frame, i.B),
                    Operand(thread, frame, prototype, i.C), StackIndex(frame, i.C)));
                break;
        }
    }

    // Finds the stack after the value is there: making it may have moved the stack.
    private static void Put(LuaThread thread, int index, LuaValue value) => thread.Stack[index] = value;

    private static LuaValue Operand(LuaThread thread, CallInfo frame, Prototype prototype, int operand) =>
        Instruction.IsConstant(operand) ? prototype.Constants[Instruction.ConstantIndex(operand)] : thread.Stack[frame.Base + operand];

    private static int StackIndex(CallInfo frame, int operand) => Instruction.IsConstant(operand) ? -1 : frame.Base + operand;

    private static void Self(LuaThread thread, CallInfo frame, Prototype prototype, Instruction i)
    {
        int table = frame.Base + i.B;
        LuaValue value = thread.Stack[table];
        thread.Stack[frame.Base + i.A + 1] = value;
        Put(thread, frame.Base + i.A, Metamethods.Index(thread, value, Operand(thread, frame, prototype, i.C), table));
    }

    private static void Compare(LuaThread thread, CallInfo frame, Prototype prototype, Instruction i)
    {
        LuaValue a = Operand(thread, frame, prototype, i.B), b = Operand(thread, frame, prototype, i.C);
        bool result = i.Op switch
        {
            Opcode.Eq => Metamethods.AreEqual(thread, a, b),
            Opcode.Lt => Metamethods.Less(thread, a, b),
            _ => Metamethods.LessOrEqual(thread, a, b),
        };
        int distance = prototype.Code[frame.Pc].B;
        // A jump back is run by itself, which counts it as work.
        if (result != (i.A != 0))
            frame.Pc++;
        else if (distance >= 0)
            frame.Pc += distance + 1;
    }

    private static void PrepareFor(LuaThread thread, int register)
    {
        ReadOnlySpan<string> names = ["initial value", "limit", "step"];
        for (int i = 0; i < 3; i++)
        {
            ref LuaValue value = ref thread.Stack[register + i];
            if (!Arithmetic.TryToNumber(in value, out double number))
                throw thread.State.Error($"'for' {names[i]} must be a number");
            value.Set(number);
        }
        thread.Stack[register].Num -= thread.Stack[register + 2].Num;
    }
}
