using System.Reflection;
using System.Text;

namespace Pkv.Server.Configuration;

/// <summary>Texts generated from the option table: <c>--help</c>, <c>--version</c>, the configuration page.</summary>
public static class ConfigDocs
{
    private const int CommentColumn = 34;
    private const int LineLengthMax = 110;

    /// <summary>The text of <c>--help</c>, all options included.</summary>
    public static string Help()
    {
        var text = new StringBuilder();
        text.AppendLine("Usage: pkv-server [path/to/redis.conf | -] [--name value ...]");
        text.AppendLine();
        text.AppendLine("  pkv-server                              port 6379 on loopback, a pool file under ./data");
        text.AppendLine("  pkv-server redis.conf --port 6380       a configuration file, and an option that overrides it");
        text.AppendLine("  pkv-server - < redis.conf               configuration from standard input");
        text.AppendLine("  pkv-server --help | --version");
        text.AppendLine();
        text.AppendLine("From lowest to highest priority: defaults, appsettings.json (section Pkv), the file, PKV_... variables");
        text.AppendLine("(PKV_POOL_SIZE for pool-size), the command line. Sizes: 1k is 1000 bytes, 1kb is 1024.");
        foreach (IGrouping<ConfigSection, ConfigOption> section in OptionRows.All.GroupBy(static option => option.Section))
        {
            text.AppendLine().AppendLine($"{section.Key}:");
            foreach (ConfigOption option in section)
                AppendHelp(text, option);
        }

        return text.ToString();
    }

    /// <summary>The line of <c>--version</c>.</summary>
    public static string Version()
        => $"Pkv server v={typeof(ConfigDocs).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion} redis_version=7.0.15 bits=64";

    /// <summary>The configuration page: a table for each chapter. The same text on every machine.</summary>
    public static string Markdown()
    {
        var page = new StringBuilder();
        page.Append("# Configuration\n\nGenerated from the option table in `server/Configuration/Rows`; change it there.\n\n")
            .Append("Sources, from lowest to highest priority: defaults, `appsettings.json` (section `Pkv`), a `redis.conf`-style file given as the first\n")
            .Append("argument (`-`: standard input), environment variables (`PKV_POOL_SIZE` for `pool-size`), the command line\n")
            .Append("(`--pool-size 4gb`). A wrong value in any of them stops the start with one line on standard error and exit code 1.\n");
        foreach (IGrouping<ConfigSection, ConfigOption> section in OptionRows.All.GroupBy(static option => option.Section))
        {
            page.Append($"\n## {section.Key}\n\n").Append(Preface(section.Key));
            page.Append("| option | default | unit | allowed | CONFIG SET | what it does | default from |\n|---|---|---|---|---|---|---|\n");
            foreach (ConfigOption option in section)
                AppendRow(page, option);
        }

        return page.ToString();
    }

    private static string Preface(ConfigSection section) => section switch
    {
        ConfigSection.Accepted => "Accepted so that Redis's files and tools work. The values are checked, kept and shown but have no effect; startup names them in a warning.\n\n",
        ConfigSection.Unsupported => "Pkv does not support these. A value other than the default stops the start with one line, and CONFIG SET refuses\n"
            + "it; with `allow-unsupported yes` the server starts and logs a warning.\n\n",
        _ => "",
    };

    private static void AppendHelp(StringBuilder text, ConfigOption option)
    {
        string head = $"  --{option.Name}";
        if (head.Length >= CommentColumn)
        {
            text.AppendLine(head);
            head = "";
        }

        string shown = option.DefaultText.Length == 0 ? "\"\"" : option.DefaultText;
        string unit = option.Kind is ConfigKind.Integer or ConfigKind.Memory && char.IsAsciiDigit(shown[^1]) ? $" {option.Unit}" : "";
        var line = new StringBuilder(head.PadRight(CommentColumn));
        foreach (string word in $"{option.Comment} Allowed: {option.Allowed}. Default: {(shown + unit).TrimEnd()}.".Split(' '))
        {
            if (line.Length + word.Length > LineLengthMax)
            {
                text.AppendLine(line.ToString().TrimEnd());
                line.Clear().Append(' ', CommentColumn);
            }

            line.Append(word).Append(' ');
        }

        text.AppendLine(line.ToString().TrimEnd());
    }

    private static void AppendRow(StringBuilder page, ConfigOption option)
    {
        string mutable = option.Mutability switch
        {
            ConfigMutability.Mutable => "yes",
            ConfigMutability.Protected => "no (protected)",
            _ => "no",
        };
        string shown = option.DefaultText.Length == 0 ? "(empty)" : option.DefaultText;
        string name = string.Join(", ", option.Aliases.Prepend(option.Name).Select(static alias => $"`{alias}`"));
        string[] cells = [name, shown, option.Unit, option.Allowed, mutable, option.Comment, option.DefaultOrigin];
        page.Append("| ").AppendJoin(" | ", cells.Select(Escape)).Append(" |\n");
    }

    private static string Escape(string cell)
        => cell.Replace("|", "\\|", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal);
}
