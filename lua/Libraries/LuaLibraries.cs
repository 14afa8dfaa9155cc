namespace Pkv.Lua;

/// <summary>Opens the standard libraries in a state.</summary>
public static class LuaLibraries
{
    /// <summary>The libraries that Redis gives to scripts: base, coroutine, string, table, math, bit, struct, cjson, cmsgpack.</summary>
    public static void OpenAll(LuaState state)
    {
        BaseLibrary.Open(state);
        CoroutineLibrary.Open(state);
        StringLibrary.Open(state);
        TableLibrary.Open(state);
        MathLibrary.Open(state);
        BitLibrary.Open(state);
        StructLibrary.Open(state);
        CjsonLibrary.Open(state);
        CmsgpackLibrary.Open(state);
    }

    /// <summary>The table "os" with nothing but "clock", CPU seconds as the given function counts them.</summary>
    public static void OpenClock(LuaState state, Func<double> cpuSeconds)
    {
        LuaTable os = state.NewTable();
        Add(state, os, "clock", call => call.Return(cpuSeconds()));
        state.SetGlobal("os", new LuaValue(os));
    }

    internal static void Add(LuaState state, LuaTable table, string name, HostBody body) =>
        table.SetField(state.Name(name), new LuaValue(new HostFunction(name, body)));
}
