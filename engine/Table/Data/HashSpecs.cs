using static Pkv.Engine.Table.CommandArgument;
using static Pkv.Engine.Table.CommandFlags;
using static Pkv.Engine.Table.KeySpecFlags;

namespace Pkv.Engine.Table.Data;

/// <summary>
/// The hash commands. Arity, flags, keys, categories, tips and arguments are those of Redis 7.0, with which a test
/// compares them.
/// </summary>
internal static class HashSpecs
{
    private const CommandGroup Group = CommandGroup.Hash;

    /// <summary>The group's part of the table, by name.</summary>
    public static CommandSpec[] All { get; } =
    [
        new("hdel", -3, Group, Write | Fast)
        {
            Since = "2.0.0", Complexity = "O(N), N the fields given",
            Summary = "Removes fields of a hash; deletes the key if none are left.",
            StatedCategories = AclCategories.Hash,
            KeySpecs = [KeySpec.At(1, Rw | Delete)],
            Arguments = [Key(), Text("field").Multiple()],
            History = [new("2.4.0", "More than one field.")],
        },

        new("hexists", 3, Group, ReadOnly | Fast)
        {
            Since = "2.0.0", Complexity = "O(1)",
            Summary = "Returns whether a hash has a field.",
            StatedCategories = AclCategories.Hash,
            KeySpecs = [KeySpec.At(1, Ro)],
            Arguments = [Key(), Text("field")],
        },

        new("hget", 3, Group, ReadOnly | Fast)
        {
            Since = "2.0.0", Complexity = "O(1)",
            Summary = "Returns the value of a field.",
            StatedCategories = AclCategories.Hash,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Text("field")],
        },

        new("hgetall", 2, Group, ReadOnly)
        {
            Since = "2.0.0", Complexity = "O(N), N the fields held",
            Summary = "Returns all fields of a hash with their values.",
            StatedCategories = AclCategories.Hash,
            Tips = ["nondeterministic_output_order"],
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key()],
        },

        new("hincrby", 4, Group, Write | DenyOom | Fast)
        {
            Since = "2.0.0", Complexity = "O(1)",
            Summary = "Increments the integer in a field by a given amount.",
            StatedCategories = AclCategories.Hash,
            KeySpecs = [KeySpec.At(1, Rw | Access | Update)],
            Arguments = [Key(), Text("field"), Integer("increment")],
        },

        new("hincrbyfloat", 4, Group, Write | DenyOom | Fast)
        {
            Since = "2.6.0", Complexity = "O(1)",
            Summary = "Increments the number in a field by a given floating-point amount.",
            StatedCategories = AclCategories.Hash,
            KeySpecs = [KeySpec.At(1, Rw | Access | Update)],
            Arguments = [Key(), Text("field"), Double("increment")],
        },

        new("hkeys", 2, Group, ReadOnly)
        {
            Since = "2.0.0", Complexity = "O(N), N the fields held",
            Summary = "Returns the names of all fields of a hash.",
            StatedCategories = AclCategories.Hash,
            Tips = ["nondeterministic_output_order"],
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key()],
        },

        new("hlen", 2, Group, ReadOnly | Fast)
        {
            Since = "2.0.0", Complexity = "O(1)",
            Summary = "Counts the fields of a hash.",
            StatedCategories = AclCategories.Hash,
            KeySpecs = [KeySpec.At(1, Ro)],
            Arguments = [Key()],
        },

        new("hmget", -3, Group, ReadOnly | Fast)
        {
            Since = "2.0.0", Complexity = "O(N), N the fields given",
            Summary = "Returns the values of several fields.",
            StatedCategories = AclCategories.Hash,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Text("field").Multiple()],
        },

        new("hmset", -4, Group, Write | DenyOom | Fast)
        {
            Since = "2.0.0", Complexity = "O(N), N the fields given",
            Summary = "Sets several fields; like HSET, but replies OK.",
            DeprecatedSince = "4.0.0", ReplacedBy = "`HSET` with several fields",
            StatedCategories = AclCategories.Hash,
            KeySpecs = [KeySpec.At(1, Rw | Update)],
            Arguments = [Key(), Block("field_value", Text("field"), Text("value")).Multiple()],
        },

        new("hrandfield", -2, Group, ReadOnly)
        {
            Since = "6.2.0", Complexity = "O(N), N the fields returned",
            Summary = "Returns random fields of a hash, optionally with values.",
            StatedCategories = AclCategories.Hash,
            Tips = ["nondeterministic_output"],
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Block("options", Integer("count"), Word("WITHVALUES").Optional()).Optional()],
        },

        new("hscan", -3, Group, ReadOnly)
        {
            Since = "2.8.0", Complexity = "O(1) a call, O(N) for all, N the fields held",
            Summary = "Iterates over a hash with a cursor.",
            StatedCategories = AclCategories.Hash,
            Tips = ["nondeterministic_output"],
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Integer("cursor"), Pattern("pattern", "MATCH").Optional(), Integer("count", "COUNT").Optional()],
        },

        new("hset", -4, Group, Write | DenyOom | Fast)
        {
            Since = "2.0.0", Complexity = "O(N), N the fields given",
            Summary = "Sets fields of a hash; creates it if missing.",
            StatedCategories = AclCategories.Hash,
            KeySpecs = [KeySpec.At(1, Rw | Update)],
            Arguments = [Key(), Block("field_value", Text("field"), Text("value")).Multiple()],
            History = [new("4.0.0", "More than one field and value.")],
        },

        new("hsetnx", 4, Group, Write | DenyOom | Fast)
        {
            Since = "2.0.0", Complexity = "O(1)",
            Summary = "Sets a field of a hash if it does not exist.",
            StatedCategories = AclCategories.Hash,
            KeySpecs = [KeySpec.At(1, Rw | Insert)],
            Arguments = [Key(), Text("field"), Text("value")],
        },

        new("hstrlen", 3, Group, ReadOnly | Fast)
        {
            Since = "3.2.0", Complexity = "O(1)",
            Summary = "Returns the length of a field's value.",
            StatedCategories = AclCategories.Hash,
            KeySpecs = [KeySpec.At(1, Ro)],
            Arguments = [Key(), Text("field")],
        },

        new("hvals", 2, Group, ReadOnly)
        {
            Since = "2.0.0", Complexity = "O(N), N the fields held",
            Summary = "Returns the values of all fields of a hash.",
            StatedCategories = AclCategories.Hash,
            Tips = ["nondeterministic_output_order"],
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key()],
        },
    ];
}
