namespace Pkv.Server.Configuration;

/// <summary>Any one string, such as a path or a password.</summary>
internal sealed class TextOption(string name, Func<PkvOptions, string> get, Action<PkvOptions, string> set)
    : ConfigOption(name, ConfigKind.Text)
{
    /// <summary>Returns an error text for a string that is not allowed, otherwise null.</summary>
    internal Func<string, string?> Check { get; init; } = static _ => null;

    /// <summary>What <see cref="Check"/> lets through.</summary>
    internal string AllowedText { get; init; } = "any text";

    public override string Allowed => AllowedText;

    public override string Format(PkvOptions options) => get(options);

    internal override string? Parse(string value, out Action<PkvOptions> change)
    {
        change = options => set(options, value);
        return value.Contains('\0') ? "argument must not contain a zero byte" : Check(value);
    }

    internal override IReadOnlyList<string> ConfigLines(PkvOptions options) => [$"{Name} {ConfigWords.Quote(get(options))}"];
}
