using Pkv.Engine.Commands;
using Pkv.Engine.Commands.Transactions;
using Pkv.Engine.Execution;
using Pkv.Server.Net;
using Pkv.Server.Sessions;

namespace Pkv.Server.Administration.Connections;

/// <summary>The connection group: binds each command to its function. Source: redis.io/commands, texts of Redis 7.0.15.</summary>
public static unsafe class ConnectionCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("ping", &Ping);
        bindings.Bind("echo", &Echo);
        bindings.Bind("quit", &Quit, escapesMulti: true);
        bindings.Bind("reset", &Reset, escapesMulti: true);
        bindings.Bind("auth", &Authentication.Auth, carriesSecret: true);
        bindings.Bind("hello", &HelloCommand.Hello, carriesSecret: true);
        ClientCommands.Bind(bindings);
    }

    private static void Ping(CommandContext context)
    {
        if (context.ArgCount > 2)
            context.Reply.Error("ERR wrong number of arguments for 'ping' command"u8);
        else if (context.Session.IsSubscribed && context.Session.RespVersion == 2)
        {
            // Shaped as a message, since such a client expects nothing else.
            context.Reply.Array(2);
            context.Reply.Bulk("pong"u8);
            context.Reply.Bulk(context.ArgCount == 2 ? context.Arg(1) : default);
        }
        else if (context.ArgCount == 2)
            context.Reply.Bulk(context.Arg(1));
        else
            context.Reply.Simple("PONG"u8);
    }

    private static void Echo(CommandContext context) => context.Reply.Bulk(context.Arg(1));

    private static void Quit(CommandContext context)
    {
        context.Session.CloseAfterReply = true;
        context.Reply.Ok();
    }

    // Everything about the session goes back to what it was when the client connected, except its id and addresses.
    private static void Reset(CommandContext context)
    {
        Session session = context.Session;
        TransactionCommands.Abandon(context.Thread, session);
        if (session.IsMonitor && context.Server.Clients.Find(session.Id) is { } connection)
            context.Server.Monitors.Remove(connection);
        session.IsMonitor = false;
        while (session.Subscriptions is { } subscriptions && !subscriptions.EndSome(context.Server.PubSub, most: 256))
            context.Breathe();
        session.Database = 0;
        session.RespVersion = 2;
        session.Name = "";
        session.Replies = ReplyMode.On;
        session.NoEvict = false;
        session.IsAuthenticated = context.Server.Options.RequirePass.Length == 0;
        context.Reply.Resp3 = false;
        context.Reply.Simple("RESET"u8);
    }
}
