namespace Pkv.Server.Configuration;

/// <summary>
/// One row of the option table: an option's name, its allowed values, and how its text is converted to a value of <see
/// cref="PkvOptions"/> and back. Parsing, CONFIG GET/SET/REWRITE, <c>--help</c> and the configuration page are all driven
/// by these rows. Immutable; defaults are those of a new <see cref="PkvOptions"/>.
/// </summary>
public abstract class ConfigOption(string name, ConfigKind kind)
{
    private protected static readonly PkvOptions Defaults = new();

    /// <summary>The directive's name, in lower case.</summary>
    public string Name { get; } = name;

    /// <summary>The value's shape.</summary>
    public ConfigKind Kind { get; } = kind;

    /// <summary>Older names that Redis 7.0 still takes and shows.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The chapter it is shown in.</summary>
    public ConfigSection Section { get; internal set; }

    /// <summary>Whether CONFIG SET may change it.</summary>
    public ConfigMutability Mutability { get; internal set; } = ConfigMutability.Mutable;

    /// <summary>Whether its value must not appear in logs and error lines, and its bytes be scrubbed.</summary>
    public bool Secret { get; init; }

    /// <summary>False for a directive of Redis that is kept and shown but has no effect.</summary>
    public bool HasEffect { get; init; } = true;

    /// <summary>
    /// What a client or operator who sets a value other than the default would silently miss; null: nothing. Such a
    /// value stops the start, and CONFIG SET refuses it, unless <c>allow-unsupported</c> says otherwise.
    /// </summary>
    public string? Unsupported { get; init; }

    /// <summary>The value's unit; empty where it has none.</summary>
    public string Unit { get; init; } = "";

    /// <summary>What it does, and the danger of a wrong value.</summary>
    public required string Comment { get; init; }

    /// <summary>Where the default comes from.</summary>
    public string DefaultOrigin { get; init; } = "Redis 7.0";

    /// <summary>The default as a person reads it.</summary>
    public string DefaultText
    {
        get => field ?? Format(Defaults);
        init;
    }

    /// <summary>Whether CONFIG GET shows it (as Redis, not for <c>rename-command</c>).</summary>
    public virtual bool Visible => true;

    /// <summary>What a value may be, as a person reads it.</summary>
    public abstract string Allowed { get; }

    /// <summary>The current value in Redis's textual form, as CONFIG GET answers.</summary>
    public abstract string Format(PkvOptions options);

    /// <summary>Whether the value consists of several words of one line.</summary>
    internal virtual bool TakesManyWords => false;

    /// <summary>Whether CONFIG REWRITE writes it.</summary>
    internal virtual bool Rewritable => true;

    /// <summary>Reads a value. Returns Redis's error text, or null and the change that is to be made.</summary>
    /// <param name="value">The value's text; several words are separated as in a configuration file.</param>
    /// <param name="change">Writes the parsed value; cannot fail.</param>
    internal abstract string? Parse(string value, out Action<PkvOptions> change);

    /// <summary>What is wrong with the value at the start, now that it is in place beside those before it; null: nothing.</summary>
    internal virtual string? CheckApplied(PkvOptions options) => null;

    /// <summary>Why CONFIG SET refuses this valid value; null if it does not.</summary>
    internal virtual string? RefuseAtRunTime(string value) => null;

    /// <summary>What the user should know about this valid value at the start; null: nothing.</summary>
    internal virtual string? NoteAtStart(string value) => null;

    /// <summary>The lines that express the current value in a configuration file.</summary>
    internal virtual IReadOnlyList<string> ConfigLines(PkvOptions options) => [$"{Name} {Format(options)}"];

    /// <summary>Whether the current value is the default.</summary>
    internal bool IsDefault(PkvOptions options) => Format(options) == Format(Defaults);

    private protected static void NoChange(PkvOptions options)
    {
        _ = options;
    }
}
