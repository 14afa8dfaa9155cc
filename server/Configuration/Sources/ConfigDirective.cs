namespace Pkv.Server.Configuration;

/// <summary>One directive from one of the sources.</summary>
/// <param name="Name">The name as the source writes it.</param>
/// <param name="Value">The value's text, as <see cref="ConfigOption.Parse"/> takes it.</param>
/// <param name="Origin">Where it stands, for error lines: a file and line, a variable, the command line.</param>
internal sealed record ConfigDirective(string Name, string Value, string Origin)
{
    /// <summary>Makes the value of a line's words after the name. Returns Redis's error text, or null.</summary>
    /// <remarks>An unknown option's words stay quoted; it will be named, not parsed.</remarks>
    internal static string? ValueOf(ConfigOption? option, IReadOnlyList<string> words, out string value)
    {
        bool single = option is { TakesManyWords: false };
        value = single && words.Count == 1 ? words[0] : string.Join(' ', words.Select(Requote));
        return single && words.Count != 1 || option is not null && words.Count == 0 && option is not BindOption
            ? "wrong number of arguments"
            : null;
    }

    private static string Requote(string word)
        => word.Length == 0 || word.AsSpan().ContainsAny(" \t\r\n\v\f\"'\\") ? ConfigWords.Quote(word) : word;
}
