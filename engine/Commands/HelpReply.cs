using System.Text;
using Pkv.Engine.Execution;
using Pkv.Engine.Table.Queries;

namespace Pkv.Engine.Commands;

/// <summary>The HELP subcommand of any container, generated from the command table.</summary>
internal static class HelpReply
{
    /// <summary>The error of a subcommand with arguments that it does not take.</summary>
    public static void Mismatch(CommandContext context)
    {
        string name = Encoding.Latin1.GetString(context.Arg(1)).Replace('\r', ' ').Replace('\n', ' ');
        string container = context.Spec.Parent?.Name ?? context.Spec.Name;
        context.Reply.Error(Encoding.Latin1.GetBytes(
            $"ERR unknown subcommand or wrong number of arguments for '{name}'. Try {container.ToUpperInvariant()} HELP."));
    }

    public static void Container(CommandContext context) => CommandHelp.Write(context.Spec.Parent!, new ReplySink(context.Reply));
}
