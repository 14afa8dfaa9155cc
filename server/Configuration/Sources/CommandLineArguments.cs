namespace Pkv.Server.Configuration;

/// <summary>
/// Converts Redis's command line to the form that the standard provider reads: a first argument that is not an option is
/// the configuration file (<c>-</c>: standard input); an option takes all words up to the next <c>--</c>, or what follows
/// <c>=</c>; a repeated option gets indexed keys.
/// </summary>
internal sealed class CommandLineArguments
{
    /// <summary>The configuration file; null: none.</summary>
    internal string? ConfigFile { get; private init; }

    /// <summary>Each option as <c>--name=value</c> or <c>--name:index=value</c>.</summary>
    internal required string[] Pairs { get; init; }

    /// <summary>Whether the arguments ask for the help text.</summary>
    internal static bool AskForHelp(string[] args) => args is ["--help" or "-h", ..];

    /// <summary>Whether the arguments ask for the version.</summary>
    internal static bool AskForVersion(string[] args) => args is ["--version" or "-v", ..];

    /// <exception cref="ConfigException">An argument is no option, or an option has too few or too many values.</exception>
    internal static CommandLineArguments Parse(string[] args)
    {
        bool hasFile = args.Length > 0 && !args[0].StartsWith("--", StringComparison.Ordinal);
        if (hasFile && args[0].StartsWith('-') && args[0] != "-")
            throw new ConfigException($"command line: '{args[0]}' is not an option (allowed: --name value, see --help)");
        var options = new List<(string Name, string Value)>();
        for (int at = hasFile ? 1 : 0; at < args.Length;)
            options.Add(ReadOption(args, ref at));
        IEnumerable<string> pairs = options
            .GroupBy(static option => option.Name, StringComparer.OrdinalIgnoreCase)
            .SelectMany(static group => group.Count() == 1
                ? group.Select(static option => $"--{option.Name}={option.Value}")
                : group.Select(static (option, index) => $"--{option.Name}:{index}={option.Value}"));
        return new CommandLineArguments { ConfigFile = hasFile ? args[0] : null, Pairs = [.. pairs] };
    }

    private static (string Name, string Value) ReadOption(string[] args, ref int at)
    {
        string word = args[at++];
        if (!word.StartsWith("--", StringComparison.Ordinal) || word.Length == 2 || word[2] == '=' || word.Contains(':') && !word.Contains('='))
            throw new ConfigException($"command line: '{word}' is not an option (allowed: --name value, see --help)");
        int equals = word.IndexOf('=');
        string name = equals < 0 ? word[2..] : word[2..equals];
        var words = new List<string>();
        if (equals >= 0)
            words.Add(word[(equals + 1)..]);
        // One value always belongs to the option, even if it starts with a dash, unless it is an option itself.
        while (at < args.Length && !args[at].StartsWith("--", StringComparison.Ordinal))
            words.Add(args[at++]);
        ConfigOption? option = OptionRows.Find(name);
        string value = words.Count == 1 ? words[0] : "";
        string? error = words.Count == 1 ? null : ConfigDirective.ValueOf(option, words, out value);
        if (error is not null)
            throw new ConfigException($"command line: '--{ConfigApplier.Show(name, string.Join(' ', words)).Trim()}': {error} (allowed: {option!.Allowed})");
        return (option?.Name ?? name, value);
    }
}
