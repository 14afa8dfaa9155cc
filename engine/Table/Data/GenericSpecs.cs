using static Pkv.Engine.Table.CommandArgument;
using static Pkv.Engine.Table.CommandFlags;
using static Pkv.Engine.Table.KeySpecFlags;

namespace Pkv.Engine.Table.Data;

/// <summary>
/// The commands on keys of any type. Arity, flags, keys, categories, tips and arguments are those
/// of Redis 7.0, with which a test compares them.
/// </summary>
internal static class GenericSpecs
{
    private const CommandGroup Group = CommandGroup.Generic;

    /// <summary>The group's part of the table, by name.</summary>
    public static CommandSpec[] All { get; } =
    [
        new("copy", -3, Group, Write | DenyOom)
        {
            Since = "6.2.0", Complexity = "O(1) for strings, otherwise O(N), N the nested elements",
            Summary = "Copies a value to another key.",
            StatedCategories = AclCategories.Keyspace,
            KeySpecs = [KeySpec.At(1, Ro | Access), KeySpec.At(2, Ow | Update)],
            Arguments =
            [
                Key("source"),
                Key("destination", 1),
                Integer("destination-db", "DB").Optional(),
                Word("REPLACE").Optional(),
            ],
        },

        new("del", -2, Group, Write)
        {
            Since = "1.0.0", Complexity = "O(N), N the keys given and the elements they hold",
            Summary = "Deletes keys.",
            StatedCategories = AclCategories.Keyspace,
            Tips = ["request_policy:multi_shard", "response_policy:agg_sum"],
            KeySpecs = [KeySpec.Range(1, -1, 1, Rm | Delete)],
            Arguments = [Key().Multiple()],
        },

        new("dump", 2, Group, ReadOnly)
        {
            Since = "2.6.0", Complexity = "O(N), N the bytes of the value",
            Summary = "Serializes a value in Redis's snapshot format, for RESTORE.",
            StatedCategories = AclCategories.Keyspace,
            Tips = ["nondeterministic_output"],
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key()],
        },

        new("exists", -2, Group, ReadOnly | Fast)
        {
            Since = "1.0.0", Complexity = "O(N), N the keys given",
            Summary = "Counts how many of the given keys exist.",
            StatedCategories = AclCategories.Keyspace,
            Tips = ["request_policy:multi_shard", "response_policy:agg_sum"],
            KeySpecs = [KeySpec.Range(1, -1, 1, Ro)],
            Arguments = [Key().Multiple()],
            History = [new("3.0.3", "More than one key.")],
        },

        new("expire", -3, Group, Write | Fast)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Sets the expiry of a key in seconds.",
            StatedCategories = AclCategories.Keyspace,
            KeySpecs = [KeySpec.At(1, Rw | Update)],
            Arguments =
            [
                Key(),
                Integer("seconds"),
                OneOf("condition", Word("NX"), Word("XX"), Word("GT"), Word("LT")).Optional().From("7.0.0"),
            ],
            History = [new("7.0.0", "NX, XX, GT and LT.")],
        },

        new("expireat", -3, Group, Write | Fast)
        {
            Since = "1.2.0", Complexity = "O(1)",
            Summary = "Sets the expiry of a key to a Unix time in seconds.",
            StatedCategories = AclCategories.Keyspace,
            KeySpecs = [KeySpec.At(1, Rw | Update)],
            Arguments =
            [
                Key(),
                UnixTime("unix-time-seconds"),
                OneOf("condition", Word("NX"), Word("XX"), Word("GT"), Word("LT")).Optional().From("7.0.0"),
            ],
            History = [new("7.0.0", "NX, XX, GT and LT.")],
        },

        new("expiretime", 2, Group, ReadOnly | Fast)
        {
            Since = "7.0.0", Complexity = "O(1)",
            Summary = "Returns the Unix time in seconds at which a key expires.",
            StatedCategories = AclCategories.Keyspace,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key()],
        },

        new("keys", 2, Group, ReadOnly | TouchesArbitraryKeys)
        {
            Since = "1.0.0", Complexity = "O(N), N the keys of the database",
            Summary = "Lists all keys that match a glob pattern.",
            StatedCategories = AclCategories.Keyspace | AclCategories.Dangerous,
            Tips = ["request_policy:all_shards", "nondeterministic_output_order"],
            Arguments = [Pattern("pattern")],
        },

        new("move", 3, Group, Write | Fast)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Moves a key to another database.",
            StatedCategories = AclCategories.Keyspace,
            KeySpecs = [KeySpec.At(1, Rw | Access | Update)],
            Arguments = [Key(), Integer("db")],
        },

        new("object", -2, Group, CommandFlags.None)
        {
            Since = "2.2.3", Complexity = "That of the subcommand",
            Summary = "Looks at how a value is held; see its subcommands.",
            Subcommands =
            [
                new("encoding", 3, Group, ReadOnly)
                {
                    Since = "2.2.3", Complexity = "O(1)",
                    Summary = "Returns the internal encoding of a value.",
                    StatedCategories = AclCategories.Keyspace,
                    Tips = ["nondeterministic_output"],
                    KeySpecs = [KeySpec.At(2, Ro)],
                    Arguments = [Key()],
                },

                new("freq", 3, Group, ReadOnly)
                {
                    Since = "4.0.0", Complexity = "O(1)",
                    Summary = "Returns a key's logarithmic access counter.",
                    StatedCategories = AclCategories.Keyspace,
                    Tips = ["nondeterministic_output"],
                    KeySpecs = [KeySpec.At(2, Ro)],
                    Arguments = [Key()],
                },

                new("help", 2, Group, Loading | Stale)
                {
                    Since = "6.2.0", Complexity = "O(1)",
                    Summary = "Lists the subcommands.",
                    StatedCategories = AclCategories.Keyspace,
                },

                new("idletime", 3, Group, ReadOnly)
                {
                    Since = "2.2.3", Complexity = "O(1)",
                    Summary = "Returns the seconds since a key was last used.",
                    StatedCategories = AclCategories.Keyspace,
                    Tips = ["nondeterministic_output"],
                    KeySpecs = [KeySpec.At(2, Ro)],
                    Arguments = [Key()],
                },

                new("refcount", 3, Group, ReadOnly)
                {
                    Since = "2.2.3", Complexity = "O(1)",
                    Summary = "Returns how many references a value has.",
                    StatedCategories = AclCategories.Keyspace,
                    Tips = ["nondeterministic_output"],
                    KeySpecs = [KeySpec.At(2, Ro)],
                    Arguments = [Key()],
                },
            ],
        },

        new("persist", 2, Group, Write | Fast)
        {
            Since = "2.2.0", Complexity = "O(1)",
            Summary = "Removes the expiry of a key.",
            StatedCategories = AclCategories.Keyspace,
            KeySpecs = [KeySpec.At(1, Rw | Update)],
            Arguments = [Key()],
        },

        new("pexpire", -3, Group, Write | Fast)
        {
            Since = "2.6.0", Complexity = "O(1)",
            Summary = "Sets the expiry of a key in milliseconds.",
            StatedCategories = AclCategories.Keyspace,
            KeySpecs = [KeySpec.At(1, Rw | Update)],
            Arguments =
            [
                Key(),
                Integer("milliseconds"),
                OneOf("condition", Word("NX"), Word("XX"), Word("GT"), Word("LT")).Optional().From("7.0.0"),
            ],
            History = [new("7.0.0", "NX, XX, GT and LT.")],
        },

        new("pexpireat", -3, Group, Write | Fast)
        {
            Since = "2.6.0", Complexity = "O(1)",
            Summary = "Sets the expiry of a key to a Unix time in milliseconds.",
            StatedCategories = AclCategories.Keyspace,
            KeySpecs = [KeySpec.At(1, Rw | Update)],
            Arguments =
            [
                Key(),
                UnixTime("unix-time-milliseconds"),
                OneOf("condition", Word("NX"), Word("XX"), Word("GT"), Word("LT")).Optional().From("7.0.0"),
            ],
            History = [new("7.0.0", "NX, XX, GT and LT.")],
        },

        new("pexpiretime", 2, Group, ReadOnly | Fast)
        {
            Since = "7.0.0", Complexity = "O(1)",
            Summary = "Returns the Unix time in milliseconds at which a key expires.",
            StatedCategories = AclCategories.Keyspace,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key()],
        },

        new("pttl", 2, Group, ReadOnly | Fast)
        {
            Since = "2.6.0", Complexity = "O(1)",
            Summary = "Returns the milliseconds until a key expires.",
            StatedCategories = AclCategories.Keyspace,
            Tips = ["nondeterministic_output"],
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key()],
            History = [new("2.8.0", "A reply of -2 for a missing key.")],
        },

        new("randomkey", 1, Group, ReadOnly | TouchesArbitraryKeys)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Returns a random key.",
            StatedCategories = AclCategories.Keyspace,
            Tips = ["request_policy:all_shards", "nondeterministic_output"],
        },

        new("rename", 3, Group, Write)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Renames a key, replacing any key with the new name.",
            StatedCategories = AclCategories.Keyspace,
            KeySpecs = [KeySpec.At(1, Rw | Access | Delete), KeySpec.At(2, Ow | Update)],
            Arguments = [Key(), Key("newkey", 1)],
        },

        new("renamenx", 3, Group, Write | Fast)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Renames a key if the new name does not exist.",
            StatedCategories = AclCategories.Keyspace,
            KeySpecs = [KeySpec.At(1, Rw | Access | Delete), KeySpec.At(2, Ow | Insert)],
            Arguments = [Key(), Key("newkey", 1)],
            History = [new("3.2.0", "The same name twice is no error any more.")],
        },

        new("restore", -4, Group, Write | DenyOom)
        {
            Since = "2.6.0", Complexity = "O(N log(N)), N the elements of the value",
            Summary = "Creates a key from the output of DUMP.",
            StatedCategories = AclCategories.Keyspace | AclCategories.Dangerous,
            KeySpecs = [KeySpec.At(1, Ow | Update)],
            Arguments =
            [
                Key(),
                Integer("ttl"),
                Text("serialized-value"),
                Word("REPLACE").Optional().From("3.0.0"),
                Word("ABSTTL").Optional().From("5.0.0"),
                Integer("seconds", "IDLETIME").Optional().From("5.0.0"),
                Integer("frequency", "FREQ").Optional().From("5.0.0"),
            ],
            History = [new("3.0.0", "REPLACE."), new("5.0.0", "ABSTTL."), new("5.0.0", "IDLETIME and FREQ.")],
        },

        new("scan", -2, Group, ReadOnly | TouchesArbitraryKeys)
        {
            Since = "2.8.0", Complexity = "O(1) a call, O(N) for all, N the keys of the database",
            Summary = "Iterates over the keys with a cursor.",
            StatedCategories = AclCategories.Keyspace,
            Tips = ["nondeterministic_output", "request_policy:special"],
            Arguments =
            [
                Integer("cursor"),
                Pattern("pattern", "MATCH").Optional(),
                Integer("count", "COUNT").Optional(),
                Text("type", "TYPE").Optional().From("6.0.0"),
            ],
            History = [new("6.0.0", "TYPE.")],
        },

        new("touch", -2, Group, ReadOnly | Fast)
        {
            Since = "3.2.1", Complexity = "O(N), N the keys given",
            Summary = "Updates the access time of keys; returns how many exist.",
            StatedCategories = AclCategories.Keyspace,
            Tips = ["request_policy:multi_shard", "response_policy:agg_sum"],
            KeySpecs = [KeySpec.Range(1, -1, 1, Ro)],
            Arguments = [Key().Multiple()],
        },

        new("ttl", 2, Group, ReadOnly | Fast)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Returns the seconds until a key expires.",
            StatedCategories = AclCategories.Keyspace,
            Tips = ["nondeterministic_output"],
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key()],
            History = [new("2.8.0", "A reply of -2 for a missing key.")],
        },

        new("type", 2, Group, ReadOnly | Fast)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Returns the type of a key's value.",
            StatedCategories = AclCategories.Keyspace,
            KeySpecs = [KeySpec.At(1, Ro)],
            Arguments = [Key()],
        },

        new("unlink", -2, Group, Write | Fast)
        {
            Since = "4.0.0", Complexity = "O(N), N the keys given",
            Summary = "Deletes keys; their space is reclaimed in the background.",
            StatedCategories = AclCategories.Keyspace,
            Tips = ["request_policy:multi_shard", "response_policy:agg_sum"],
            KeySpecs = [KeySpec.Range(1, -1, 1, Rm | Delete)],
            Arguments = [Key().Multiple()],
        },

        new("wait", 3, Group, NoScript)
        {
            Since = "3.0.0", Complexity = "O(1)",
            Summary = "Waits until replicas have this connection's writes, or until a timeout.",
            StatedCategories = AclCategories.Connection,
            Tips = ["request_policy:all_shards", "response_policy:agg_min"],
            Arguments = [Integer("numreplicas"), Integer("timeout")],
        },
    ];
}
