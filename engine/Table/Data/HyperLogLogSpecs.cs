using static Pkv.Engine.Table.CommandArgument;
using static Pkv.Engine.Table.CommandFlags;
using static Pkv.Engine.Table.KeySpecFlags;

namespace Pkv.Engine.Table.Data;

/// <summary>
/// The HyperLogLog commands. Arity, flags, keys, categories, tips and arguments are those
/// of Redis 7.0, with which a test compares them.
/// </summary>
internal static class HyperLogLogSpecs
{
    private const CommandGroup Group = CommandGroup.HyperLogLog;

    /// <summary>The group's part of the table, by name.</summary>
    public static CommandSpec[] All { get; } =
    [
        new("pfadd", -2, Group, Write | DenyOom | Fast)
        {
            Since = "2.8.9", Complexity = "O(1) for each element",
            Summary = "Adds elements to a HyperLogLog.",
            StatedCategories = AclCategories.HyperLogLog,
            KeySpecs = [KeySpec.At(1, Rw | Insert)],
            Arguments = [Key(), Text("element").Optional().Multiple()],
        },

        new("pfcount", -2, Group, ReadOnly)
        {
            Since = "2.8.9", Complexity = "O(1) for one key whose count is cached, else O(N), N the keys, with a large constant",
            Summary = "Estimates how many different elements one or several HyperLogLogs have seen.",
            StatedCategories = AclCategories.HyperLogLog,
            KeySpecs =
            [
                KeySpec.Range(1, -1, 1, Rw | Access) with
                {
                    Notes = "RW because it may change the internal representation of the key, and propagate to replicas",
                },
            ],
            Arguments = [Key().Multiple()],
        },

        new("pfdebug", 3, Group, Write | DenyOom | Admin)
        {
            Since = "2.8.9", Complexity = "N/A",
            Summary = "Shows or converts the representation of a HyperLogLog.",
            IsSystemCommand = true,
            StatedCategories = AclCategories.HyperLogLog,
            KeySpecs = [KeySpec.At(2, Rw | Access)],
            Arguments = [Text("subcommand"), Key()],
        },

        new("pfmerge", -2, Group, Write | DenyOom)
        {
            Since = "2.8.9", Complexity = "O(N), N the keys, with a large constant",
            Summary = "Stores the union of HyperLogLogs.",
            StatedCategories = AclCategories.HyperLogLog,
            KeySpecs = [KeySpec.At(1, Rw | Access | Insert), KeySpec.Range(2, -1, 1, Ro | Access)],
            Arguments = [Key("destkey"), Key("sourcekey", 1).Multiple()],
        },

        new("pfselftest", 1, Group, Admin)
        {
            Since = "2.8.9", Complexity = "N/A",
            Summary = "Tests registers and estimates of HyperLogLogs.",
            IsSystemCommand = true,
            StatedCategories = AclCategories.HyperLogLog,
        },
    ];
}
