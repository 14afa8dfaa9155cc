namespace Pkv.Server.Configuration;

/// <summary>Applies directives to the options in increasing priority, and collects warnings about them.</summary>
internal sealed class ConfigApplier(PkvOptions options)
{
    private readonly Dictionary<ConfigOption, string> origins = [];
    private readonly List<string> ignored = [];
    private readonly List<string> notes = [];

    /// <summary>Names of directives that Redis 7.0 knows and Pkv does not use, each once.</summary>
    internal IReadOnlyList<string> Ignored => ignored;

    /// <summary>Values that are taken and not obeyed, and unsupported directives that are passed over.</summary>
    internal IReadOnlyList<string> Notes => notes;

    /// <summary>Where an option's present value comes from.</summary>
    internal string OriginOf(string name) => origins.GetValueOrDefault(OptionRows.Find(name)!, "default");

    /// <summary>A directive as an error line shows it: without secrets.</summary>
    internal static string Show(string name, string value)
        => OptionRows.FindLoose(name) is { Secret: true } ? $"{name} ***" : $"{name} {value}".TrimEnd();

    internal void Note(string note)
    {
        if (!notes.Contains(note))
            notes.Add(note);
    }

    /// <param name="directive">The directive.</param>
    /// <param name="loose">Whether the source writes names with other word separators.</param>
    /// <exception cref="ConfigException">The directive is unknown or its value is wrong.</exception>
    internal void Apply(ConfigDirective directive, bool loose)
    {
        ConfigOption? option = loose ? OptionRows.FindLoose(directive.Name) : OptionRows.Find(directive.Name);
        if (option is null)
            throw new ConfigException($"{directive.Origin}: '{Show(directive.Name, directive.Value)}': unknown directive (see --help for the list)");

        string? error = option.Parse(directive.Value, out Action<PkvOptions> change);
        if (error is null)
        {
            change(options);
            error = option.CheckApplied(options);
        }

        if (error is not null)
            throw new ConfigException($"{directive.Origin}: '{Show(directive.Name, directive.Value)}': {error}{AllowedSuffix(option, error)}");
        origins[option] = directive.Origin;
        if (!option.HasEffect && !ignored.Contains(directive.Name))
            ignored.Add(directive.Name);
        if (option.NoteAtStart(directive.Value) is string note)
            Note(note);
    }

    private static string AllowedSuffix(ConfigOption option, string error)
        => error.Contains("must be between", StringComparison.Ordinal) || error.Contains("must be one of", StringComparison.Ordinal)
            ? "" : $" (allowed: {option.Allowed})";
}
