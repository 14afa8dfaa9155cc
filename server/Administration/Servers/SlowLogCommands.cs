using Pkv.Engine.Commands;
using Pkv.Engine.Execution;
using Pkv.Engine.Replies;
using Pkv.Resp;
using Pkv.Server.Monitoring;
using Pkv.Server.Net;

namespace Pkv.Server.Administration.Servers;

/// <summary>SLOWLOG GET, LEN, RESET. Source: redis.io/commands/slowlog-get and others, texts of Redis 7.0.15.</summary>
internal static unsafe class SlowLogCommands
{
    private const int DefaultCount = 10;

    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("slowlog|get", &Get);
        bindings.Bind("slowlog|len", &Length);
        bindings.Bind("slowlog|reset", &Reset);
        bindings.Bind("slowlog|help", &HelpReply.Container);
    }

    private static void Get(CommandContext context)
    {
        ReplyWriter reply = context.Reply;
        long count = DefaultCount;
        if (context.ArgCount > 3)
        {
            HelpReply.Mismatch(context);
            return;
        }
        if (context.ArgCount == 3 && (!Integers.TryParse(context.Arg(2), out count) || count < -1))
        {
            reply.Error("ERR count should be greater than or equal to -1"u8);
            return;
        }
        List<SlowLogEntry> entries = context.Server.SlowLog.Newest(count);
        reply.Array(entries.Count);
        foreach (SlowLogEntry entry in entries)
        {
            reply.Array(6);
            reply.Integer(entry.Id);
            reply.Integer(entry.UnixSeconds);
            reply.Integer(entry.Microseconds);
            reply.Array(entry.Arguments.Length);
            foreach (byte[] argument in entry.Arguments)
                reply.Bulk(argument);
            reply.Bulk(entry.Client);
            reply.Bulk(entry.ClientName);
        }
    }

    private static void Length(CommandContext context) => context.Reply.Integer(context.Server.SlowLog.Count);

    private static void Reset(CommandContext context)
    {
        context.Server.SlowLog.Reset();
        context.Reply.Ok();
    }
}
