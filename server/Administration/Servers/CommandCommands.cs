using Pkv.Engine.Commands;
using Pkv.Engine.Execution;
using Pkv.Engine.Table.Queries;

namespace Pkv.Server.Administration.Servers;

/// <summary>COMMAND and its subcommands: queries of the command table.</summary>
internal static unsafe class CommandCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("command", &All);
        bindings.Bind("command|count", &Count);
        bindings.Bind("command|info", &Info);
        bindings.Bind("command|docs", &Docs);
        bindings.Bind("command|list", &List);
        bindings.Bind("command|getkeys", &GetKeys);
        bindings.Bind("command|getkeysandflags", &GetKeysAndFlags);
        bindings.Bind("command|help", &HelpReply.Container);
    }

    private static void All(CommandContext context) => CommandQueries.All(Sink(context));

    private static void Count(CommandContext context) => CommandQueries.Count(Sink(context));

    private static void Info(CommandContext context) => CommandQueries.Info(Arguments(context), Sink(context));

    private static void Docs(CommandContext context) => CommandQueries.Docs(Arguments(context), Sink(context));

    private static void List(CommandContext context) => CommandQueries.List(Arguments(context), Sink(context));

    private static void GetKeys(CommandContext context) => CommandQueries.GetKeys(Arguments(context), Sink(context));

    private static void GetKeysAndFlags(CommandContext context) => CommandQueries.GetKeysAndFlags(Arguments(context), Sink(context));

    private static ReplySink Sink(CommandContext context) => new(context.Reply);

    private static byte[][] Arguments(CommandContext context)
    {
        byte[][] arguments = new byte[context.ArgCount - 2][];
        for (int i = 0; i < arguments.Length; i++)
            arguments[i] = context.Arg(i + 2).ToArray();
        return arguments;
    }
}
