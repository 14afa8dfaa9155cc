using System.Text;
using Pkv.Engine.Commands;
using Pkv.Engine.Execution;
using Pkv.Engine.Replies;
using Pkv.Resp;
using Pkv.Server.Net;
using Pkv.Server.Sessions;

namespace Pkv.Server.Administration.Connections;

/// <summary>
/// CLIENT and its subcommands, except KILL. Source: redis.io/commands/client-list and others, texts of Redis 7.0.15.
/// </summary>
internal static unsafe class ClientCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("client|id", &Id);
        bindings.Bind("client|getname", &GetName);
        bindings.Bind("client|setname", &SetName);
        bindings.Bind("client|info", &Info);
        bindings.Bind("client|list", &List);
        bindings.Bind("client|kill", &ClientKill.Kill);
        bindings.Bind("client|pause", &Pause);
        bindings.Bind("client|unpause", &Unpause);
        bindings.Bind("client|unblock", &ClientUnblock.Unblock);
        bindings.Bind("client|no-evict", &NoEvict);
        bindings.Bind("client|reply", &Reply);
        bindings.Bind("client|trackinginfo", &TrackingInfo);
        bindings.Bind("client|getredir", &GetRedirection);
        bindings.Bind("client|help", &HelpReply.Container);
    }

    /// <summary>
    /// Names the session, or replies why not: only printable ASCII without blanks, so that the lists that show it can
    /// be parsed. The empty name takes the name away.
    /// </summary>
    public static bool TrySetName(CommandContext context, ReadOnlySpan<byte> name)
    {
        if (name.IndexOfAnyExceptInRange((byte)'!', (byte)'~') >= 0)
        {
            context.Reply.Error("ERR Client names cannot contain spaces, newlines or special characters."u8);
            return false;
        }
        context.Session.Name = Encoding.ASCII.GetString(name);
        return true;
    }

    // Nobody can turn tracking on: the answers of a Redis whose client has not.
    private static void TrackingInfo(CommandContext context)
    {
        ReplyWriter reply = context.Reply;
        reply.Map(3);
        reply.Bulk("flags"u8);
        reply.Set(1);
        reply.Bulk("off"u8);
        reply.Bulk("redirect"u8);
        reply.Integer(-1);
        reply.Bulk("prefixes"u8);
        reply.Array(0);
    }

    private static void GetRedirection(CommandContext context) => context.Reply.Integer(-1);

    private static void Id(CommandContext context) => context.Reply.Integer(context.Session.Id);

    private static void GetName(CommandContext context)
    {
        if (context.Session.Name.Length == 0)
            context.Reply.Null();
        else
            context.Reply.Bulk(context.Session.Name);
    }

    private static void SetName(CommandContext context)
    {
        if (TrySetName(context, context.Arg(2)))
            context.Reply.Ok();
    }

    private static void Info(CommandContext context)
    {
        Connection? own = context.Server.Clients.Find(context.Session.Id);
        context.Reply.Verbatim((own is null ? "" : ClientDescription.Of(own, context.NowMs)) + "\n");
    }

    private static void List(CommandContext context)
    {
        IEnumerable<Connection> clients = context.Server.Clients.Snapshot().Where(c => !c.Session.KillRequested);
        if (context.ArgCount == 4 && Is(context.Arg(2), "TYPE"u8))
        {
            if (ClientType.Parse(context) is not { } type)
                return;
            clients = clients.Where(c => ClientType.Of(c.Session) == type);
        }
        else if (context.ArgCount >= 4 && Is(context.Arg(2), "ID"u8))
        {
            HashSet<long> ids = [];
            for (int i = 3; i < context.ArgCount; i++)
            {
                if (!Integers.TryParse(context.Arg(i), out long id))
                {
                    context.Reply.Error("ERR Invalid client ID"u8);
                    return;
                }
                ids.Add(id);
            }
            clients = clients.Where(c => ids.Contains(c.Session.Id));
        }
        else if (context.ArgCount != 2)
        {
            context.Reply.Error("ERR syntax error"u8);
            return;
        }
        StringBuilder lines = new();
        foreach (Connection client in clients)
            lines.Append(ClientDescription.Of(client, context.NowMs)).Append('\n');
        context.Reply.Verbatim(lines.ToString());
    }

    private static void Pause(CommandContext context)
    {
        bool writesOnly = context.ArgCount == 4 && Is(context.Arg(3), "WRITE"u8);
        if (context.ArgCount > 4)
            HelpReply.Mismatch(context);
        else if (context.ArgCount == 4 && !writesOnly && !Is(context.Arg(3), "ALL"u8))
            context.Reply.Error("ERR CLIENT PAUSE mode must be WRITE or ALL"u8);
        else if (!Integers.TryParse(context.Arg(2), out long milliseconds) || milliseconds > long.MaxValue - context.NowMs)
            context.Reply.Error("ERR timeout is not an integer or out of range"u8);
        else if (milliseconds < 0)
            context.Reply.Error("ERR timeout is negative"u8);
        else
        {
            context.Server.Pause.Start(context.NowMs, context.NowMs + milliseconds, writesOnly);
            context.Reply.Ok();
        }
    }

    private static void Unpause(CommandContext context)
    {
        context.Server.Pause.End();
        foreach (IoThread thread in context.Server.Threads)
            thread.Post(static t => t.ResumePaused());
        context.Reply.Ok();
    }

    private static void NoEvict(CommandContext context)
    {
        bool on = Is(context.Arg(2), "ON"u8);
        if (!on && !Is(context.Arg(2), "OFF"u8))
        {
            context.Reply.Error("ERR syntax error"u8);
            return;
        }
        context.Session.NoEvict = on;
        context.Reply.Ok();
    }

    // OFF and SKIP say nothing themselves: dispatch drops what is written while replies are off.
    private static void Reply(CommandContext context)
    {
        Session session = context.Session;
        if (Is(context.Arg(2), "ON"u8))
        {
            session.Replies = ReplyMode.On;
            context.Reply.Ok();
        }
        else if (Is(context.Arg(2), "OFF"u8))
            session.Replies = ReplyMode.Off;
        else if (!Is(context.Arg(2), "SKIP"u8))
            context.Reply.Error("ERR syntax error"u8);
        else if (session.Replies != ReplyMode.Off)
            session.Replies = ReplyMode.SkipNext;
    }

    private static bool Is(ReadOnlySpan<byte> argument, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(argument, word);
}
