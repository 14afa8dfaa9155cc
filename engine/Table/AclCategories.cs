namespace Pkv.Engine.Table;

/// <summary>
/// ACL categories, in the order in which COMMAND INFO names them. In the table's data only those stand that do not
/// follow from a command's flags; see <see cref="AclCategoryNames.ImpliedBy"/>.
/// </summary>
[Flags]
public enum AclCategories
{
#pragma warning disable CS1591 // Each member is the category of that name on Redis's ACL page.
    None = 0,
    Keyspace = 1 << 0,
    Read = 1 << 1,
    Write = 1 << 2,
    Set = 1 << 3,
    SortedSet = 1 << 4,
    List = 1 << 5,
    Hash = 1 << 6,
    String = 1 << 7,
    Bitmap = 1 << 8,
    HyperLogLog = 1 << 9,
    Geo = 1 << 10,
    Stream = 1 << 11,
    PubSub = 1 << 12,
    Admin = 1 << 13,
    Fast = 1 << 14,
    Slow = 1 << 15,
    Blocking = 1 << 16,
    Dangerous = 1 << 17,
    Connection = 1 << 18,
    Transaction = 1 << 19,
    Scripting = 1 << 20,
#pragma warning restore CS1591
}

/// <summary>The names of <see cref="AclCategories"/> and the rule that derives most of them.</summary>
public static class AclCategoryNames
{
    private static readonly string[] _names =
    [
        "keyspace", "read", "write", "set", "sortedset", "list", "hash", "string", "bitmap", "hyperloglog", "geo",
        "stream", "pubsub", "admin", "fast", "slow", "blocking", "dangerous", "connection", "transaction", "scripting",
    ];

    /// <summary>The wire name of one category, without the leading @.</summary>
    public static string ToWireName(this AclCategories category) => WireNames.One(_names, (uint)category);

    /// <summary>The wire names of all categories set, without the leading @, in the order of Redis.</summary>
    public static IReadOnlyList<string> ToWireNames(this AclCategories categories) =>
        WireNames.All(_names, (uint)categories);

    /// <summary>The category of that name in any case, without the leading @; None if there is none.</summary>
    public static AclCategories Parse(ReadOnlySpan<byte> name)
    {
        for (int bit = 0; bit < _names.Length; bit++)
        {
            if (System.Text.Ascii.EqualsIgnoreCase(name, _names[bit]))
                return (AclCategories)(1 << bit);
        }

        return AclCategories.None;
    }

    /// <summary>The categories that follow from a command's flags; a script command is never in read.</summary>
    public static AclCategories ImpliedBy(CommandFlags flags, AclCategories stated)
    {
        AclCategories implied = flags.HasFlag(CommandFlags.Fast) ? AclCategories.Fast : AclCategories.Slow;
        if (flags.HasFlag(CommandFlags.Write))
            implied |= AclCategories.Write;
        if (flags.HasFlag(CommandFlags.ReadOnly) && !stated.HasFlag(AclCategories.Scripting))
            implied |= AclCategories.Read;
        if (flags.HasFlag(CommandFlags.Admin))
            implied |= AclCategories.Admin | AclCategories.Dangerous;
        if (flags.HasFlag(CommandFlags.PubSub))
            implied |= AclCategories.PubSub;
        if (flags.HasFlag(CommandFlags.Blocking))
            implied |= AclCategories.Blocking;
        return implied;
    }
}
