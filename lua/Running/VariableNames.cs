namespace Pkv.Lua;

/// <summary>Finds what a register holds in the words of the source, from the code that led there: for error messages.</summary>
internal static class VariableNames
{
    /// <summary>"global 'x'", "local 'x'", "field 'x'", "upvalue 'x'", "method 'x'" as kind and name, or null.</summary>
    public static (string Kind, LuaString Name)? OfRegister(LuaThread thread, CallInfo frame, int register)
    {
        if (thread.ClosureOf(frame) is not { } closure)
            return null;
        Prototype prototype = closure.Prototype;
        int pc = frame.Pc - 1;
        while (true)
        {
            if (prototype.LocalName(register + 1, pc) is { } local)
                return ("local", local);
            Instruction i = prototype.Code[LastWriter(prototype, pc, register)];
            switch (i.Op)
            {
                case Opcode.GetGlobal:
                    return ("global", (LuaString)prototype.Constants[i.B].Ref!);
                case Opcode.Move when i.B < i.A:
                    register = i.B;
                    continue;
                case Opcode.GetTable:
                    return ("field", ConstantName(thread, prototype, i.C));
                case Opcode.GetUpvalue:
                    return ("upvalue", prototype.UpValues[i.B].Name);
                case Opcode.Self:
                    return ("method", ConstantName(thread, prototype, i.C));
                default:
                    return null;
            }
        }
    }

    /// <summary>How the function of a frame was called, or null where that was not from Lua.</summary>
    public static (string Kind, LuaString Name)? OfFunction(LuaThread thread, int frameIndex)
    {
        CallInfo frame = thread.FrameAt(frameIndex);
        if (frameIndex == 0 || (thread.ClosureOf(frame) is not null && frame.TailCalls > 0))
            return null;
        CallInfo caller = thread.FrameAt(frameIndex - 1);
        if (thread.ClosureOf(caller) is not { } closure)
            return null;
        Instruction call = closure.Prototype.Code[caller.Pc - 1];
        return call.Op is Opcode.Call or Opcode.TailCall or Opcode.TForLoop ? OfRegister(thread, caller, call.A) : null;
    }

    private static LuaString ConstantName(LuaThread thread, Prototype prototype, int operand)
    {
        if (Instruction.IsConstant(operand) && prototype.Constants[Instruction.ConstantIndex(operand)].Ref is LuaString name)
            return name;
        return thread.State.Name("?");
    }

    // The last instruction before one that wrote a register, on the path that falls through; the final return if there is none.
    private static int LastWriter(Prototype prototype, int before, int register)
    {
        Instruction[] code = prototype.Code;
        int last = code.Length - 1;
        for (int pc = 0; pc < before; pc++)
        {
            Instruction i = code[pc];
            if (i.SetsA && i.A == register)
                last = pc;
            switch (i.Op)
            {
                case Opcode.LoadNil when i.A <= register && register <= i.B:
                case Opcode.Self when register == i.A + 1:
                case Opcode.TForLoop when register >= i.A + 2:
                case Opcode.Call or Opcode.TailCall when register >= i.A:
                case Opcode.VarArg when register >= i.A && (i.B == 0 || register < i.A + i.B - 1):
                    last = pc;
                    break;
                case Opcode.ForLoop or Opcode.ForPrep or Opcode.Jmp:
                    int target = pc + 1 + i.B;
                    if (pc < target && target <= before)
                        pc += i.B;
                    break;
            }
        }
        return last;
    }
}
