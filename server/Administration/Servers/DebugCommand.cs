using System.Globalization;
using System.Text;
using Pkv.Engine.Commands;
using Pkv.Engine.Commands.Dump;
using Pkv.Engine.Commands.Keys;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Rdb;
using Pkv.Engine.Replies;
using Pkv.Engine.Space;
using Pkv.Engine.Table.Queries;
using Pkv.Resp;
using Pkv.Server.Net;

namespace Pkv.Server.Administration.Servers;

/// <summary>
/// DEBUG: the subcommands that test suites use. Those that would crash the server or need Redis's own data structures are
/// refused. Source: debug.c's help of Redis 7.0.15 for names, its texts for the errors.
/// </summary>
internal static unsafe class DebugCommand
{
    private static readonly (string, string)[] Subcommands =
    [
        ("ERROR <string>", "Answers with that text as an error, for tests of clients."),
        ("LOG <message>", "Writes the message to the server's log."),
        ("OBJECT <key>", "Tells how a value is kept."),
        ("PROTOCOL <type>", "Answers with a value of that type, for tests of clients: string, integer, double, null, array, set, map, true, false, verbatim."),
        ("SET-ACTIVE-EXPIRE <0|1>", "Turns the removal of expired keys that nobody looks at off and on."),
        ("SLEEP <seconds>", "Stops the thread that serves this client. Decimals allowed."),
        ("SYNC", "Waits until the device has everything that was written so far, whatever appendfsync says."),
        ("STRINGMATCH-LEN <pattern> <string>", "Tells whether a glob pattern matches."),
    ];

    public static void Debug(CommandContext context)
    {
        switch (Encoding.Latin1.GetString(context.Arg(1)).ToUpperInvariant(), context.ArgCount)
        {
            case ("HELP", 2):
                CommandHelp.Write("DEBUG", Subcommands, new ReplySink(context.Reply));
                break;
            case ("SLEEP", 3):
                Sleep(context);
                break;
            case ("SET-ACTIVE-EXPIRE", 3):
                context.Server.Options.ActiveExpireEnabled = !context.Arg(2).SequenceEqual("0"u8);
                context.Reply.Ok();
                break;
            case ("OBJECT", 3):
                DescribeObject(context);
                break;
            case ("ERROR", 3):
                context.Reply.Error(OneLine(context.Arg(2)));
                break;
            case ("LOG", 3):
                context.Server.Log?.Invoke($"DEBUG LOG: {Encoding.UTF8.GetString(OneLine(context.Arg(2)))}");
                context.Reply.Ok();
                break;
            case ("PROTOCOL", 3):
                AnswerWithType(context);
                break;
            case ("SYNC", 2):
                Sync(context);
                break;
            case ("STRINGMATCH-LEN", 4):
                context.Reply.Integer(GlobPattern.IsMatch(context.Arg(2).ToArray(), context.Arg(3).ToArray()) ? 1 : 0);
                break;
            case ("RELOAD" or "LOADAOF" or "CHANGE-REPL-ID" or "POPULATE" or "DIGEST" or "SEGFAULT" or "PANIC" or "RESTART" or "CRASH-AND-RECOVER", _):
                context.Reply.Error("ERR this DEBUG subcommand has no meaning in Pkv"u8);
                break;
            default:
                HelpReply.Mismatch(context);
                break;
        }
    }

    // The client's bytes, but that they cannot begin a line of their own in a reply or in the log.
    private static byte[] OneLine(ReadOnlySpan<byte> text)
    {
        byte[] line = text.ToArray();
        line.AsSpan().Replace((byte)'\r', (byte)' ');
        line.AsSpan().Replace((byte)'\n', (byte)' ');
        return line;
    }

    private static void Sleep(CommandContext context)
    {
        // What is no number counts as 0, as in Redis.
        _ = double.TryParse(context.Arg(2), NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds);
        context.Server.ShutdownRequested.Wait((int)Math.Clamp(seconds * 1000, 0, 1e8));
        context.Reply.Ok();
    }

    // As in Redis it is the server that waits: this thread does nothing else until the device has it all.
    private static void Sync(CommandContext context)
    {
        // Inside EXEC what that has noted is not committed before the rest of it.
        context.IoThread.Log.CommitEarlier(context.NowMs);
        int error = context.Server.Durability.SyncNow();
        if (error == 0)
            context.Reply.Ok();
        else
            context.Reply.Error($"ERR The device refuses to write: errno {error}");
    }

    // The table, as Redis's, tells of no key: outside EXEC, which holds everything then, the key's stripe is locked here.
    private static void DescribeObject(CommandContext context)
    {
        bool locks = !context.Locks.HoldsAll;
        KeyRef key = KeyOf(context);
        if (locks)
        {
            // The databases may be exchanged while the stripe is waited for.
            for (int swaps = context.Server.Keyspace.SwapCount; ; swaps = context.Server.Keyspace.SwapCount)
            {
                context.Locks.Enter(key.Stripe);
                if (swaps == context.Server.Keyspace.SwapCount)
                    break;
                context.Locks.Exit(wrote: false);
                key = KeyOf(context);
            }
        }
        if (context.Find(key, out Entry entry, touch: false))
            Describe(context, entry);
        else
            context.Reply.Error("ERR no such key"u8);
        if (locks)
            context.Locks.Exit(context.Recorder.Wrote);
    }

    private static KeyRef KeyOf(CommandContext context) =>
        CommandContext.MakeKey(context.Database, context.Args.Items[2].Data, context.Args.Items[2].Length);

    // Where it lies: a string's key in the pool, a collection off the heap. Its length is that of DUMP's value, as in Redis.
    private static void Describe(CommandContext context, in Entry entry)
    {
        long at = entry.Collection == null ? entry.KeyBulk - context.Server.Keyspace.PoolBase : (long)entry.Collection;
        ReadOnlySpan<byte> encoding = ObjectCommands.EncodingOf(context, entry);
        using RdbOutput payload = new();
        using (ValueWriter value = new(context, payload))
            value.Write(entry);
        long idle = context.Server.Space.CountsAccesses ? 0 : (long)UseBits.IdleUnits(*entry.Slot, context.NowMs) * Slot.LruUnitSeconds;
        context.Reply.Simple(Encoding.ASCII.GetBytes(
            $"Value at:0x{at:x} refcount:1 encoding:{Encoding.ASCII.GetString(encoding)} serializedlength:{payload.Length - 1} "
            + $"lru:{context.NowMs / 1000 - idle & 0xFFFFFF} lru_seconds_idle:{idle}"));
    }

    private static void AnswerWithType(CommandContext context)
    {
        ReplyWriter reply = context.Reply;
        string type = Encoding.Latin1.GetString(context.Arg(2)).ToLowerInvariant();
        const int Elements = 3;
        switch (type)
        {
            case "string":
                reply.Bulk("Hello World"u8);
                return;
            case "integer":
                reply.Integer(12345);
                return;
            case "double":
                reply.Double(3.141);
                return;
            case "null":
                reply.Null();
                return;
            case "true" or "false":
                reply.Boolean(type == "true");
                return;
            case "verbatim":
                reply.Verbatim("This is a verbatim\nstring");
                return;
            case "array" or "set" or "map":
                Header(reply, type, Elements);
                for (int i = 0; i < Elements; i++)
                {
                    reply.Integer(i);
                    if (type == "map")
                        reply.Boolean(i == 1);
                }
                return;
            default:
                reply.Error("ERR Wrong protocol type name. Please use one of the following: string|integer|double|null|array|set|map|verbatim|true|false");
                return;
        }
    }

    private static void Header(ReplyWriter reply, string type, int count)
    {
        if (type == "map")
            reply.Map(count);
        else if (type == "set")
            reply.Set(count);
        else
            reply.Array(count);
    }
}
