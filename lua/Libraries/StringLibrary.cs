namespace Pkv.Lua;

/// <summary>The string library, and the metatable through which strings have methods.</summary>
internal static class StringLibrary
{
    public static void Open(LuaState state)
    {
        LuaTable library = state.NewTable();
        void Add(string name, HostBody body) => LuaLibraries.Add(state, library, name, body);
        Add("byte", Bytes);
        Add("char", Char);
        Add("dump", static call =>
        {
            call.CheckFunction(0);
            throw call.Error("unable to dump given function");
        });
        Add("find", static call => PatternLibrary.Find(call, isFind: true));
        Add("format", FormatLibrary.Format);
        Add("gfind", PatternLibrary.GMatch);
        Add("gmatch", PatternLibrary.GMatch);
        Add("gsub", PatternLibrary.GSub);
        Add("len", static call => call.Return(call.CheckString(0).Length));
        Add("lower", static call => Transform(call, ToLower));
        Add("match", static call => PatternLibrary.Find(call, isFind: false));
        Add("rep", Repeat);
        Add("reverse", static call => Transform(call, Reverse));
        Add("sub", Sub);
        Add("upper", static call => Transform(call, ToUpper));
        state.SetGlobal("string", new LuaValue(library));
        LuaTable metatable = state.NewTable();
        metatable.SetField(state.Name("__index"), new LuaValue(library));
        state.StringMetatable = metatable;
    }

    /// <summary>A position counted from the end where it is negative; 0 where that is before the start.</summary>
    public static long Relative(long position, int length)
    {
        if (position < 0)
            position += length + 1L;
        return position >= 0 ? position : 0;
    }

    private delegate void Transformation(ReadOnlySpan<byte> from, Span<byte> to);

    private static int Transform(HostCall call, Transformation transformation)
    {
        LuaString text = call.CheckString(0);
        byte[] to = new byte[text.Length];
        LuaString made = call.State.Adopt(to);
        call.State.Spend(text.Length >> 6);
        transformation(text.Span, to);
        return call.Return(new LuaValue(made));
    }

    private static void ToLower(ReadOnlySpan<byte> from, Span<byte> to)
    {
        for (int i = 0; i < from.Length; i++)
            to[i] = from[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(from[i] | 32) : from[i];
    }

    private static void ToUpper(ReadOnlySpan<byte> from, Span<byte> to)
    {
        for (int i = 0; i < from.Length; i++)
            to[i] = from[i] is >= (byte)'a' and <= (byte)'z' ? (byte)(from[i] & ~32) : from[i];
    }

    private static void Reverse(ReadOnlySpan<byte> from, Span<byte> to)
    {
        from.CopyTo(to);
        to.Reverse();
    }

    private static int Bytes(HostCall call)
    {
        LuaString text = call.CheckString(0);
        long from = Relative(call.OptionalInteger(1, 1), text.Length), to = Relative(call.OptionalInteger(2, from), text.Length);
        from = Math.Max(from, 1);
        to = Math.Min(to, text.Length);
        if (from > to)
            return call.ReturnNothing();
        int count = (int)(to - from + 1);
        call.CheckStack(count, "string slice too long");
        for (int i = 0; i < count; i++)
            call.Push(new LuaValue(text.Bytes[from - 1 + i]));
        return count;
    }

    private static int Char(HostCall call)
    {
        int count = call.Count;
        Span<byte> bytes = count <= 256 ? stackalloc byte[count] : new byte[count];
        for (int i = 0; i < count; i++)
        {
            int value = call.CheckInt(i);
            if (value is < 0 or > 255)
                throw call.ArgumentError(i, "invalid value");
            bytes[i] = (byte)value;
        }
        return call.Return(new LuaValue(call.State.String(bytes)));
    }

    private static int Repeat(HostCall call)
    {
        LuaString text = call.CheckString(0);
        int times = call.CheckInt(1);
        if (times <= 0 || text.Length == 0)
            return call.Return(new LuaValue(call.State.EmptyString));
        long total = (long)text.Length * times;
        call.State.Charge(total + LuaString.Overhead);
        call.State.Spend(total >> 6);
        byte[] bytes = new byte[total];
        for (int at = 0; at < bytes.Length; at += text.Length)
            text.Bytes.CopyTo(bytes, at);
        return call.Return(new LuaValue(new LuaString(bytes)));
    }

    private static int Sub(HostCall call)
    {
        LuaString text = call.CheckString(0);
        long from = Relative(call.CheckInteger(1), text.Length), to = Relative(call.OptionalInteger(2, -1), text.Length);
        from = Math.Max(from, 1);
        to = Math.Min(to, text.Length);
        if (from > to)
            return call.Return(new LuaValue(call.State.EmptyString));
        if (from == 1 && to == text.Length)
            return call.Return(new LuaValue(text));
        return call.Return(new LuaValue(call.State.String(text.Span.Slice((int)from - 1, (int)(to - from + 1)))));
    }
}
