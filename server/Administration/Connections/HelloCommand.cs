using System.Text;
using Pkv.Engine.Execution;
using Pkv.Engine.Replies;
using Pkv.Resp;
using Pkv.Server.Net;

namespace Pkv.Server.Administration.Connections;

/// <summary>HELLO [protover [AUTH user password] [SETNAME name]]. Source: redis.io/commands/hello, Redis 7.0 for the texts.</summary>
internal static class HelloCommand
{
    /// <summary>What clients are told the server is compatible with; they choose their features by it.</summary>
    public const string RedisVersion = "7.0.15";

    public static void Hello(CommandContext context)
    {
        ReplyWriter reply = context.Reply;
        long version = 0;
        if (context.ArgCount >= 2)
        {
            if (!Integers.TryParse(context.Arg(1), out version))
            {
                reply.Error("ERR Protocol version is not an integer or out of range"u8);
                return;
            }
            if (version is < 2 or > 3)
            {
                reply.Error("NOPROTO unsupported protocol version"u8);
                return;
            }
        }
        if (!TakeOptions(context))
            return;
        if (!context.Session.IsAuthenticated && context.Server.Options.RequirePass.Length > 0)
        {
            reply.Error("NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> "
                + "option can be used to authenticate the client and select the RESP protocol version at the same time");
            return;
        }
        if (version != 0)
            context.Session.RespVersion = (int)version;
        reply.Resp3 = context.Session.RespVersion == 3;
        Answer(context);
    }

    // One after the other, as Redis: those before a wrong one have taken effect.
    private static bool TakeOptions(CommandContext context)
    {
        for (int i = 2; i < context.ArgCount; i++)
        {
            int more = context.ArgCount - 1 - i;
            if (Ascii.EqualsIgnoreCase(context.Arg(i), "AUTH"u8) && more >= 2)
            {
                if (!Authentication.TryLogIn(context, context.Arg(i + 1), context.Arg(i + 2)))
                    return false;
                i += 2;
            }
            else if (Ascii.EqualsIgnoreCase(context.Arg(i), "SETNAME"u8) && more >= 1)
            {
                if (!ClientCommands.TrySetName(context, context.Arg(++i)))
                    return false;
            }
            else
            {
                context.Reply.Error($"ERR Syntax error in HELLO option '{Encoding.Latin1.GetString(context.Arg(i))}'");
                return false;
            }
        }
        return true;
    }

    private static void Answer(CommandContext context)
    {
        ReplyWriter reply = context.Reply;
        reply.Map(7);
        reply.Bulk("server"u8);
        reply.Bulk("redis"u8);
        reply.Bulk("version"u8);
        reply.Bulk(RedisVersion);
        reply.Bulk("proto"u8);
        reply.Integer(context.Session.RespVersion);
        reply.Bulk("id"u8);
        reply.Integer(context.Session.Id);
        reply.Bulk("mode"u8);
        reply.Bulk("standalone"u8);
        reply.Bulk("role"u8);
        reply.Bulk("master"u8);
        reply.Bulk("modules"u8);
        reply.Array(0);
    }
}
