using static Pkv.Engine.Table.CommandArgument;
using static Pkv.Engine.Table.CommandFlags;
using static Pkv.Engine.Table.KeySpecFlags;

namespace Pkv.Engine.Table.Data;

/// <summary>
/// The string commands. Arity, flags, keys, categories, tips and arguments are those
/// of Redis 7.0, with which a test compares them.
/// </summary>
internal static class StringSpecs
{
    private const CommandGroup Group = CommandGroup.String;

    /// <summary>The group's part of the table, by name.</summary>
    public static CommandSpec[] All { get; } =
    [
        new("append", 3, Group, Write | DenyOom | Fast)
        {
            Since = "2.0.0", Complexity = "O(M), M the appended bytes",
            Summary = "Adds bytes at the end of a string; creates it if missing.",
            StatedCategories = AclCategories.String,
            KeySpecs = [KeySpec.At(1, Rw | Insert)],
            Arguments = [Key(), Text("value")],
        },

        new("decr", 2, Group, Write | DenyOom | Fast)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Decrements an integer by one.",
            StatedCategories = AclCategories.String,
            KeySpecs = [KeySpec.At(1, Rw | Access | Update)],
            Arguments = [Key()],
        },

        new("decrby", 3, Group, Write | DenyOom | Fast)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Decrements an integer by a given amount.",
            StatedCategories = AclCategories.String,
            KeySpecs = [KeySpec.At(1, Rw | Access | Update)],
            Arguments = [Key(), Integer("decrement")],
        },

        new("get", 2, Group, ReadOnly | Fast)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Returns a string.",
            StatedCategories = AclCategories.String,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key()],
        },

        new("getdel", 2, Group, Write | Fast)
        {
            Since = "6.2.0", Complexity = "O(1)",
            Summary = "Returns a string and deletes its key.",
            StatedCategories = AclCategories.String,
            KeySpecs = [KeySpec.At(1, Rw | Access | Delete)],
            Arguments = [Key()],
        },

        new("getex", -2, Group, Write | Fast)
        {
            Since = "6.2.0", Complexity = "O(1)",
            Summary = "Returns a string and sets or clears its expiry.",
            StatedCategories = AclCategories.String,
            KeySpecs = [KeySpec.At(1, Rw | Access | Update) with { Notes = "RW and update for the expiry" }],
            Arguments =
            [
                Key(),
                OneOf("expiration",
                    Integer("seconds", "EX"),
                    Integer("milliseconds", "PX"),
                    UnixTime("unix-time-seconds", "EXAT"),
                    UnixTime("unix-time-milliseconds", "PXAT"),
                    Word("PERSIST")).Optional(),
            ],
        },

        new("getrange", 4, Group, ReadOnly)
        {
            Since = "2.4.0", Complexity = "O(N), N the bytes returned",
            Summary = "Returns the bytes of a string from one offset to another.",
            StatedCategories = AclCategories.String,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Integer("start"), Integer("end")],
        },

        new("getset", 3, Group, Write | DenyOom | Fast)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Stores a string and returns the old one.",
            DeprecatedSince = "6.2.0", ReplacedBy = "`SET` with the `GET` option",
            StatedCategories = AclCategories.String,
            KeySpecs = [KeySpec.At(1, Rw | Access | Update)],
            Arguments = [Key(), Text("value")],
        },

        new("incr", 2, Group, Write | DenyOom | Fast)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Increments an integer by one.",
            StatedCategories = AclCategories.String,
            KeySpecs = [KeySpec.At(1, Rw | Access | Update)],
            Arguments = [Key()],
        },

        new("incrby", 3, Group, Write | DenyOom | Fast)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Increments an integer by a given amount.",
            StatedCategories = AclCategories.String,
            KeySpecs = [KeySpec.At(1, Rw | Access | Update)],
            Arguments = [Key(), Integer("increment")],
        },

        new("incrbyfloat", 3, Group, Write | DenyOom | Fast)
        {
            Since = "2.6.0", Complexity = "O(1)",
            Summary = "Increments a number by a given floating-point amount.",
            StatedCategories = AclCategories.String,
            KeySpecs = [KeySpec.At(1, Rw | Access | Update)],
            Arguments = [Key(), Double("increment")],
        },

        new("lcs", -3, Group, ReadOnly)
        {
            Since = "7.0.0", Complexity = "O(N*M), N and M the lengths of the two strings",
            Summary = "Finds the longest common subsequence of two strings.",
            StatedCategories = AclCategories.String,
            KeySpecs = [KeySpec.Range(1, 1, 1, Ro | Access)],
            Arguments =
            [
                Key("key1"),
                Key("key2"),
                Word("LEN").Optional(),
                Word("IDX").Optional(),
                Integer("len", "MINMATCHLEN").Optional(),
                Word("WITHMATCHLEN").Optional(),
            ],
        },

        new("mget", -2, Group, ReadOnly | Fast)
        {
            Since = "1.0.0", Complexity = "O(N), N the keys given",
            Summary = "Returns several strings at once.",
            StatedCategories = AclCategories.String,
            Tips = ["request_policy:multi_shard"],
            KeySpecs = [KeySpec.Range(1, -1, 1, Ro | Access)],
            Arguments = [Key().Multiple()],
        },

        new("mset", -3, Group, Write | DenyOom)
        {
            Since = "1.0.1", Complexity = "O(N), N the keys given",
            Summary = "Stores several strings at once.",
            StatedCategories = AclCategories.String,
            Tips = ["request_policy:multi_shard", "response_policy:all_succeeded"],
            KeySpecs = [KeySpec.Range(1, -1, 2, Ow | Update)],
            Arguments = [Block("key_value", Key(), Text("value")).Multiple()],
        },

        new("msetnx", -3, Group, Write | DenyOom)
        {
            Since = "1.0.1", Complexity = "O(N), N the keys given",
            Summary = "Stores several strings at once, or none if any of the keys exists.",
            StatedCategories = AclCategories.String,
            Tips = ["request_policy:multi_shard", "response_policy:agg_min"],
            KeySpecs = [KeySpec.Range(1, -1, 2, Ow | Insert)],
            Arguments = [Block("key_value", Key(), Text("value")).Multiple()],
        },

        new("psetex", 4, Group, Write | DenyOom)
        {
            Since = "2.6.0", Complexity = "O(1)",
            Summary = "Stores a string with an expiry in milliseconds.",
            StatedCategories = AclCategories.String,
            KeySpecs = [KeySpec.At(1, Ow | Update)],
            Arguments = [Key(), Integer("milliseconds"), Text("value")],
        },

        new("set", -3, Group, Write | DenyOom)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Stores a string, replacing any value of the key.",
            StatedCategories = AclCategories.String,
            KeySpecs =
            [
                KeySpec.At(1, Rw | Access | Update | VariableFlags)
                with
                {
                    Notes = "RW and access only with GET",
                    DecidingTokens = ["GET"],
                    OptionsFrom = 2, // after the value
                    FlagsWithoutToken = Ow | Update,
                },
            ],
            Arguments =
            [
                Key(),
                Text("value"),
                OneOf("condition", Word("NX"), Word("XX")).Optional().From("2.6.12"),
                Word("GET").Optional().From("6.2.0"),
                OneOf("expiration",
                    Integer("seconds", "EX").From("2.6.12"),
                    Integer("milliseconds", "PX").From("2.6.12"),
                    UnixTime("unix-time-seconds", "EXAT").From("6.2.0"),
                    UnixTime("unix-time-milliseconds", "PXAT").From("6.2.0"),
                    Word("KEEPTTL").From("6.0.0")).Optional(),
            ],
            History =
            [
                new("2.6.12", "EX, PX, NX and XX."),
                new("6.0.0", "KEEPTTL."),
                new("6.2.0", "GET, EXAT and PXAT."),
                new("7.0.0", "NX and GET may stand together."),
            ],
        },

        new("setex", 4, Group, Write | DenyOom)
        {
            Since = "2.0.0", Complexity = "O(1)",
            Summary = "Stores a string with an expiry in seconds.",
            StatedCategories = AclCategories.String,
            KeySpecs = [KeySpec.At(1, Ow | Update)],
            Arguments = [Key(), Integer("seconds"), Text("value")],
        },

        new("setnx", 3, Group, Write | DenyOom | Fast)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Stores a string if the key does not exist.",
            StatedCategories = AclCategories.String,
            KeySpecs = [KeySpec.At(1, Ow | Insert)],
            Arguments = [Key(), Text("value")],
        },

        new("setrange", 4, Group, Write | DenyOom)
        {
            Since = "2.2.0", Complexity = "O(M), M the length of the string afterwards",
            Summary = "Overwrites the bytes of a string from an offset on, padding with zeros.",
            StatedCategories = AclCategories.String,
            KeySpecs = [KeySpec.At(1, Rw | Update)],
            Arguments = [Key(), Integer("offset"), Text("value")],
        },

        new("strlen", 2, Group, ReadOnly | Fast)
        {
            Since = "2.2.0", Complexity = "O(1)",
            Summary = "Returns the length of a string in bytes.",
            StatedCategories = AclCategories.String,
            KeySpecs = [KeySpec.At(1, Ro)],
            Arguments = [Key()],
        },

        new("substr", 4, Group, ReadOnly)
        {
            Since = "1.0.0", Complexity = "O(N), N the bytes returned",
            Summary = "Returns the bytes of a string from one offset to another; the old name of GETRANGE.",
            DeprecatedSince = "2.0.0", ReplacedBy = "`GETRANGE`",
            StatedCategories = AclCategories.String,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Integer("start"), Integer("end")],
        },
    ];
}
