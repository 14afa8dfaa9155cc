using Pkv.Server.Execution;

namespace Pkv.Server.Commands.Connections;

/// <summary>The connection group: which function runs what.</summary>
public static unsafe class ConnectionCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("ping", &Ping);
        bindings.Bind("quit", &Quit, escapesMulti: true);
    }

    private static void Ping(CommandContext context)
    {
        if (context.ArgCount > 2)
            context.Reply.Error("ERR wrong number of arguments for 'ping' command"u8);
        else if (context.ArgCount == 2)
            context.Reply.Bulk(context.Arg(1));
        else
            context.Reply.Simple("PONG"u8);
    }

    private static void Quit(CommandContext context)
    {
        context.Session.CloseAfterReply = true;
        context.Reply.Ok();
    }
}
