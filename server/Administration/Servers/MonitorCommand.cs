using Pkv.Engine.Execution;
using Pkv.Server.Net;

namespace Pkv.Server.Administration.Servers;

/// <summary>MONITOR: from now on the client receives every command. As in Redis, a second MONITOR gets no reply.</summary>
internal static class MonitorCommand
{
    public static void Monitor(CommandContext context)
    {
        if (context.InExec)
        {
            context.Reply.Error("ERR MONITOR isn't allowed for DENY BLOCKING client"u8);
            return;
        }
        if (context.Session.IsMonitor || context.Server.Clients.Find(context.Session.Id) is not { } connection)
            return;
        context.Session.IsMonitor = true;
        context.Server.Monitors.Add(connection);
        context.Reply.Ok();
    }
}
