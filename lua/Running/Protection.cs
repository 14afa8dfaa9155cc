namespace Pkv.Lua;

/// <summary>Tables that scripts may read and not write.</summary>
internal static class Protection
{
    /// <summary>Makes the reading of a field that a table does not have an error.</summary>
    public static void MakeStrict(LuaState state, LuaTable table)
    {
        LuaTable metatable = state.NewTable();
        metatable.SetField(state.Name("__index"), new LuaValue(new HostFunction("__index", RefuseName)));
        table.Metatable = metatable;
    }

    /// <summary>Makes tables, and all that they lead to, read-only.</summary>
    public static void Protect(LuaState state, params ReadOnlySpan<LuaTable> tables)
    {
        HashSet<LuaTable> reached = [];
        foreach (LuaTable table in tables)
            Protect(table, reached);
        if (state.StringMetatable is not null)
            Protect(state.StringMetatable, reached);
    }

    private static int RefuseName(HostCall call) =>
        throw call.Error($"Script attempted to access nonexistent global variable '{Text.UpToZero(call.CheckString(1))}'");

    private static void Protect(LuaTable table, HashSet<LuaTable> reached)
    {
        if (!reached.Add(table))
            return;
        table.IsReadOnly = true;
        if (table.Metatable is not null)
            Protect(table.Metatable, reached);
        LuaValue key = LuaValue.Nil;
        while (table.Next(ref key, out LuaValue value) > 0)
        {
            if (value.Ref is LuaTable inner)
                Protect(inner, reached);
        }
    }
}
