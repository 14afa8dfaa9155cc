using Pkv.Engine.Table.Data;

namespace Pkv.Engine.Table;

/// <summary>
/// The one command table: dispatch, the answers of COMMAND and the list in the docs all come from it. Built once when
/// first used, immutable, safe on all threads.
/// </summary>
public static class CommandTable
{
    private static readonly CommandSpec[] _all = [.. StringSpecs.All, .. BitmapSpecs.All, .. HyperLogLogSpecs.All, .. HashSpecs.All, .. ListSpecs.All, .. SetSpecs.All, .. SortedSetSpecs.All, .. GeoSpecs.All, .. StreamSpecs.All,
        .. GenericSpecs.All, .. SortSpecs.All, .. ConnectionSpecs.All,
        .. ServerSpecs.All, .. ServerContainerSpecs.All, .. TransactionSpecs.All, .. ScriptSpecs.All, .. PubSubSpecs.All, .. ClusterSpecs.All];

    private static readonly CommandSpec[] _everything = BindAll(_all);

    private static readonly CommandNameIndex _names = new(_all);

    /// <summary>All commands, without subcommands, in the order of the documentation.</summary>
    public static IReadOnlyList<CommandSpec> All => _all;

    /// <summary>All commands and subcommands; the place of each is its <see cref="CommandSpec.Index"/>.</summary>
    public static IReadOnlyList<CommandSpec> Everything => _everything;

    /// <summary>One more than the largest <see cref="CommandSpec.Index"/>: the size of a table of handlers.</summary>
    public static int IndexCount => _everything.Length;

    /// <summary>The command of that name in any case, or null. Does not allocate.</summary>
    public static CommandSpec? Find(ReadOnlySpan<byte> name) => _names.Find(name);

    /// <summary>The subcommand of a container, its name in any case, or null. Does not allocate.</summary>
    public static CommandSpec? FindSub(CommandSpec container, ReadOnlySpan<byte> sub) => container.FindSubcommand(sub);

    /// <summary>
    /// The command of a full name such as "get" or "config|get" in any case, or null. Does not allocate.
    /// </summary>
    public static CommandSpec? FindFull(ReadOnlySpan<byte> fullName)
    {
        int bar = fullName.IndexOf((byte)'|');
        if (bar < 0)
            return Find(fullName);
        return Find(fullName[..bar]) is { } container ? FindSub(container, fullName[(bar + 1)..]) : null;
    }

    private static CommandSpec[] BindAll(CommandSpec[] all)
    {
        var everything = new List<CommandSpec>(all.Length * 2);
        foreach (CommandSpec spec in all)
            spec.Bind(null, everything);
        return [.. everything];
    }
}
