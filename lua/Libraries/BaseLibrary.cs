namespace Pkv.Lua;

/// <summary>The basic functions of Lua 5.1 that need no files and print nothing.</summary>
internal static class BaseLibrary
{
    private static readonly string[] CollectOptions = ["stop", "restart", "collect", "count", "step", "setpause", "setstepmul"];

    public static void Open(LuaState state)
    {
        LuaTable globals = state.Globals;
        state.SetGlobal("_G", new LuaValue(globals));
        state.SetGlobal("_VERSION", new LuaValue(state.Name("Lua 5.1")));
        void Add(string name, HostBody body) => LuaLibraries.Add(state, globals, name, body);
        Add("assert", Assert);
        Add("collectgarbage", CollectGarbage);
        Add("error", RaiseError);
        Add("gcinfo", static call => call.Return(Math.Floor(call.State.MemoryUsed / 1024.0)));
        Add("getfenv", EnvironmentLibrary.GetFenv);
        Add("getmetatable", GetMetatable);
        Add("load", LoadLibrary.Load);
        Add("loadstring", LoadLibrary.LoadString);
        Add("newproxy", NewProxy);
        Add("next", Next);
        Add("pairs", Pairs);
        Add("pcall", ProtectedCalls.PCall);
        Add("rawequal", RawEqual);
        Add("rawget", RawGet);
        Add("rawset", RawSet);
        Add("select", Select);
        Add("setfenv", EnvironmentLibrary.SetFenv);
        Add("setmetatable", SetMetatable);
        Add("tonumber", ToNumber);
        Add("tostring", static call =>
        {
            call.CheckAny(0);
            return call.Return(Text.Of(call.Thread, call.At(0)));
        });
        Add("type", static call =>
        {
            call.CheckAny(0);
            return call.Return(new LuaValue(call.State.Name(call.At(0).TypeName)));
        });
        Add("unpack", Unpack);
        Add("xpcall", ProtectedCalls.XPCall);
        state.NextFunction = (HostFunction)globals.GetField("next").Ref!;
        HostFunction step = new("(for generator)", StepItems);
        state.ItemFunction = step;
        Add("ipairs", call =>
        {
            LuaTable table = call.CheckTable(0);
            call.Push(new LuaValue(step));
            call.Push(new LuaValue(table));
            call.Push(new LuaValue(0));
            return 3;
        });
    }

    private static int Assert(HostCall call)
    {
        call.CheckAny(0);
        if (call.At(0).IsTrue)
            return call.Count;
        string message = call.IsNoneOrNil(1) ? "assertion failed!" : Text.UpToZero(call.CheckString(1));
        throw call.Error(message);
    }

    private static int CollectGarbage(HostCall call)
    {
        string option = call.IsNoneOrNil(0) ? "collect" : Text.UpToZero(call.CheckString(0));
        if (Array.IndexOf(CollectOptions, option) < 0)
            throw call.ArgumentError(0, $"invalid option '{option}'");
        call.OptionalInt(1, 0);
        switch (option)
        {
            case "count":
                return call.Return(call.State.MemoryUsed / 1024.0);
            case "collect":
                call.State.Memory.Collect();
                return call.Return(0);
            case "step":
                call.State.Memory.Collect();
                return call.Return(LuaValue.Boolean(true));
            case "setpause" or "setstepmul":
                return call.Return(200);
            default:
                return call.Return(0);
        }
    }

    private static int RaiseError(HostCall call)
    {
        int level = call.OptionalInt(1, 1);
        call.SetCount(1);
        if (level > 0 && call.TryString(0, out LuaString? message))
        {
            string where = CallLevels.Where(call.Thread, level);
            if (where.Length > 0)
                call.At(0) = new LuaValue(call.State.Join([new LuaValue(call.State.String(where)), new LuaValue(message)]));
        }
        throw new LuaException(call.At(0));
    }

    private static int GetMetatable(HostCall call)
    {
        call.CheckAny(0);
        LuaTable? metatable = call.State.MetatableOf(in call.At(0));
        if (metatable is null)
            return call.Return(LuaValue.Nil);
        LuaValue protection = call.State.Metamethod(in call.At(0), MetaEvent.Metatable);
        return call.Return(protection.IsNil ? new LuaValue(metatable) : protection);
    }

    private static int SetMetatable(HostCall call)
    {
        LuaValue metatable = call[1];
        LuaTable table = call.CheckTable(0);
        if (call.IsNone(1) || !(metatable.IsNil || metatable.IsTable))
            throw call.ArgumentError(1, "nil or table expected");
        if (!call.State.Metamethod(in call.At(0), MetaEvent.Metatable).IsNil)
            throw call.Error("cannot change a protected metatable");
        if (table.IsReadOnly)
            throw call.State.Error("Attempt to modify a readonly table");
        table.Metatable = metatable.Ref as LuaTable;
        return call.Return(new LuaValue(table));
    }

    private static int NewProxy(HostCall call)
    {
        LuaState state = call.State;
        state.Charge(Userdata.Cost);
        Userdata made = new();
        LuaValue model = call[0];
        if (model.Ref is Userdata { Metatable: not null } other)
            made.Metatable = other.Metatable;
        else if (ReferenceEquals(model.Ref, Special.True))
            made.Metatable = state.NewTable();
        else if (model.IsTrue)
            throw call.ArgumentError(0, "boolean or proxy expected");
        return call.Return(new LuaValue(made));
    }

    private static int Next(HostCall call)
    {
        LuaTable table = call.CheckTable(0);
        LuaValue key = call[1];
        int found = table.Next(ref key, out LuaValue value);
        if (found < 0)
            throw call.State.Error("invalid key to 'next'");
        return found == 0 ? call.Return(LuaValue.Nil) : call.Return(key, value);
    }

    private static int Pairs(HostCall call)
    {
        LuaTable table = call.CheckTable(0);
        call.Push(new LuaValue(call.State.NextFunction!));
        call.Push(new LuaValue(table));
        call.Push(LuaValue.Nil);
        return 3;
    }

    private static int StepItems(HostCall call)
    {
        int index = call.CheckInt(1) + 1;
        LuaTable table = call.CheckTable(0);
        LuaValue item = table.FindIndex(index);
        return item.IsNil ? call.ReturnNothing() : call.Return(new LuaValue(index), item);
    }

    private static int RawEqual(HostCall call)
    {
        call.CheckAny(0);
        call.CheckAny(1);
        return call.Return(LuaValue.Boolean(LuaValue.RawEquals(in call.At(0), in call.At(1))));
    }

    private static int RawGet(HostCall call)
    {
        LuaTable table = call.CheckTable(0);
        call.CheckAny(1);
        return call.Return(table.Find(in call.At(1)));
    }

    private static int RawSet(HostCall call)
    {
        LuaTable table = call.CheckTable(0);
        call.CheckAny(1);
        call.CheckAny(2);
        LuaValue key = call.At(1);
        call.State.PlaceFor(table, in key) = call.At(2);
        return call.Return(new LuaValue(table));
    }

    private static int Select(HostCall call)
    {
        int count = call.Count;
        if (call[0].Ref is LuaString { Length: > 0 } s && s.Bytes[0] == '#')
            return call.Return(count - 1);
        int index = call.CheckInt(0);
        if (index < 0)
            index += count;
        else if (index > count)
            index = count;
        if (index < 1)
            throw call.ArgumentError(0, "index out of range");
        return count - index;
    }

    private static int ToNumber(HostCall call)
    {
        int radix = call.OptionalInt(1, 10);
        if (radix == 10)
        {
            call.CheckAny(0);
            return call.Return(Arithmetic.TryToNumber(in call.At(0), out double number) ? new LuaValue(number) : LuaValue.Nil);
        }
        LuaString text = call.CheckString(0);
        if (radix is < 2 or > 36)
            throw call.ArgumentError(1, "base out of range");
        return call.Return(NumberReader.TryReadUnsigned(text.Bytes, radix, out ulong value) ? new LuaValue(value) : LuaValue.Nil);
    }

    private static int Unpack(HostCall call)
    {
        LuaTable table = call.CheckTable(0);
        int from = call.OptionalInt(1, 1), to = call.IsNoneOrNil(2) ? table.Length : call.CheckInt(2);
        if (from > to)
            return call.ReturnNothing();
        int count = unchecked(to - from + 1);
        if (count <= 0 || !call.HasStack(count))
            throw call.Error("too many results to unpack");
        call.State.Spend(count >> 2);
        for (int i = 0; i < count; i++)
            call.Push(table.FindIndex(from + i));
        return count;
    }
}
