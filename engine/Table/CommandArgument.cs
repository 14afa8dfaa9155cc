namespace Pkv.Engine.Table;

/// <summary>The type of an argument in COMMAND DOCS.</summary>
public enum ArgumentType
{
#pragma warning disable CS1591 // Each member is the type of that name on Redis's "Command arguments" page.
    String,
    Integer,
    Double,
    Key,
    Pattern,
    UnixTime,
    PureToken,
    OneOf,
    Block,
#pragma warning restore CS1591
}

/// <summary>How often an argument may stand, in the order in which COMMAND DOCS names the flags.</summary>
[Flags]
public enum ArgumentFlags
{
    /// <summary>Exactly once.</summary>
    None = 0,

    /// <summary>May be left out.</summary>
    Optional = 1 << 0,

    /// <summary>May be repeated.</summary>
    Multiple = 1 << 1,

    /// <summary>When repeated, its token is repeated too.</summary>
    MultipleToken = 1 << 2,
}

/// <summary>
/// One argument of a command, or a choice or sequence of them, as COMMAND DOCS tells it. Immutable: the modifiers
/// <see cref="Optional"/>, <see cref="Multiple"/>, <see cref="From"/> return changed copies.
/// </summary>
public sealed record CommandArgument
{
    /// <summary>The name, lower-case.</summary>
    public required string Name { get; init; }

    /// <summary>The type.</summary>
    public required ArgumentType Type { get; init; }

    /// <summary>The word, upper-case, that goes before the argument or (a pure token) is the argument.</summary>
    public string? Token { get; init; }

    /// <summary>Whether and how often it may stand.</summary>
    public ArgumentFlags Flags { get; init; }

    /// <summary>For a key: the number of its key spec; otherwise -1.</summary>
    public int KeySpecIndex { get; init; } = -1;

    /// <summary>The Redis version that brought it, if later than the command.</summary>
    public string? Since { get; init; }

    /// <summary>The Redis version since which another form is preferred.</summary>
    public string? DeprecatedSince { get; init; }

    /// <summary>The parts of a choice or sequence.</summary>
    public IReadOnlyList<CommandArgument> Arguments { get; init; } = [];

    /// <summary>A key, found by the key spec of that number.</summary>
    public static CommandArgument Key(string name = "key", int keySpec = 0) =>
        new() { Name = name, Type = ArgumentType.Key, KeySpecIndex = keySpec };

    /// <summary>Any string, after a token if one is given.</summary>
    public static CommandArgument Text(string name, string? token = null) => Plain(name, ArgumentType.String, token);

    /// <summary>A signed 64-bit integer, after a token if one is given.</summary>
    public static CommandArgument Integer(string name, string? token = null) =>
        Plain(name, ArgumentType.Integer, token);

    /// <summary>A floating-point number.</summary>
    public static CommandArgument Double(string name) => Plain(name, ArgumentType.Double, null);

    /// <summary>A glob pattern, after a token if one is given.</summary>
    public static CommandArgument Pattern(string name, string? token = null) =>
        Plain(name, ArgumentType.Pattern, token);

    /// <summary>A point in Unix time, after a token if one is given.</summary>
    public static CommandArgument UnixTime(string name, string? token = null) =>
        Plain(name, ArgumentType.UnixTime, token);

    /// <summary>A word that is the whole argument; its name is the word in lower case.</summary>
    public static CommandArgument Word(string token) => Plain(token.ToLowerInvariant(), ArgumentType.PureToken, token);

    /// <summary>Exactly one of the parts.</summary>
    public static CommandArgument OneOf(string name, params CommandArgument[] parts) =>
        Plain(name, ArgumentType.OneOf, null) with { Arguments = parts };

    /// <summary>All of the parts, one after the other.</summary>
    public static CommandArgument Block(string name, params CommandArgument[] parts) =>
        Plain(name, ArgumentType.Block, null) with { Arguments = parts };

    /// <summary>The same, but it may be left out.</summary>
    public CommandArgument Optional() => this with { Flags = Flags | ArgumentFlags.Optional };

    /// <summary>The same, but it may be repeated.</summary>
    public CommandArgument Multiple() => this with { Flags = Flags | ArgumentFlags.Multiple };

    /// <summary>The same, with a word before it.</summary>
    public CommandArgument After(string token) => this with { Token = token };

    /// <summary>The same, with the Redis version that brought it.</summary>
    public CommandArgument From(string since) => this with { Since = since };

    /// <summary>The same, with the Redis version since which another form is preferred.</summary>
    public CommandArgument Deprecated(string since) => this with { DeprecatedSince = since };

    private static CommandArgument Plain(string name, ArgumentType type, string? token) =>
        new() { Name = name, Type = type, Token = token };
}

/// <summary>The names of argument types and flags in COMMAND DOCS.</summary>
public static class ArgumentNames
{
    private static readonly string[] _flagNames = ["optional", "multiple", "multiple_token"];

    /// <summary>The wire name of a type.</summary>
    public static string ToWireName(this ArgumentType type) => type switch
    {
        ArgumentType.UnixTime => "unix-time",
        ArgumentType.PureToken => "pure-token",
        _ => type.ToString().ToLowerInvariant(),
    };

    /// <summary>The wire names of all flags set, in the order of Redis.</summary>
    public static IReadOnlyList<string> ToWireNames(this ArgumentFlags flags) =>
        WireNames.All(_flagNames, (uint)flags);
}
