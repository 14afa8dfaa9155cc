using Pkv.Server.Commands.Table.Queries;
using Pkv.Server.Execution;

namespace Pkv.Server.Commands.Servers;

/// <summary>The HELP of any container: its words come from the command table.</summary>
internal static class HelpReply
{
    public static void Container(CommandContext context) => CommandHelp.Write(context.Spec.Parent!, new ReplySink(context.Reply));
}
