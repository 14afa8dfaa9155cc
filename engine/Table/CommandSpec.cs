namespace Pkv.Engine.Table;

/// <summary>One change in a command's history: the Redis version and what it brought.</summary>
/// <param name="Since">The version.</param>
/// <param name="Change">What is new in it.</param>
public readonly record struct CommandChange(string Since, string Change);

/// <summary>
/// Everything the server knows about one command or subcommand except how to run it. Immutable once the table is
/// built; safe on all threads. Handlers are bound elsewhere, by <see cref="Index"/>.
/// </summary>
public sealed class CommandSpec
{
    private CommandNameIndex? _subcommandIndex;

    /// <summary>Starts a command's description; the rest is given by initializers.</summary>
    public CommandSpec(string name, int arity, CommandGroup group, CommandFlags flags)
    {
        Name = name;
        FullName = name;
        Arity = arity;
        Group = group;
        Flags = flags;
    }

    /// <summary>The name, lower-case; for a subcommand its own part only.</summary>
    public string Name { get; }

    /// <summary>The name on the wire: "get", or "client|list" for a subcommand.</summary>
    public string FullName { get; private set; }

    /// <summary>Dense number from 0 over all commands and subcommands, in the order of the table.</summary>
    public int Index { get; private set; } = -1;

    /// <summary>The container of a subcommand; otherwise null.</summary>
    public CommandSpec? Parent { get; private set; }

    /// <summary>Arguments with the name (and the subcommand's) counted: n exactly n, -n at least n.</summary>
    public int Arity { get; }

    /// <summary>The group in the documentation.</summary>
    public CommandGroup Group { get; }

    /// <summary>What it may do and where.</summary>
    public CommandFlags Flags { get; private set; }

    /// <summary>The first key's argument; 0: none, or none at a fixed place.</summary>
    public int FirstKey { get; private set; }

    /// <summary>The last key's argument; negative: from the end, -1 being the last argument.</summary>
    public int LastKey { get; private set; }

    /// <summary>Arguments from one key to the next; 0 without keys.</summary>
    public int KeyStep { get; private set; }

    /// <summary>The categories that do not follow from the flags.</summary>
    public AclCategories StatedCategories { get; init; }

    /// <summary>All categories.</summary>
    public AclCategories Categories => StatedCategories | AclCategoryNames.ImpliedBy(Flags, StatedCategories);

    /// <summary>The Redis version that brought the command.</summary>
    public required string Since { get; init; }

    /// <summary>The order of its running time; null where that says nothing.</summary>
    public string? Complexity { get; init; }

    /// <summary>What it does, in one line.</summary>
    public required string Summary { get; init; }

    /// <summary>The Redis version since which another command is preferred.</summary>
    public string? DeprecatedSince { get; init; }

    /// <summary>The command to use instead of a deprecated one.</summary>
    public string? ReplacedBy { get; init; }

    /// <summary>True for a command meant for the server's developers, not for applications.</summary>
    public bool IsSystemCommand { get; init; }

    /// <summary>Hints to clients and proxies. Source: Redis's "Command tips" page.</summary>
    public IReadOnlyList<string> Tips { get; init; } = [];

    /// <summary>Where the keys stand.</summary>
    public IReadOnlyList<KeySpec> KeySpecs { get; init; } = [];

    /// <summary>The arguments after the name.</summary>
    public IReadOnlyList<CommandArgument> Arguments { get; init; } = [];

    /// <summary>What later versions added.</summary>
    public IReadOnlyList<CommandChange> History { get; init; } = [];

    /// <summary>The subcommands of a container.</summary>
    public IReadOnlyList<CommandSpec> Subcommands { get; init; } = [];

    /// <summary>Keys whose number is told among the arguments (SINTERCARD, ZUNIONSTORE); null without any.</summary>
    public KeySpec? CountedKeys { get; private set; }

    /// <summary>True if some call of the command names keys (shard channels stand where keys would, but are none).</summary>
    public bool HasKeys => KeySpecs.Any(keys => (keys.Flags & KeySpecFlags.NotKey) == 0);

    /// <summary>True if this is a container such as CONFIG.</summary>
    public bool IsContainer => Subcommands.Count != 0;

    /// <summary>Whether a call with that many arguments, the name counted, has a legal length.</summary>
    public bool AcceptsCount(int argc) => Arity >= 0 ? argc == Arity : argc >= -Arity;

    /// <inheritdoc/>
    public override string ToString() => FullName;

    /// <summary>The subcommand of that name in any case, or null. Does not allocate.</summary>
    internal CommandSpec? FindSubcommand(ReadOnlySpan<byte> name) => _subcommandIndex?.Find(name);

    /// <summary>
    /// Called once by the table: numbers this command and its subcommands, and derives what follows from the rest.
    /// </summary>
    internal void Bind(CommandSpec? parent, List<CommandSpec> everything)
    {
        if (Index >= 0)
            throw new InvalidOperationException($"command '{FullName}' stands twice in the table");
        Index = everything.Count;
        everything.Add(this);
        Parent = parent;
        if (parent is not null)
            FullName = $"{parent.Name}|{Name}";
        DeriveKeyRange();
        foreach (CommandSpec sub in Subcommands)
            sub.Bind(this, everything);
        if (IsContainer)
            _subcommandIndex = new CommandNameIndex(Subcommands);
    }

    // One range spec is the old first/last/step itself. Several are joined while they are adjacent with step 1; any
    // other kind cannot be told by three numbers and makes the command one of movable keys.
    private void DeriveKeyRange()
    {
        int first = int.MaxValue, last = 0, previousLast = 0, step = 0;
        foreach (KeySpec spec in KeySpecs)
        {
            bool isRange = spec is { Search: KeySearch.Index, Finding: KeyFinding.Range };
            bool isAlone = KeySpecs.Count == 1;
            if (spec is { Search: KeySearch.Index, Finding: KeyFinding.KeyNum } or { Search: KeySearch.Keyword, Limit: > 1 })
                CountedKeys = spec;
            bool isAdjacent = previousLast == 0 || previousLast == spec.BeginIndex - 1;
            if (!isRange || (!isAlone && (spec.KeyStep != 1 || !isAdjacent)))
            {
                Flags |= CommandFlags.MovableKeys;
                continue;
            }

            first = Math.Min(first, spec.BeginIndex);
            int specLast = spec.LastKey >= 0 ? spec.BeginIndex + spec.LastKey : spec.LastKey;
            last = (int)Math.Max((uint)last, (uint)specLast); // unsigned: "to the end" is further than any index
            previousLast = last;
            step = spec.KeyStep;
        }

        if (step != 0)
            (FirstKey, LastKey, KeyStep) = (first, last, step);
    }
}
