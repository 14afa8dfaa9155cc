using System.Text;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Records;
using Pkv.Engine.Table;
using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Databases;

/// <summary>Commands over whole databases: FLUSHALL, FLUSHDB, SWAPDB, DBSIZE, SELECT.</summary>
public static unsafe class DatabaseCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("select", &Select);
        bindings.Bind("dbsize", &DbSize, LockMode.None);
        bindings.Bind("flushall", &FlushAll, LockMode.Everything);
        bindings.Bind("flushdb", &FlushDatabase, LockMode.Everything);
        bindings.Bind("swapdb", &SwapDatabases, LockMode.Everything);
    }

    private static void Select(CommandContext context)
    {
        if (!DatabaseNumber.TryRead(context, 1, out int number))
            return;
        context.Client.Database = number;
        context.Reply.Ok();
    }

    private static void DbSize(CommandContext context) => context.Reply.Integer(context.Database.KeyCount);

    private static void FlushAll(CommandContext context)
    {
        if (!AcceptsFlushOption(context) || !Record(context, static (ref byte* p) => Effects.FlushAll(ref p)))
            return;
        foreach (Database database in context.Engine.Keyspace.Databases)
            context.Flush(database);
        context.ForgetAllLiveBytes();
        context.Engine.Cleaning.Reaper.FlushedSequence = context.Locks.LastSequence;
        // What the threads have open is dead too; in a small pool it is all there is.
        foreach (EngineThread thread in context.Engine.Threads)
            thread.Host.PostWork(static t => t.Open.SealFilled());
        context.Reply.Ok();
    }

    private static void FlushDatabase(CommandContext context)
    {
        if (!AcceptsFlushOption(context) || !Record(context, static (ref byte* p) => Effects.FlushDatabase(ref p)))
            return;
        context.ForgetLiveBytes(context.Database);
        context.Flush(context.Database);
        context.Reply.Ok();
    }

    private static void SwapDatabases(CommandContext context)
    {
        if (!Integers.TryParse(context.Arg(1), out long a) || a is < int.MinValue or > int.MaxValue)
        {
            context.Reply.Error("ERR invalid first DB index"u8);
            return;
        }
        if (!Integers.TryParse(context.Arg(2), out long b) || b is < int.MinValue or > int.MaxValue)
        {
            context.Reply.Error("ERR invalid second DB index"u8);
            return;
        }
        int count = context.Engine.Keyspace.Databases.Length;
        if (a < 0 || a >= count || b < 0 || b >= count)
        {
            context.Reply.Error("ERR DB index is out of range"u8);
            return;
        }
        if (a != b)
        {
            if (!Record(context, (ref byte* p) => Effects.SwapDatabases(ref p, (int)a, (int)b)))
                return;
            context.SwapDatabases((int)a, (int)b);
        }
        context.Reply.Ok();
    }

    private static bool AcceptsFlushOption(CommandContext context)
    {
        if (context.ArgCount == 1)
            return true;
        if (context.ArgCount == 2 && (OptionWord.Is(context.Arg(1), "SYNC"u8) || OptionWord.Is(context.Arg(1), "ASYNC"u8)))
            return true;
        context.Reply.Error("ERR syntax error"u8);
        return false;
    }

    private static bool Record(CommandContext context, RecordWriter write)
    {
        byte* p = context.Recorder.TryBegin(128, AppendPurpose.Flush);
        if (p == null)
        {
            context.OutOfMemory();
            return false;
        }
        write(ref p);
        context.Recorder.End(p, context.Client.Database, EntryFlags.Global, isTombstone: true);
        return true;
    }

    private delegate void RecordWriter(ref byte* p);
}
