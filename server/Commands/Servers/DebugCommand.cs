using System.Globalization;
using System.Text;
using Pkv.Server.Commands.Table.Queries;
using Pkv.Server.Configuration;
using Pkv.Server.Execution;
using Pkv.Server.Keyspace;

namespace Pkv.Server.Commands.Servers;

/// <summary>
/// DEBUG: what test suites use. What would tear the server down or needs Redis's own data structures is refused.
/// Source: debug.c's help of Redis 7.0.15 for names, its texts for the errors.
/// </summary>
internal static unsafe class DebugCommand
{
    private const int EmbeddedStringMaxBytes = 44;

    private static readonly (string, string)[] Subcommands =
    [
        ("ERROR <string>", "Answers with that text as an error, for tests of clients."),
        ("LOG <message>", "Writes the message to the server's log."),
        ("OBJECT <key>", "Tells how a value is kept."),
        ("PROTOCOL <type>", "Answers with a value of that type, for tests of clients: string, integer, double, null, array, set, map, true, false, verbatim."),
        ("SET-ACTIVE-EXPIRE <0|1>", "Turns the removal of expired keys that nobody looks at off and on."),
        ("SLEEP <seconds>", "Stops the thread that serves this client. Decimals allowed."),
        ("STRINGMATCH-LEN <pattern> <string>", "Tells whether a glob pattern matches."),
    ];

    public static void Debug(CommandContext context)
    {
        if (!IsAllowed(context))
        {
            context.Reply.Error("ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you can run it from a "
                + "local connection, otherwise you need to set this option in the configuration file, and then restart the server.");
            return;
        }
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
                context.Reply.Error(Encoding.UTF8.GetString(context.Arg(2)));
                break;
            case ("LOG", 3):
                context.Server.Log?.Invoke($"DEBUG LOG: {Encoding.UTF8.GetString(context.Arg(2))}");
                context.Reply.Ok();
                break;
            case ("PROTOCOL", 3):
                AnswerWithType(context);
                break;
            case ("STRINGMATCH-LEN", 4):
                context.Reply.Integer(Table.Queries.GlobPattern.IsMatch(context.Arg(2).ToArray(), context.Arg(3).ToArray()) ? 1 : 0);
                break;
            case ("RELOAD" or "LOADAOF" or "CHANGE-REPL-ID" or "POPULATE" or "DIGEST" or "SEGFAULT" or "PANIC" or "RESTART" or "CRASH-AND-RECOVER", _):
                context.Reply.Error("ERR this DEBUG subcommand has no meaning in Pkv"u8);
                break;
            default:
                HelpReply.Mismatch(context);
                break;
        }
    }

    private static bool IsAllowed(CommandContext context)
    {
        string peer = context.Session.RemoteAddress;
        bool isLocal = peer.StartsWith("127.", StringComparison.Ordinal) || peer.StartsWith("[::1]", StringComparison.Ordinal) || peer.StartsWith('/');
        return context.Server.Options.EnableDebugCommand switch
        {
            DebugCommandAccess.Yes => true,
            DebugCommandAccess.Local => isLocal,
            _ => false,
        };
    }

    private static void Sleep(CommandContext context)
    {
        // What is no number counts as 0, as in Redis.
        _ = double.TryParse(context.Arg(2), NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds);
        context.Server.ShutdownRequested.Wait((int)Math.Clamp(seconds * 1000, 0, 1e8));
        context.Reply.Ok();
    }

    private static void DescribeObject(CommandContext context)
    {
        KeyRef key = CommandContext.MakeKey(context.Database, context.Args.Items[2].Data, context.Args.Items[2].Length);
        bool locks = !context.Locks.HoldsAll;
        if (locks)
            context.Locks.Enter(key.Stripe);
        if (context.Find(key, out Entry entry, touch: false))
        {
            ReadOnlySpan<byte> value = entry.Value;
            string encoding = Resp.Integers.TryParse(value, out _) ? "int" : value.Length <= EmbeddedStringMaxBytes ? "embstr" : "raw";
            long offset = entry.KeyBulk - context.Server.Keyspace.PoolBase;
            context.Reply.Simple(Encoding.ASCII.GetBytes(
                $"Value at:0x{offset:x} refcount:1 encoding:{encoding} serializedlength:{value.Length} lru:{context.NowMs / 1000 & 0xFFFFFF} lru_seconds_idle:0"));
        }
        else
            context.Reply.Error("ERR no such key"u8);
        if (locks)
            context.Locks.Exit(context.Recorder.Wrote);
    }

    private static void AnswerWithType(CommandContext context)
    {
        Resp.ReplyWriter reply = context.Reply;
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

    private static void Header(Resp.ReplyWriter reply, string type, int count)
    {
        if (type == "map")
            reply.Map(count);
        else if (type == "set")
            reply.Set(count);
        else
            reply.Array(count);
    }
}
