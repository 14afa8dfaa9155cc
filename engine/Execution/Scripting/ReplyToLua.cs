using System.Globalization;
using System.Text;
using Pkv.Lua;
using Pkv.Resp;

namespace Pkv.Engine.Execution.Scripting;

/// <summary>Turns a command's reply into a script's value. Source: "Redis to Lua type conversion" of Redis 7.0.</summary>
internal static class ReplyToLua
{
    /// <summary>Reads one value.</summary>
    /// <param name="state">Of the script.</param>
    /// <param name="reply">Where the value begins.</param>
    /// <param name="isError">It is an error.</param>
    public static LuaValue Read(LuaState state, ref ReplyCursor reply, out bool isError)
    {
        ReadOnlySpan<byte> line = reply.Line();
        ReadOnlySpan<byte> text = line[1..];
        isError = line[0] == '-';
        switch (line[0])
        {
            case (byte)':':
                return new LuaValue(Number(text));
            case (byte)'$':
                return Bulk(state, ref reply, Number(text));
            case (byte)'+':
                return Field(state, "ok", new LuaValue(state.String(text)));
            case (byte)'-':
                return Field(state, "err", new LuaValue(state.String(text)));
            case (byte)'*' or (byte)'>':
                return Array(state, ref reply, Number(text));
            case (byte)'%':
                return Map(state, ref reply, Number(text));
            case (byte)'~':
                return Set(state, ref reply, Number(text));
            case (byte)'_':
                return LuaValue.Nil;
            case (byte)'#':
                return LuaValue.Boolean(text[0] == 't');
            case (byte)',':
                return Field(state, "double", new LuaValue(Double(text)));
            case (byte)'(':
                return Field(state, "big_number", new LuaValue(state.String(text)));
            case (byte)'=':
                return Verbatim(state, ref reply, Number(text));
            default:
                throw new InvalidOperationException($"a reply of type '{(char)line[0]}'");
        }
    }

    private static LuaValue Bulk(LuaState state, ref ReplyCursor reply, long length)
    {
        if (length < 0)
            return LuaValue.Boolean(false);
        if (reply.TryBulk((int)length, out ReadOnlySpan<byte> bytes))
            return new LuaValue(state.String(bytes));
        byte[] copy = state.NewBytes((int)length);
        reply.CopyBulk(copy);
        return new LuaValue(state.Wrap(copy));
    }

    private static LuaValue Array(LuaState state, ref ReplyCursor reply, long count)
    {
        if (count < 0)
            return LuaValue.Boolean(false);
        LuaTable table = state.NewTable((int)count);
        for (int i = 1; i <= count; i++)
            state.SetItem(table, i, Read(state, ref reply, out _));
        return new LuaValue(table);
    }

    private static LuaValue Map(LuaState state, ref ReplyCursor reply, long pairs)
    {
        LuaTable map = state.NewTable(0, (int)pairs);
        for (long i = 0; i < pairs; i++)
        {
            LuaValue key = Read(state, ref reply, out _);
            state.Set(map, key, Read(state, ref reply, out _));
        }
        return Field(state, "map", new LuaValue(map));
    }

    private static LuaValue Set(LuaState state, ref ReplyCursor reply, long count)
    {
        LuaTable set = state.NewTable(0, (int)count);
        for (long i = 0; i < count; i++)
            state.Set(set, Read(state, ref reply, out _), LuaValue.Boolean(true));
        return Field(state, "set", new LuaValue(set));
    }

    private static LuaValue Verbatim(LuaState state, ref ReplyCursor reply, long length)
    {
        LuaValue text = Bulk(state, ref reply, length);
        LuaTable verbatim = state.NewTable(0, 2);
        state.SetField(verbatim, "format", new LuaValue(state.String(text.Bytes[..3])));
        state.SetField(verbatim, "string", new LuaValue(state.String(text.Bytes[4..])));
        return Field(state, "verbatim_string", new LuaValue(verbatim));
    }

    /// <summary>A table with nothing but this field.</summary>
    public static LuaValue Field(LuaState state, string name, LuaValue value)
    {
        LuaTable table = state.NewTable(0, 1);
        state.SetField(table, name, value);
        return new LuaValue(table);
    }

    private static long Number(ReadOnlySpan<byte> text)
    {
        _ = Integers.TryParse(text, out long number);
        return number;
    }

    private static double Double(ReadOnlySpan<byte> text) => text switch
    {
        [(byte)'i', ..] => double.PositiveInfinity,
        [(byte)'-', (byte)'i', ..] => double.NegativeInfinity,
        [(byte)'n', ..] => double.NaN,
        _ => double.Parse(Encoding.ASCII.GetString(text), CultureInfo.InvariantCulture),
    };
}
