using System.Text;
using Pkv.Engine.Commands;
using Pkv.Engine.Execution;
using Pkv.Resp;
using Pkv.Server.Blocking;
using Pkv.Server.Net;

namespace Pkv.Server.Administration.Connections;

/// <summary>
/// CLIENT UNBLOCK id [TIMEOUT|ERROR]: the thread that owns the client replies as if its timeout had expired, or with an
/// error; from then on no key serves it. Source: redis.io/commands/client-unblock, texts of Redis 7.0.15.
/// </summary>
internal static class ClientUnblock
{
    public static void Unblock(CommandContext context)
    {
        UnblockReason reason = UnblockReason.Timeout;
        if (context.ArgCount > 4)
            HelpReply.Mismatch(context);
        else if (context.ArgCount == 4 && !TryReadReason(context, out reason))
            context.Reply.Error("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR"u8);
        else if (!Integers.TryParse(context.Arg(2), out long id))
            context.Reply.Error("ERR value is not an integer or out of range"u8);
        else
            context.Reply.Integer(TryUnblock(context.Server, id, reason) ? 1 : 0);
    }

    private static bool TryReadReason(CommandContext context, out UnblockReason reason)
    {
        bool isError = Ascii.EqualsIgnoreCase(context.Arg(3), "ERROR"u8);
        reason = isError ? UnblockReason.Error : UnblockReason.Timeout;
        return isError || Ascii.EqualsIgnoreCase(context.Arg(3), "TIMEOUT"u8);
    }

    private static bool TryUnblock(ServerState server, long id, UnblockReason reason)
    {
        if (server.Clients.Find(id)?.Session.Blocked is not { } client || !server.Blocking.TryRequest(client, reason))
            return false;
        client.Connection.Owner.Post(thread => thread.Blocked.AnswerCalled(client));
        return true;
    }
}
