namespace Pkv.Server.Configuration;

/// <summary>A directive whose text is checked by a function and kept in <see cref="PkvOptions.Kept"/>.</summary>
/// <param name="name">The directive's name.</param>
/// <param name="kind">The value's shape.</param>
/// <param name="unset">What is shown while nobody has set it.</param>
/// <param name="read">Returns Redis's error text, or null and the text to keep.</param>
internal sealed class KeptOption(string name, ConfigKind kind, string unset, KeptOption.Reader read) : ConfigOption(name, kind)
{
    internal delegate string? Reader(string value, out string kept);

    internal string AllowedText { get; init; } = "any text";

    /// <summary>False for a directive of the file that is no setting: CONFIG does not know it.</summary>
    internal bool IsSetting { get; init; } = true;

    public override string Allowed => AllowedText;

    public override bool Visible => IsSetting;

    internal override bool TakesManyWords => Kind == ConfigKind.List;

    internal override bool Rewritable => IsSetting;

    public override string Format(PkvOptions options) => options.Kept.Text(Name, unset);

    internal override string? Parse(string value, out Action<PkvOptions> change)
    {
        string? error = read(value, out string kept);
        change = error is null ? options => options.Kept = options.Kept.With(Name, kept) : NoChange;
        return error;
    }

    internal override IReadOnlyList<string> ConfigLines(PkvOptions options)
        => [Kind == ConfigKind.Text ? $"{Name} {ConfigWords.Quote(Format(options))}" : $"{Name} {Format(options)}".TrimEnd()];

    /// <summary>One of a few words.</summary>
    internal static Reader OneOf(params string[] words) => (string value, out string kept) =>
    {
        kept = words.FirstOrDefault(word => word.Equals(value, StringComparison.OrdinalIgnoreCase)) ?? "";
        return kept.Length > 0 ? null : $"argument(s) must be one of the following: {string.Join(", ", words)}";
    };
}
