namespace Pkv.Lua;

/// <summary>The table library.</summary>
internal static class TableLibrary
{
    public static void Open(LuaState state)
    {
        LuaTable library = state.NewTable();
        void Add(string name, HostBody body) => LuaLibraries.Add(state, library, name, body);
        Add("concat", Concat);
        Add("foreach", ForEach);
        Add("foreachi", ForEachItem);
        Add("getn", static call => call.Return(call.CheckTable(0).Length));
        Add("insert", Insert);
        Add("maxn", static call =>
        {
            LuaTable table = call.CheckTable(0);
            call.State.Spend(table.Array.Length + table.Nodes.Length);
            return call.Return(table.MaxNumber());
        });
        Add("remove", Remove);
        Add("setn", static call =>
        {
            call.CheckTable(0);
            throw call.Error("'setn' is obsolete");
        });
        Add("sort", TableSort.Sort);
        state.SetGlobal("table", new LuaValue(library));
    }

    /// <summary>Writes an item as rawseti does.</summary>
    public static void Set(HostCall call, LuaTable table, int index, LuaValue value)
    {
        if (table.IsReadOnly)
            throw call.State.Error("Attempt to modify a readonly table");
        table.PlaceIndex(index) = value;
    }

    private static int Concat(HostCall call)
    {
        LuaString separator = call.IsNoneOrNil(1) ? call.State.EmptyString : call.CheckString(1);
        LuaTable table = call.CheckTable(0);
        int from = call.OptionalInt(2, 1), to = call.IsNoneOrNil(3) ? table.Length : call.CheckInt(3);
        ByteBuilder result = call.State.BorrowBuilder();
        try
        {
            for (long i = from; i <= to; i++)
            {
                LuaValue item = table.FindIndex((int)i);
                call.State.Spend(1);
                if (item.Ref is LuaString s)
                    result.Append(call.State, s.Span);
                else if (item.IsNumber)
                    result.Advance(NumberWriter.WriteShort(item.Num, result.Reserve(call.State, NumberWriter.MaxLength)));
                else
                    throw call.Error($"invalid value ({item.TypeName}) at index {i} in table for 'concat'");
                if (i < to)
                    result.Append(call.State, separator.Span);
            }
            return call.Return(new LuaValue(call.State.String(result.Span)));
        }
        finally
        {
            call.State.ReturnBuilder(result);
        }
    }

    private static int ForEach(HostCall call)
    {
        LuaTable table = call.CheckTable(0);
        call.CheckFunction(1);
        LuaValue key = LuaValue.Nil;
        while (true)
        {
            int found = table.Next(ref key, out LuaValue value);
            if (found < 0)
                throw call.State.Error("invalid key to 'next'");
            if (found == 0)
                return call.ReturnNothing();
            LuaValue result = Metamethods.Call(call.Thread, call.At(1), key, value);
            call.State.Spend(1);
            if (!result.IsNil)
                return call.Return(result);
        }
    }

    private static int ForEachItem(HostCall call)
    {
        LuaTable table = call.CheckTable(0);
        int count = table.Length;
        call.CheckFunction(1);
        for (int i = 1; i <= count; i++)
        {
            LuaValue result = Metamethods.Call(call.Thread, call.At(1), new LuaValue(i), table.FindIndex(i));
            call.State.Spend(1);
            if (!result.IsNil)
                return call.Return(result);
        }
        return call.ReturnNothing();
    }

    private static int Insert(HostCall call)
    {
        LuaTable table = call.CheckTable(0);
        int end = table.Length + 1, at = end, given = call.Count;
        if (given == 3)
        {
            at = call.CheckInt(1);
            end = Math.Max(end, at);
            call.State.Spend((end - (long)at) >> 2);
            for (int i = end; i > at; i--)
                Set(call, table, i, table.FindIndex(i - 1));
        }
        else if (given != 2)
            throw call.Error("wrong number of arguments to 'insert'");
        Set(call, table, at, call.At(given - 1));
        return call.ReturnNothing();
    }

    private static int Remove(HostCall call)
    {
        LuaTable table = call.CheckTable(0);
        int end = table.Length, at = call.OptionalInt(1, end);
        if (at < 1 || at > end)
            return call.ReturnNothing();
        LuaValue removed = table.FindIndex(at);
        call.State.Spend((end - at) >> 2);
        for (; at < end; at++)
            Set(call, table, at, table.FindIndex(at + 1));
        Set(call, table, end, LuaValue.Nil);
        return call.Return(removed);
    }
}
