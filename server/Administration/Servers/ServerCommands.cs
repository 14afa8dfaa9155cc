using Pkv.Engine.Commands;
using Pkv.Engine.Execution;

namespace Pkv.Server.Administration.Servers;

/// <summary>
/// The server group: binds each command to its function, and contains the shortest commands. Source: redis.io/commands,
/// texts of Redis 7.0.15.
/// </summary>
public static unsafe class ServerCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("info", &InfoCommand.Info);
        bindings.Bind("time", &Time);
        bindings.Bind("role", &Role);
        bindings.Bind("shutdown", &ShutdownCommand.Shutdown);
        bindings.Bind("monitor", &MonitorCommand.Monitor);
        bindings.Bind("debug", &DebugCommand.Debug, LockMode.Self);
        bindings.Bind("lolwut", &LolwutCommand.Lolwut);
        SaveCommands.Bind(bindings);
        SlowLogCommands.Bind(bindings);
        LatencyCommands.Bind(bindings);
        MemoryCommands.Bind(bindings);
        ConfigCommands.Bind(bindings);
        CommandCommands.Bind(bindings);
    }

    private static void Time(CommandContext context)
    {
        long now = Clock.NowMicroseconds();
        context.Reply.Array(2);
        context.Reply.BulkInteger(now / 1_000_000);
        context.Reply.BulkInteger(now % 1_000_000);
    }

    // A master without replicas, whose stream begins at 0.
    private static void Role(CommandContext context)
    {
        context.Reply.Array(3);
        context.Reply.Bulk("master"u8);
        context.Reply.Integer(0);
        context.Reply.Array(0);
    }
}
