using System.Text;
using Pkv.Engine.Execution;
using Pkv.Engine.Replies;
using Pkv.Resp;
using Pkv.Server.Net;
using Pkv.Server.Sessions;

namespace Pkv.Server.Administration.Connections;

/// <summary>
/// CLIENT KILL addr:port, and CLIENT KILL with filters. A connection is closed by the thread that owns it; its
/// caller's own after the reply. Source: redis.io/commands/client-kill, texts of Redis 7.0.15.
/// </summary>
internal static class ClientKill
{
    public static void Kill(CommandContext context)
    {
        Filter filter = new();
        bool isOldForm = context.ArgCount == 3;
        if (isOldForm)
            filter = new Filter { Address = Text(context, 2), SkipsSelf = false };
        else if (!Read(context, filter))
            return;
        int killed = 0;
        foreach (Connection client in context.Server.Clients.Snapshot())
        {
            if (!filter.Matches(client.Session, context.Session))
                continue;
            Close(client, context.Session);
            killed++;
            if (isOldForm)
                break;
        }
        if (!isOldForm)
            context.Reply.Integer(killed);
        else if (killed == 0)
            context.Reply.Error("ERR No such client"u8);
        else
            context.Reply.Ok();
    }

    private static bool Read(CommandContext context, Filter filter)
    {
        ReplyWriter reply = context.Reply;
        for (int i = 2; i < context.ArgCount; i += 2)
        {
            bool hasValue = i + 1 < context.ArgCount;
            string option = Text(context, i).ToUpperInvariant();
            if (option == "ID" && hasValue)
            {
                if (!Integers.TryParse(context.Arg(i + 1), out long id) || id <= 0)
                {
                    reply.Error("ERR client-id should be greater than 0"u8);
                    return false;
                }
                filter.Id = id;
            }
            else if (option == "TYPE" && hasValue)
            {
                filter.Type = ClientType.Parse(context, i + 1);
                if (filter.Type is null)
                    return false;
            }
            else if (option == "ADDR" && hasValue)
                filter.Address = Text(context, i + 1);
            else if (option == "LADDR" && hasValue)
                filter.LocalAddress = Text(context, i + 1);
            else if (option == "USER" && hasValue)
            {
                if (!context.Arg(i + 1).SequenceEqual("default"u8))
                {
                    reply.Error(Encoding.Latin1.GetBytes($"ERR No such user '{Text(context, i + 1).Replace('\r', ' ').Replace('\n', ' ')}'"));
                    return false;
                }
            }
            else if (option == "SKIPME" && hasValue && Text(context, i + 1).ToUpperInvariant() is "YES" or "NO")
                filter.SkipsSelf = Text(context, i + 1).Equals("YES", StringComparison.OrdinalIgnoreCase);
            else
            {
                reply.Error("ERR syntax error"u8);
                return false;
            }
        }
        return true;
    }

    private static void Close(Connection client, Session self)
    {
        if (client.Session == self)
        {
            self.CloseAfterReply = true;
            return;
        }
        client.Session.KillRequested = true;
        client.Owner.Post(thread => thread.Close(client));
    }

    private static string Text(CommandContext context, int index) => Encoding.Latin1.GetString(context.Arg(index));

    private sealed class Filter
    {
        public long Id;
        public string? Type, Address, LocalAddress;
        public bool SkipsSelf = true;

        public bool Matches(Session session, Session self) =>
            !session.KillRequested && (Id == 0 || session.Id == Id) && (Type is null || ClientType.Of(session) == Type)
            && (Address is null || session.RemoteAddress == Address) && (LocalAddress is null || session.LocalAddress == LocalAddress)
            && !(SkipsSelf && session == self);
    }
}
