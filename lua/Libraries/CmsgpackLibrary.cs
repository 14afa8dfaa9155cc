namespace Pkv.Lua;

/// <summary>lua-cmsgpack 0.4.0: MessagePack to and from Lua values.</summary>
internal static class CmsgpackLibrary
{
    public static void Open(LuaState state)
    {
        LuaTable library = state.NewTable();
        LuaLibraries.Add(state, library, "pack", CmsgpackEncoder.Pack);
        LuaLibraries.Add(state, library, "unpack", static call => Unpack(call, 0, 0));
        LuaLibraries.Add(state, library, "unpack_one", static call => Unpack(call, 1, call.OptionalInt(1, 0)));
        LuaLibraries.Add(state, library, "unpack_limit", static call => Unpack(call, call.CheckInt(1), call.OptionalInt(2, 0)));
        library.SetField(state.Name("_NAME"), new LuaValue(state.Name("cmsgpack")));
        library.SetField(state.Name("_VERSION"), new LuaValue(state.Name("lua-cmsgpack 0.4.0")));
        library.SetField(state.Name("_COPYRIGHT"), new LuaValue(state.Name("Copyright (C) 2012, Salvatore Sanfilippo")));
        library.SetField(state.Name("_DESCRIPTION"), new LuaValue(state.Name("MessagePack C implementation for Lua")));
        state.SetGlobal("cmsgpack", new LuaValue(library));
    }

    private static int Unpack(HostCall call, int limit, int offset)
    {
        LuaString text = call.CheckString(0);
        bool all = limit == 0 && offset == 0;
        if (offset < 0 || limit < 0)
            throw call.Error($"Invalid request to unpack with offset of {offset} and limit of {text.Length}.");
        if (offset > text.Length)
            throw call.Error($"Start offset {offset} greater than input length {text.Length}.");
        CmsgpackDecoder decoder = new(call, text.Span[offset..]);
        // Where the next value begins comes before the values: -1 at the end.
        int first = call.Thread.Top, count = 0;
        if (!all)
            call.Push(LuaValue.Nil);
        for (; decoder.Left > 0 && (all || count < limit); count++)
        {
            call.CheckStack(1, "too many return values at once; use unpack_one or unpack_limit instead.");
            call.Push(decoder.Value());
        }
        if (all)
            return count;
        call.Thread.Stack[first].Set(decoder.Left == 0 ? -1 : text.Length - decoder.Left);
        return count + 1;
    }
}
