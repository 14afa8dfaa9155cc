namespace Pkv.Lua;

/// <summary>Errors about values of the wrong type, naming the variable where it can be known.</summary>
internal static class TypeErrors
{
    /// <param name="index">Where the value lies in the stack, or -1.</param>
    public static LuaException Raise(LuaThread thread, string action, ref readonly LuaValue value, int index)
    {
        string type = value.TypeName;
        CallInfo frame = thread.Frame;
        if (index >= frame.Base && index < frame.Top && VariableNames.OfRegister(thread, frame, index - frame.Base) is { } found)
            return thread.State.Error($"attempt to {action} {found.Kind} '{found.Name}' (a {type} value)");
        return thread.State.Error($"attempt to {action} a {type} value");
    }

    public static LuaException Order(LuaThread thread, ref readonly LuaValue a, ref readonly LuaValue b)
    {
        string left = a.TypeName, right = b.TypeName;
        return thread.State.Error(left == right ? $"attempt to compare two {left} values" : $"attempt to compare {left} with {right}");
    }

    public static LuaException Arithmetic(LuaThread thread, ref readonly LuaValue a, int aIndex, ref readonly LuaValue b, int bIndex)
    {
        if (Pkv.Lua.Arithmetic.TryToNumber(in a, out _))
            return Raise(thread, "perform arithmetic on", in b, bIndex);
        return Raise(thread, "perform arithmetic on", in a, aIndex);
    }
}
