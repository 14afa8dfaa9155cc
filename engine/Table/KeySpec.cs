namespace Pkv.Engine.Table;

/// <summary>
/// How a command uses the keys that a key spec finds, in the order in which COMMAND INFO names the flags.
/// </summary>
[Flags]
public enum KeySpecFlags
{
    /// <summary>Nothing stated.</summary>
    None = 0,

    /// <summary>RO: reads the value, never changes it.</summary>
    Ro = 1 << 0,

    /// <summary>RW: changes a part of the value or of its metadata.</summary>
    Rw = 1 << 1,

    /// <summary>OW: replaces the value whole, without looking at it.</summary>
    Ow = 1 << 2,

    /// <summary>RM: removes the key.</summary>
    Rm = 1 << 3,

    /// <summary>Returns, copies or uses data of the value.</summary>
    Access = 1 << 4,

    /// <summary>Changes data of the value, in a way that may depend on what is there.</summary>
    Update = 1 << 5,

    /// <summary>Adds data to the value without changing what is there.</summary>
    Insert = 1 << 6,

    /// <summary>Deletes content of the value, or the key on purpose.</summary>
    Delete = 1 << 7,

    /// <summary>What is found is no key, though it is hashed to a slot as if it were.</summary>
    NotKey = 1 << 8,

    /// <summary>The spec may miss keys.</summary>
    Incomplete = 1 << 9,

    /// <summary>The flags depend on the command's other arguments.</summary>
    VariableFlags = 1 << 10,
}

/// <summary>How a key spec finds the argument at which its keys begin.</summary>
public enum KeySearch
{
    /// <summary>It does not: the spec only says that there are keys.</summary>
    Unknown,

    /// <summary>At a fixed argument.</summary>
    Index,

    /// <summary>Right after a keyword.</summary>
    Keyword,
}

/// <summary>How a key spec finds the other keys from the first.</summary>
public enum KeyFinding
{
    /// <summary>It does not.</summary>
    Unknown,

    /// <summary>By the place of the last key and a step.</summary>
    Range,

    /// <summary>By a count given among the arguments.</summary>
    KeyNum,
}

/// <summary>
/// Where a command's keys stand among its arguments (argument 0 is the command's name, 1 a container's subcommand) and
/// what it does with them. Immutable. Source: "Command key specifications" in Redis's documentation.
/// </summary>
public sealed record KeySpec
{
    /// <summary>What the command does with these keys.</summary>
    public required KeySpecFlags Flags { get; init; }

    /// <summary>How the first argument is found.</summary>
    public KeySearch Search { get; private init; }

    /// <summary>For <see cref="KeySearch.Index"/>: the argument's index.</summary>
    public int BeginIndex { get; private init; }

    /// <summary>For <see cref="KeySearch.Keyword"/>: the word, upper-case.</summary>
    public string Keyword { get; private init; } = "";

    /// <summary>
    /// For <see cref="KeySearch.Keyword"/>: where the search starts; negative: from the end, backwards.
    /// </summary>
    public int StartFrom { get; private init; }

    /// <summary>For <see cref="KeySearch.Keyword"/>: a call without the word is legal, and has none of these keys.</summary>
    public bool IsOptional { get; init; }

    /// <summary>How the other keys are found.</summary>
    public KeyFinding Finding { get; private init; }

    /// <summary>
    /// For a range: the last key counted from the first; negative: from the end, -1 being the last argument.
    /// </summary>
    public int LastKey { get; private init; }

    /// <summary>Arguments from one key to the next.</summary>
    public int KeyStep { get; private init; } = 1;

    /// <summary>
    /// For a range with a negative last key: 0 and 1 no limit, n: only the first 1/n of what remains.
    /// </summary>
    public int Limit { get; private init; }

    /// <summary>For a key count: where the count stands, counted from the begin.</summary>
    public int KeyNumIndex { get; private init; }

    /// <summary>For a key count: where the first key stands, counted from the begin.</summary>
    public int FirstKey { get; private init; }

    /// <summary>
    /// For keys that SORT alone can find: the option behind which, the last time it is given, the key stands (STORE); empty: the
    /// keys follow from what is stored (BY, GET), and no call tells them.
    /// </summary>
    public string? SortOption { get; private init; }

    /// <summary>A remark for people, in COMMAND INFO.</summary>
    public string? Notes { get; init; }

    /// <summary>
    /// With <see cref="KeySpecFlags.VariableFlags"/>: the options without any of which the flags are
    /// <see cref="FlagsWithoutToken"/>.
    /// </summary>
    public IReadOnlyList<string> DecidingTokens { get; init; } = [];

    /// <summary>Where the options begin, counted from the key.</summary>
    public int OptionsFrom { get; init; } = 1;

    /// <summary>The flags of a call that gives none of <see cref="DecidingTokens"/> among its options.</summary>
    public KeySpecFlags FlagsWithoutToken { get; init; }

    /// <summary>One key at a fixed argument.</summary>
    public static KeySpec At(int index, KeySpecFlags flags) => Range(index, 0, 1, flags);

    /// <summary>
    /// Keys from a fixed argument to a last one (relative; negative from the end), every step arguments.
    /// </summary>
    public static KeySpec Range(int index, int lastKey, int keyStep, KeySpecFlags flags) => new()
    {
        Flags = flags,
        Search = KeySearch.Index,
        BeginIndex = index,
        Finding = KeyFinding.Range,
        LastKey = lastKey,
        KeyStep = keyStep,
    };

    /// <summary>A count at a fixed argument (plus keyNumIndex), the keys from firstKey arguments after it.</summary>
    public static KeySpec Counted(int index, int keyNumIndex, int firstKey, int keyStep, KeySpecFlags flags) => new()
    {
        Flags = flags,
        Search = KeySearch.Index,
        BeginIndex = index,
        Finding = KeyFinding.KeyNum,
        KeyNumIndex = keyNumIndex,
        FirstKey = firstKey,
        KeyStep = keyStep,
    };

    /// <summary>Keys after a keyword, searched from an argument (negative: from the end).</summary>
    public static KeySpec After(
        string keyword, int startFrom, int lastKey, int keyStep, int limit, KeySpecFlags flags) => new()
    {
        Flags = flags,
        Search = KeySearch.Keyword,
        Keyword = keyword,
        StartFrom = startFrom,
        Finding = KeyFinding.Range,
        LastKey = lastKey,
        KeyStep = keyStep,
        Limit = limit,
    };

    /// <summary>Keys of SORT behind an option, or (no option) such as its elements tell.</summary>
    public static KeySpec OfSort(string option, KeySpecFlags flags) => new() { Flags = flags, SortOption = option };

    /// <summary>Keys that only the command itself can find.</summary>
    public static KeySpec Somewhere(KeySpecFlags flags) => new() { Flags = flags };
}

/// <summary>The names of <see cref="KeySpecFlags"/> in COMMAND INFO.</summary>
public static class KeySpecFlagNames
{
    private static readonly string[] _names =
    [
        "RO", "RW", "OW", "RM", "access", "update", "insert", "delete", "not_key", "incomplete", "variable_flags",
    ];

    /// <summary>The wire names of all flags set, in the order of Redis.</summary>
    public static IReadOnlyList<string> ToWireNames(this KeySpecFlags flags) => WireNames.All(_names, (uint)flags);
}
