namespace Pkv.Server.Configuration;

/// <summary>The option table: all rows, section by section, and their index by name and alias.</summary>
internal static class OptionRows
{
    internal static readonly IReadOnlyList<ConfigOption> All =
    [
        .. In(ConfigSection.Network, NetworkRows.Rows),
        .. In(ConfigSection.Limits, LimitRows.Rows),
        .. In(ConfigSection.Pool, PoolRows.Rows),
        .. In(ConfigSection.Keyspace, KeyspaceRows.Rows),
        .. In(ConfigSection.Process, ProcessRows.Rows),
        .. In(ConfigSection.Encodings, EncodingRows.Rows),
        .. In(ConfigSection.Accepted, AcceptedRows.Rows),
        .. In(ConfigSection.Accepted, KeptRows.Rows),
        .. In(ConfigSection.Unsupported, UnsupportedRows.Rows),
    ];

    private static readonly Dictionary<string, ConfigOption> ByName = All
        .SelectMany(static option => option.Aliases.Prepend(option.Name).Select(name => KeyValuePair.Create(name, option)))
        .ToDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly Dictionary<string, ConfigOption> ByLooseName = ByName
        .ToDictionary(static pair => Loose(pair.Key), static pair => pair.Value, StringComparer.OrdinalIgnoreCase);

    /// <summary>Every name with its row, aliases included; in the table's order.</summary>
    internal static IEnumerable<KeyValuePair<string, ConfigOption>> Names => ByName;

    /// <summary>The row of a name or alias, in any case.</summary>
    internal static ConfigOption? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>As <see cref="Find"/>, for sources whose names have other word separators: POOL_SIZE, PoolSize.</summary>
    internal static ConfigOption? FindLoose(string name) => ByLooseName.GetValueOrDefault(Loose(name));

    internal static string Loose(string name) => name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);

    private static IEnumerable<ConfigOption> In(ConfigSection section, IEnumerable<ConfigOption> rows)
    {
        foreach (ConfigOption row in rows)
        {
            row.Section = section;
            yield return row;
        }
    }

    internal static NumberOption Integer(string name, long min, long max, Func<PkvOptions, long> get, Action<PkvOptions, long> set, string comment,
        string unit = "", ConfigMutability mutability = ConfigMutability.Mutable, string origin = "Redis 7.0")
        => new(name, ConfigKind.Integer, min, max, get, set) { Comment = comment, Unit = unit, Mutability = mutability, DefaultOrigin = origin };

    internal static NumberOption Memory(string name, long min, long max, Func<PkvOptions, long> get, Action<PkvOptions, long> set, string comment)
        => new(name, ConfigKind.Memory, min, max, get, set) { Comment = comment, Unit = "bytes" };

    internal static FlagOption Flag(string name, Func<PkvOptions, bool> get, Action<PkvOptions, bool> set, string comment,
        ConfigMutability mutability = ConfigMutability.Mutable, string origin = "Redis 7.0")
        => new(name, get, set) { Comment = comment, Mutability = mutability, DefaultOrigin = origin };
}
