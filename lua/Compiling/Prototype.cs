namespace Pkv.Lua;

/// <summary>A compiled function: never written once compiled, so that any number of closures and runs share it.</summary>
internal sealed class Prototype
{
    public required LuaString Source { get; init; }

    public required Instruction[] Code { get; init; }

    /// <summary>The same code, operands scaled and opcodes split by the kinds of their operands (<see cref="Specializer"/>).</summary>
    public required FastInstruction[] Fast { get; init; }

    public required int[] Lines { get; init; }

    public required LuaValue[] Constants { get; init; }

    public required Prototype[] Nested { get; init; }

    public required UpValueSource[] UpValues { get; init; }

    public required LocalVariable[] Locals { get; init; }

    public required int LineDefined { get; init; }

    public required int LastLine { get; init; }

    public required int Parameters { get; init; }

    public required int MaxStack { get; init; }

    /// <summary>Places above its arguments that a call needs.</summary>
    public int StackNeeded => MaxStack + Parameters;

    /// <summary>Takes "...".</summary>
    public required bool IsVarArg { get; init; }

    /// <summary>Has the local variable "arg" after its parameters: every vararg function but the main one.</summary>
    public required bool HasArg { get; init; }

    /// <summary>Never writes "...": the extra arguments are given in "arg", a table, as in Lua 5.0.</summary>
    public required bool NeedsArg { get; init; }

    /// <summary>Bytes of it and of what it nests.</summary>
    public required long Cost { get; init; }

    /// <summary>The name of the local variable that is number <paramref name="number"/> (from 1) of those alive at an instruction.</summary>
    public LuaString? LocalName(int number, int pc)
    {
        for (int i = 0; i < Locals.Length && Locals[i].StartPc <= pc; i++)
        {
            if (pc < Locals[i].EndPc && --number == 0)
                return Locals[i].Name;
        }
        return null;
    }
}
