using System.Text;

namespace Pkv.Engine.Table.Queries;

/// <summary>Generates docs/commands.md from the command table.</summary>
public static class CommandDocs
{
    /// <summary>The whole page: for each group a table of command, arity and summary.</summary>
    public static string Markdown()
    {
        var page = new StringBuilder();
        page.Append("# Commands\n\n");
        page.Append("Generated from the command table (`engine/Table`); do not edit. Arity includes the name of ");
        page.Append("the command: n means exactly n arguments, -n at least n.\n");
        foreach (var group in CommandTable.Everything.Where(spec => !spec.IsContainer || spec.AcceptsCount(1))
            .GroupBy(spec => spec.Group))
        {
            page.Append($"\n## {Title(group.Key)}\n\n| command | arity | what it does |\n|---|---|---|\n");
            foreach (CommandSpec spec in group)
                page.Append($"| `{Escape(Call(spec))}` | {spec.Arity} | {Escape(spec.Summary)} |\n");
        }

        AppendAbsent(page);
        return page.ToString();
    }

    private static void AppendAbsent(StringBuilder page)
    {
        int absent = AbsentCommands.All.Sum(a => a.Names.Count(n => !n.Contains('|', StringComparison.Ordinal)));
        page.Append($"\n## Compared with Redis 7.0\n\nRedis 7.0.15 has {CommandTable.All.Count + absent} commands (`COMMAND COUNT`); {CommandTable.All.Count} of them are implemented. ");
        page.Append("The missing ones, and why (a container command stands for its subcommands):\n\n| group | commands | why |\n|---|---|---|\n");
        foreach ((string about, string[] names, string why) in AbsentCommands.All)
            page.Append($"| {about} | {string.Join(", ", names.Select(n => $"`{n.Replace('|', ' ').ToUpperInvariant()}`"))} | {why} |\n");
    }

    private static string Call(CommandSpec spec) =>
        $"{spec.FullName.Replace('|', ' ').ToUpperInvariant()} {CommandSyntax.Plain(spec)}".TrimEnd();

    private static string Title(CommandGroup group)
    {
        string name = group.ToWireName();
        return char.ToUpperInvariant(name[0]) + name[1..];
    }

    // A bar would end the table's cell, even inside a code span.
    private static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
