using System.Runtime.CompilerServices;
using Pkv.Engine.Replies;
using Pkv.Lua;

namespace Pkv.Engine.Execution.Scripting;

/// <summary>Replies with a script's value. Source: "Lua to Redis type conversion" of Redis 7.0.</summary>
internal sealed class LuaToReply(LuaState state, ReplyWriter reply)
{
    // Redis runs out of its Lua stack near here.
    private const int MaxDepth = 1990;

    private readonly LuaValue[] _names =
        [.. new[] { "err", "ok", "double", "map", "set", "big_number", "verbatim_string" }.Select(name => new LuaValue(state.String(name)))];

    private readonly LuaValue _counted = new(state.String(ScriptErrors.CountedField));

    /// <summary>Writes the value for the reply's protocol version.</summary>
    /// <param name="value">What the script returned.</param>
    /// <param name="keepsBooleans">The script asked for RESP3: true and false stay what they are.</param>
    public void Write(LuaValue value, bool keepsBooleans) => Write(value, keepsBooleans, 0);

    private void Write(LuaValue value, bool keepsBooleans, int depth)
    {
        if (depth > MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            reply.Error("ERR reached lua stack limit"u8);
            return;
        }
        switch (value.Type)
        {
            case LuaType.String:
                reply.Bulk(value.Bytes);
                break;
            case LuaType.Number:
                reply.Integer(ToInteger(value.Number));
                break;
            case LuaType.Boolean when reply.Resp3 && keepsBooleans:
                reply.Boolean(value.IsTrue);
                break;
            case LuaType.Boolean when value.IsTrue:
                reply.Integer(1);
                break;
            case LuaType.Table:
                WriteTable((LuaTable)value.Object!, keepsBooleans, depth);
                break;
            default:
                reply.Null();
                break;
        }
    }

    private void WriteTable(LuaTable table, bool keepsBooleans, int depth)
    {
        for (int i = 0; i < _names.Length; i++)
        {
            LuaValue field = state.Get(table, _names[i]);
            if (!field.IsNil && WriteField(table, i, field, keepsBooleans, depth))
                return;
        }
        int count = 0;
        while (!state.GetItem(table, count + 1).IsNil)
            count++;
        reply.Array(count);
        for (int i = 1; i <= count; i++)
            Write(state.GetItem(table, i), keepsBooleans, depth + 1);
    }

    // False: it is no value of that kind, and the table is looked at further.
    private bool WriteField(LuaTable table, int name, LuaValue field, bool keepsBooleans, int depth)
    {
        switch (name)
        {
            case 0 when field.IsString:
                WriteError(OneLine(field.Bytes), state.Get(table, _counted).IsTrue);
                return true;
            case 1 when field.IsString:
                reply.Simple(OneLine(field.Bytes));
                return true;
            case 2 when field.IsNumber:
                reply.Double(field.Number);
                return true;
            case 3 when field.IsTable:
                WriteMap((LuaTable)field.Object!, keepsBooleans, depth);
                return true;
            case 4 when field.IsTable:
                WriteSet((LuaTable)field.Object!, keepsBooleans, depth);
                return true;
            case 5 when field.IsString:
                reply.BigNumber(OneLine(field.Bytes));
                return true;
            case 6 when field.IsTable:
                return WriteVerbatim((LuaTable)field.Object!);
            default:
                return false;
        }
    }

    private void WriteMap(LuaTable map, bool keepsBooleans, int depth)
    {
        reply.Map(CountOf(map));
        for (LuaValue key = LuaValue.Nil; state.Next(map, ref key, out LuaValue value);)
        {
            Write(key, keepsBooleans, depth + 1);
            Write(value, keepsBooleans, depth + 1);
        }
    }

    private void WriteSet(LuaTable set, bool keepsBooleans, int depth)
    {
        reply.Set(CountOf(set));
        for (LuaValue key = LuaValue.Nil; state.Next(set, ref key, out _);)
            Write(key, keepsBooleans, depth + 1);
    }

    private bool WriteVerbatim(LuaTable verbatim)
    {
        LuaValue format = state.GetField(verbatim, "format"), text = state.GetField(verbatim, "string");
        if (!format.IsString || !text.IsString)
            return false;
        reply.Verbatim(format.Bytes, text.Bytes);
        return true;
    }

    private int CountOf(LuaTable table)
    {
        int count = 0;
        for (LuaValue key = LuaValue.Nil; state.Next(table, ref key, out _);)
            count++;
        return count;
    }

    /// <summary>An error reply, unless a command of the script gave it and it was counted then.</summary>
    public void WriteError(ReadOnlySpan<byte> text, bool isCounted)
    {
        if (isCounted)
            reply.ErrorCountedBefore(text);
        else
            reply.Error(text);
    }

    /// <summary>Text for a line of a reply: line breaks become spaces.</summary>
    public static byte[] OneLine(ReadOnlySpan<byte> text)
    {
        byte[] line = text.ToArray();
        foreach (ref byte c in line.AsSpan())
            c = c is (byte)'\r' or (byte)'\n' ? (byte)' ' : c;
        return line;
    }

    // As C converts it on x86-64: what does not fit becomes the least.
    private static long ToInteger(double number) => number is >= long.MinValue and < -(double)long.MinValue ? (long)number : long.MinValue;
}
