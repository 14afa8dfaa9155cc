using static Pkv.Engine.Table.CommandArgument;
using static Pkv.Engine.Table.CommandFlags;
using static Pkv.Engine.Table.KeySpecFlags;

namespace Pkv.Engine.Table.Data;

/// <summary>
/// The set commands. Arity, flags, keys, categories, tips and arguments are those of Redis 7.0, with which a test
/// compares them.
/// </summary>
internal static class SetSpecs
{
    private const CommandGroup Group = CommandGroup.Set;

    /// <summary>The group's part of the table, by name.</summary>
    public static CommandSpec[] All { get; } =
    [
        new("sadd", -3, Group, Write | DenyOom | Fast)
        {
            Since = "1.0.0", Complexity = "O(N), N the members given",
            Summary = "Adds members to a set; creates it if missing.",
            StatedCategories = AclCategories.Set,
            KeySpecs = [KeySpec.At(1, Rw | Insert)],
            Arguments = [Key(), Text("member").Multiple()],
            History = [new("2.4.0", "More than one member.")],
        },

        new("scard", 2, Group, ReadOnly | Fast)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Counts the members of a set.",
            StatedCategories = AclCategories.Set,
            KeySpecs = [KeySpec.At(1, Ro)],
            Arguments = [Key()],
        },

        new("sdiff", -2, Group, ReadOnly)
        {
            Since = "1.0.0", Complexity = "O(N), N the members of all sets",
            Summary = "Returns the difference between the first set and the others.",
            StatedCategories = AclCategories.Set,
            Tips = ["nondeterministic_output_order"],
            KeySpecs = [KeySpec.Range(1, -1, 1, Ro | Access)],
            Arguments = [Key().Multiple()],
        },

        new("sdiffstore", -3, Group, Write | DenyOom)
        {
            Since = "1.0.0", Complexity = "O(N), N the members of all sets",
            Summary = "Stores the difference between the first set and the others.",
            StatedCategories = AclCategories.Set,
            KeySpecs = [KeySpec.At(1, Ow | Update), KeySpec.Range(2, -1, 1, Ro | Access)],
            Arguments = [Key("destination"), Key("key", 1).Multiple()],
        },

        new("sinter", -2, Group, ReadOnly)
        {
            Since = "1.0.0", Complexity = "O(N*M), N the members of the smallest set, M the sets",
            Summary = "Returns the intersection of sets.",
            StatedCategories = AclCategories.Set,
            Tips = ["nondeterministic_output_order"],
            KeySpecs = [KeySpec.Range(1, -1, 1, Ro | Access)],
            Arguments = [Key().Multiple()],
        },

        new("sintercard", -3, Group, ReadOnly)
        {
            Since = "7.0.0", Complexity = "O(N*M), N the members of the smallest set, M the sets",
            Summary = "Counts the members of the intersection of sets, up to a limit.",
            StatedCategories = AclCategories.Set,
            KeySpecs = [KeySpec.Counted(1, 0, 1, 1, Ro | Access)],
            Arguments = [Integer("numkeys"), Key().Multiple(), Integer("limit", "LIMIT").Optional()],
        },

        new("sinterstore", -3, Group, Write | DenyOom)
        {
            Since = "1.0.0", Complexity = "O(N*M), N the members of the smallest set, M the sets",
            Summary = "Stores the intersection of sets.",
            StatedCategories = AclCategories.Set,
            KeySpecs = [KeySpec.At(1, Rw | Update), KeySpec.Range(2, -1, 1, Ro | Access)],
            Arguments = [Key("destination"), Key("key", 1).Multiple()],
        },

        new("sismember", 3, Group, ReadOnly | Fast)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Returns whether a set has a member.",
            StatedCategories = AclCategories.Set,
            KeySpecs = [KeySpec.At(1, Ro)],
            Arguments = [Key(), Text("member")],
        },

        new("smembers", 2, Group, ReadOnly)
        {
            Since = "1.0.0", Complexity = "O(N), N the members held",
            Summary = "Returns all members of a set.",
            StatedCategories = AclCategories.Set,
            Tips = ["nondeterministic_output_order"],
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key()],
        },

        new("smismember", -3, Group, ReadOnly | Fast)
        {
            Since = "6.2.0", Complexity = "O(N), N the members given",
            Summary = "Returns for each of several members whether a set has it.",
            StatedCategories = AclCategories.Set,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Text("member").Multiple()],
        },

        new("smove", 4, Group, Write | Fast)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Moves a member from one set to another.",
            StatedCategories = AclCategories.Set,
            KeySpecs = [KeySpec.At(1, Rw | Access | Delete), KeySpec.At(2, Rw | Insert)],
            Arguments = [Key("source"), Key("destination", 1), Text("member")],
        },

        new("spop", -2, Group, Write | Fast)
        {
            Since = "1.0.0", Complexity = "O(N), N the members removed",
            Summary = "Removes and returns random members of a set.",
            StatedCategories = AclCategories.Set,
            Tips = ["nondeterministic_output"],
            KeySpecs = [KeySpec.At(1, Rw | Access | Delete)],
            Arguments = [Key(), Integer("count").Optional().From("3.2.0")],
            History = [new("3.2.0", "The count.")],
        },

        new("srandmember", -2, Group, ReadOnly)
        {
            Since = "1.0.0", Complexity = "O(N), N the members returned",
            Summary = "Returns random members of a set.",
            StatedCategories = AclCategories.Set,
            Tips = ["nondeterministic_output"],
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Integer("count").Optional().From("2.6.0")],
            History = [new("2.6.0", "The count.")],
        },

        new("srem", -3, Group, Write | Fast)
        {
            Since = "1.0.0", Complexity = "O(N), N the members given",
            Summary = "Removes members of a set; deletes the key if none are left.",
            StatedCategories = AclCategories.Set,
            KeySpecs = [KeySpec.At(1, Rw | Delete)],
            Arguments = [Key(), Text("member").Multiple()],
            History = [new("2.4.0", "More than one member.")],
        },

        new("sscan", -3, Group, ReadOnly)
        {
            Since = "2.8.0", Complexity = "O(1) a call, O(N) for all, N the members held",
            Summary = "Iterates over a set with a cursor.",
            StatedCategories = AclCategories.Set,
            Tips = ["nondeterministic_output"],
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Integer("cursor"), Pattern("pattern", "MATCH").Optional(), Integer("count", "COUNT").Optional()],
        },

        new("sunion", -2, Group, ReadOnly)
        {
            Since = "1.0.0", Complexity = "O(N), N the members of all sets",
            Summary = "Returns the union of sets.",
            StatedCategories = AclCategories.Set,
            Tips = ["nondeterministic_output_order"],
            KeySpecs = [KeySpec.Range(1, -1, 1, Ro | Access)],
            Arguments = [Key().Multiple()],
        },

        new("sunionstore", -3, Group, Write | DenyOom)
        {
            Since = "1.0.0", Complexity = "O(N), N the members of all sets",
            Summary = "Stores the union of sets.",
            StatedCategories = AclCategories.Set,
            KeySpecs = [KeySpec.At(1, Ow | Update), KeySpec.Range(2, -1, 1, Ro | Access)],
            Arguments = [Key("destination"), Key("key", 1).Multiple()],
        },
    ];
}
