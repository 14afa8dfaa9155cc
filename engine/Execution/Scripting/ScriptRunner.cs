using System.Text;
using Pkv.Engine.Replies;
using Pkv.Lua;

namespace Pkv.Engine.Execution.Scripting;

/// <summary>
/// Runs a script, or a function, for a client: locks the stripes of the keys that it declares, chains all that it writes, and replies with what it
/// returns. Its commands run like those of EXEC.
/// </summary>
internal static unsafe class ScriptRunner
{
    // The number of keys; they follow, then the other arguments.
    private const int CountArg = 2, KeysArg = 3;

    /// <summary>Reads the number of keys of the command in the context. False: it is wrong, the client has been told.</summary>
    /// <param name="context">EVAL, FCALL, or the like.</param>
    /// <param name="noNumber">The error where it is no number.</param>
    /// <param name="keys">How many.</param>
    public static bool TryReadKeys(CommandContext context, ReadOnlySpan<byte> noNumber, out int keys)
    {
        keys = 0;
        if (!Resp.Integers.TryParse(context.Arg(CountArg), out long count))
            context.Reply.Error(noNumber);
        else if (count > context.ArgCount - KeysArg)
            context.Reply.Error("ERR Number of keys can't be greater than number of args"u8);
        else if (count < 0)
            context.Reply.Error("ERR Number of keys can't be negative"u8);
        else
        {
            keys = (int)count;
            return true;
        }
        return false;
    }

    /// <summary>The keys, and the other arguments, of the command that runs a script, as tables of it.</summary>
    public static (LuaValue Keys, LuaValue Others) Arguments(ScriptLevel level) =>
        (Table(level, KeysArg, level.KeyCount), Table(level, KeysArg + level.KeyCount, level.Context.ArgCount - KeysArg - level.KeyCount));

    /// <summary>Runs what the command in the context asks for.</summary>
    /// <param name="context">The command: EVAL, EVALSHA, FCALL, or the like.</param>
    /// <param name="level">What it runs on.</param>
    /// <param name="what">Runs.</param>
    /// <param name="run">Its code, called with the keys and the arguments.</param>
    /// <param name="isReadOnly">The command is one of those that only read.</param>
    public static void Run(CommandContext context, ScriptLevel level, Callable what, Func<ScriptLevel, LuaOutcome> run, bool isReadOnly)
    {
        if (Refusal(context, what, isReadOnly) is { } refusal)
        {
            context.Reply.Error(refusal);
            return;
        }
        bool isInExec = context.InExec;
        isReadOnly |= what.Flags.HasFlag(ScriptFlags.NoWrites);
        if (!isInExec && !MayBegin(context, isReadOnly || what is Script { OnlyDeclared: true }))
        {
            context.Locks.ForgetBusy();
            context.IsBusy = true;
            return;
        }
        level.IsOutOfMemory = !what.Flags.HasFlag(ScriptFlags.AllowOom) && !isInExec && !isReadOnly && !context.Thread.HasRoom();
        if (level.IsOutOfMemory && (what.Flags & ScriptFlags.Undeclared) == 0)
        {
            context.Reply.Error("OOM allow-oom flag is not set on the script, can not run it when used memory > 'maxmemory'"u8);
            return;
        }
        if (context.Engine.Observer.SeesEach)
            context.Engine.Observer.Begins(context);
        level.Stripes.Reset();
        context.Thread.Scripts.Enter(level);
        while (true)
        {
            if (!isInExec && !level.Stripes.TryEnter(what, context.Spec))
            {
                context.IsBusy = true;
                break;
            }
            RunLocked(context, level, what, run, isReadOnly);
            if (!isInExec)
                level.Stripes.Exit(context.Recorder.Wrote);
            if (level.Restart is not (RestartReason.Stripes or RestartReason.Everything))
            {
                Conclude(context, level);
                break;
            }
            what.LocksEverything |= level.Restart == RestartReason.Everything;
            level.Stripes.CountRestart();
        }
        context.Thread.Scripts.Exit();
    }

    // It is through, or its command is to be offered again.
    private static void Conclude(CommandContext context, ScriptLevel level)
    {
        switch (level.Restart)
        {
            case RestartReason.Room:
                context.Room.IsShort = true;
                break;
            case RestartReason.Turn:
                context.Locks.ForgetBusy();
                context.IsBusy = true;
                break;
            default:
                context.Thread.Runner.DiscountErrors(level.Errors);
                break;
        }
    }

    private static LuaValue Table(ScriptLevel level, int first, int count)
    {
        LuaState state = level.Active;
        LuaTable table = state.NewTable(count);
        for (int i = 0; i < count; i++)
            state.SetItem(table, i + 1, new LuaValue(state.String(level.Context.Arg(first + i))));
        return new LuaValue(table);
    }

    // In an inner turn a script may not come to wait for what the suspended command holds.
    private static bool MayBegin(CommandContext context, bool neverWaits) =>
        !context.Thread.Host.IsInside || (context.Thread.Host.CanServeOthers && (neverWaits || !context.Locks.OthersHold));

    private static void RunLocked(CommandContext context, ScriptLevel level, Callable what, Func<ScriptLevel, LuaOutcome> run, bool isReadOnly)
    {
        CommandFrame outer = context.Frame;
        int start = context.Reply.Output.Length, slice = context.Reply.Output.SliceCount;
        int database = context.Client.Database;
        Clients.Transaction? transaction = context.Client.Transaction;
        context.Client.Transaction = null;
        level.Begin(what, isReadOnly);
        context.Script = context.InExec ? outer.Script : level.Stripes;
        context.InExec = true;
        context.Thread.Log.BeginTransaction();
        LuaOutcome outcome = Guard(context, level, run);
        context.Thread.Log.EndTransaction();
        context.Client.Database = database;
        context.Client.Transaction = transaction;
        context.Frame = outer;
        // What a command had begun to reply when the script was ended.
        context.Reply.Output.Truncate(start, slice);
        if (!outer.InExec)
            context.Recorder.EndPrepared();
        context.Recorder.NoteOutcome(level.Recorded);
        if (level.Restart == RestartReason.None)
            Reply(context, level, what, outcome);
        level.End();
    }

    // A fault of the script engine costs the script, not the server; one of a command is not the script engine's.
    private static LuaOutcome Guard(CommandContext context, ScriptLevel level, Func<ScriptLevel, LuaOutcome> run)
    {
        try
        {
            return run(level);
        }
        catch (Exception fault) when (!level.IsInCommand)
        {
            context.Engine.Log?.Invoke($"a script ended by a fault of the script engine: {fault}");
            level.Fault = fault.Message;
            return LuaOutcome.Failed;
        }
    }

    private static void Reply(CommandContext context, ScriptLevel level, Callable what, LuaOutcome outcome)
    {
        LuaState state = level.Active;
        if (outcome == LuaOutcome.Completed)
        {
            ReplyEnd end = level.Writer.Write(state.Results.Length == 0 ? LuaValue.Nil : state.Results[0], level.Resp3);
            if (end == ReplyEnd.Complete)
                return;
            context.Reply.Error($"ERR {(end == ReplyEnd.TooLong ? "not enough memory for the reply of the script" : level.KillText)} script: {what.Name}");
            return;
        }
        bool isCounted = false;
        StringBuilder text = new();
        if (level.Fault is { } fault)
            text.Append("ERR internal error: ").Append(fault);
        else if (outcome == LuaOutcome.Stopped)
            text.Append("ERR ").Append(level.StopText);
        else if (state.ErrorValue is { IsTable: true, Object: LuaTable table })
        {
            LuaValue message = state.GetField(table, "err");
            text.Append(message.IsString ? Encoding.Latin1.GetString(message.Bytes) : "ERR unknown error");
            isCounted = state.GetField(table, ScriptErrors.CountedField).IsTrue;
        }
        else
            text.Append("ERR ").Append(state.TextOf(state.ErrorValue));
        if (state.ErrorSource is { } source)
            text.Append($" script: {what.Name}, on {source}:{state.ErrorLine}.");
        level.Writer.WriteError(ReplyWriter.OneLine(Encoding.Latin1.GetBytes(text.ToString())), isCounted);
    }

    private static string? Refusal(CommandContext context, Callable what, bool isReadOnly)
    {
        if ((what.Flags & ScriptFlags.Undeclared) != 0)
            return null;
        bool writes = !what.Flags.HasFlag(ScriptFlags.NoWrites);
        if (isReadOnly && writes)
            return "ERR Can not execute a script with write flag using *_ro command.";
        return writes && context.Engine.WriteError is { } error ? Encoding.Latin1.GetString(error) : null;
    }
}
