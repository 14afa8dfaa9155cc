namespace Pkv.Lua;

/// <summary>Values as text.</summary>
internal static class Text
{
    /// <summary>What tostring() returns: what "__tostring" says, which may be any value, or the value in words.</summary>
    public static LuaValue Of(LuaThread thread, LuaValue value)
    {
        LuaState state = thread.State;
        LuaValue handler = state.Metamethod(in value, MetaEvent.ToString);
        if (!handler.IsNil)
            return CallOne(thread, handler, value);
        return value.Type switch
        {
            LuaType.Number => new LuaValue(state.NumberString(value.Num)),
            LuaType.String => value,
            LuaType.Boolean => new LuaValue(state.Name(value.IsTrue ? "true" : "false")),
            LuaType.Nil => new LuaValue(state.Name("nil")),
            _ => new LuaValue(state.String($"{value.TypeName}: {Identities.Text(value.Ref!)}")),
        };
    }

    private static LuaValue CallOne(LuaThread thread, LuaValue function, LuaValue argument)
    {
        int at = thread.Top;
        thread.Push(function);
        thread.Push(argument);
        thread.Call(at, 1);
        thread.Top = at;
        return thread.Stack[at];
    }

    /// <summary>What C code sees of a string.</summary>
    public static string UpToZero(LuaString text)
    {
        int zero = text.Span.IndexOf((byte)0);
        return zero < 0 ? text.ToString() : text.ToString()[..zero];
    }
}
