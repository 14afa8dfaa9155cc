namespace Pkv.Engine.Table.Queries;

/// <summary>
/// The HELP replies of containers, in the layout of Redis: a heading, then for each subcommand its syntax and,
/// indented, what it does. The words come from the table.
/// </summary>
public static class CommandHelp
{
    private const string Indent = "    ";

    /// <summary>The HELP of a container, written from the table.</summary>
    public static void Write(CommandSpec container, ICommandReplySink reply)
    {
        var entries = new List<(string Syntax, string Summary)>();
        if (container.AcceptsCount(1))
            entries.Add(("(no subcommand)", container.Summary));
        foreach (CommandSpec sub in container.Subcommands)
        {
            if (sub.Name != "help")
                entries.Add(($"{sub.Name.ToUpperInvariant()} {CommandSyntax.Bracketed(sub)}".TrimEnd(), sub.Summary));
        }

        Write(container.Name, entries, reply);
    }

    /// <summary>The HELP of a command whose subcommands are not in the table, such as DEBUG.</summary>
    public static void Write(
        string command, IReadOnlyList<(string Syntax, string Summary)> subcommands, ICommandReplySink reply)
    {
        reply.ArrayHeader(1 + ((subcommands.Count + 1) * 2));
        reply.Simple($"{command.ToUpperInvariant()} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        foreach ((string syntax, string summary) in subcommands)
        {
            reply.Simple(syntax);
            reply.Simple(Indent + summary);
        }

        reply.Simple("HELP");
        reply.Simple(Indent + "Prints this help.");
    }
}
