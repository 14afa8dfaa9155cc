using System.Runtime.CompilerServices;
using Pkv.Engine.Replies;
using Pkv.Lua;

namespace Pkv.Engine.Execution.Scripting;

/// <summary>
/// Replies with a script's value. Source: "Lua to Redis type conversion" of Redis 7.0. A value may hold one table or string many times over,
/// and so stand for a reply without end: what is written counts as the script's memory, and as its work.
/// </summary>
/// <param name="state">Of the script.</param>
/// <param name="reply">Where to write.</param>
/// <param name="goesOn">Asked every <see cref="StepsPerInterrupt"/> values; false: the script is to end.</param>
internal sealed class LuaToReply(LuaState state, ReplyWriter reply, Func<bool> goesOn)
{
    // Redis runs out of its Lua stack near here.
    private const int MaxDepth = 1990;

    // Some 20 us, mostly for the names that a table is looked through for.
    private const int StepsPerInterrupt = 256;

    private readonly LuaValue[] _names =
        [.. new[] { "err", "ok", "double", "map", "set", "big_number", "verbatim_string" }.Select(name => new LuaValue(state.String(name)))];

    private readonly LuaValue _counted = new(state.String(ScriptErrors.CountedField));

    private int _start;
    private int _steps;

    /// <summary>Writes the value for the reply's protocol version.</summary>
    /// <param name="value">What the script returned.</param>
    /// <param name="keepsBooleans">The script asked for RESP3: true and false stay what they are.</param>
    /// <returns>How it ended. Unless it is complete, nothing is written.</returns>
    public ReplyEnd Write(LuaValue value, bool keepsBooleans)
    {
        int slice = reply.Output.SliceCount;
        (_start, _steps, End) = (reply.Output.Length, 0, ReplyEnd.Complete);
        Write(value, keepsBooleans, 0);
        if (End != ReplyEnd.Complete)
            reply.Output.Truncate(_start, slice);
        return End;
    }

    private ReplyEnd End { get; set; }

    private void Write(LuaValue value, bool keepsBooleans, int depth)
    {
        if (!Admits(value))
            return;
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
        while (!state.GetItem(table, count + 1).IsNil && GoesOn())
            count++;
        reply.Array(count);
        for (int i = 1; i <= count && End == ReplyEnd.Complete; i++)
            Write(state.GetItem(table, i), keepsBooleans, depth + 1);
    }

    // Once something ended it, whoever is on the way there comes back without a further step.
    private bool Admits(LuaValue value)
    {
        if (End != ReplyEnd.Complete)
            return false;
        long bytes = (long)reply.Output.Length - _start + (value.IsString ? value.Bytes.Length : 0);
        if (bytes > state.Limits.HardMemoryBytes)
            End = ReplyEnd.TooLong;
        return GoesOn();
    }

    private bool GoesOn()
    {
        if (End == ReplyEnd.Complete && ++_steps % StepsPerInterrupt == 0 && !goesOn())
            End = ReplyEnd.Stopped;
        return End == ReplyEnd.Complete;
    }

    // False: it is no value of that kind, and the table is looked at further.
    private bool WriteField(LuaTable table, int name, LuaValue field, bool keepsBooleans, int depth)
    {
        switch (name)
        {
            case 0 when field.IsString:
                WriteError(ReplyWriter.OneLine(field.Bytes), state.Get(table, _counted).IsTrue);
                return true;
            case 1 when field.IsString:
                reply.Simple(ReplyWriter.OneLine(field.Bytes));
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
                reply.BigNumber(ReplyWriter.OneLine(field.Bytes));
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
        for (LuaValue key = LuaValue.Nil; End == ReplyEnd.Complete && state.Next(map, ref key, out LuaValue value);)
        {
            Write(key, keepsBooleans, depth + 1);
            Write(value, keepsBooleans, depth + 1);
        }
    }

    private void WriteSet(LuaTable set, bool keepsBooleans, int depth)
    {
        reply.Set(CountOf(set));
        for (LuaValue key = LuaValue.Nil; End == ReplyEnd.Complete && state.Next(set, ref key, out _);)
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
        for (LuaValue key = LuaValue.Nil; state.Next(table, ref key, out _) && GoesOn();)
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

    // As C converts it on x86-64: what does not fit becomes the least.
    private static long ToInteger(double number) => number is >= long.MinValue and < -(double)long.MinValue ? (long)number : long.MinValue;
}

/// <summary>How the writing of a script's reply ended.</summary>
internal enum ReplyEnd
{
    Complete,

    /// <summary>It passes what a script may hold.</summary>
    TooLong,

    /// <summary>The script was asked to end.</summary>
    Stopped,
}
