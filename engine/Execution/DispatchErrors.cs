using System.Text;
using Pkv.Engine.Replies;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Execution;

/// <summary>The errors of commands that are not run at all. Texts as Redis 7.0's server.c has them.</summary>
public static unsafe class DispatchErrors
{
    private const int NameLimit = 128;

    public static void UnknownCommand(ReplyWriter reply, ArgList args)
    {
        StringBuilder text = new("ERR unknown command '");
        text.Append(Text(args.Items[0], NameLimit)).Append("', with args beginning with: ");
        StringBuilder shown = new();
        for (int i = 1; i < args.Count && shown.Length < NameLimit; i++)
            shown.Append('\'').Append(Text(args.Items[i], NameLimit - shown.Length)).Append("' ");
        reply.Error(Encoding.Latin1.GetBytes(text.Append(shown).Replace('\r', ' ').Replace('\n', ' ').ToString()));
    }

    public static void UnknownSubcommand(ReplyWriter reply, CommandSpec container, ArgList args)
    {
        string sub = Text(args.Items[1], NameLimit);
        reply.Error(Encoding.Latin1.GetBytes(
            $"ERR unknown subcommand '{sub}'. Try {container.Name.ToUpperInvariant()} HELP.".Replace('\r', ' ').Replace('\n', ' ')));
    }

    public static void WrongArity(ReplyWriter reply, CommandSpec spec) =>
        reply.Error($"ERR wrong number of arguments for '{spec.FullName}' command");

    /// <summary>EXEC is refused before any of its commands has run.</summary>
    public static void ExecAborted(ReplyWriter reply, string reason) => reply.Error($"EXECABORT Transaction discarded because of: {reason}");

    // A word ends at its first zero byte, as where Redis prints it.
    private static string Text(Arg arg, int limit)
    {
        string text = Encoding.Latin1.GetString(arg.Data, Math.Min(arg.Length, limit));
        int end = text.IndexOf('\0', StringComparison.Ordinal);
        return end < 0 ? text : text[..end];
    }
}
