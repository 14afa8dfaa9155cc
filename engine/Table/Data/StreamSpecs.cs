using static Pkv.Engine.Table.CommandArgument;
using static Pkv.Engine.Table.CommandFlags;
using static Pkv.Engine.Table.KeySpecFlags;

namespace Pkv.Engine.Table.Data;

/// <summary>
/// The stream commands. Arity, flags, keys, categories, tips and arguments are those of Redis 7.0, with which a test
/// compares them.
/// </summary>
internal static class StreamSpecs
{
    private const CommandGroup Group = CommandGroup.Stream;

    /// <summary>The group's part of the table, by name.</summary>
    public static CommandSpec[] All { get; } =
    [
        new("xadd", -5, Group, Write | DenyOom | Fast)
        {
            Since = "5.0.0", Complexity = "O(log N), and O(M) for the M entries that are trimmed",
            Summary = "Appends an entry to a stream; creates it if missing.",
            StatedCategories = AclCategories.Stream,
            Tips = ["nondeterministic_output"],
            KeySpecs = [KeySpec.At(1, Rw | Update) with { Notes = "UPDATE instead of INSERT because of the optional trimming feature" }],
            Arguments =
            [
                Key(), Word("NOMKSTREAM").Optional().From("6.2.0"), Trim().Optional(),
                OneOf("id_or_auto", Word("*") with { Name = "auto_id" }, Text("id")), Block("field_value", Text("field"), Text("value")).Multiple(),
            ],
            History =
            [
                new("6.2.0", "NOMKSTREAM, MINID and LIMIT."),
                new("7.0.0", "IDs of the form ms-*."),
            ],
        },

        new("xdel", -3, Group, Write | Fast)
        {
            Since = "5.0.0", Complexity = "O(log N) for each entry",
            Summary = "Removes entries of a stream by their IDs.",
            StatedCategories = AclCategories.Stream,
            KeySpecs = [KeySpec.At(1, Rw | Delete)],
            Arguments = [Key(), Text("id").Multiple()],
        },

        new("xinfo", -2, Group, CommandFlags.None)
        {
            Since = "5.0.0", Complexity = "Depends on subcommand.",
            Summary = "What streams tell of themselves.",
            Subcommands =
            [
                new("stream", -3, Group, ReadOnly)
                {
                    Since = "5.0.0", Complexity = "O(1), with FULL O(N) for the N entries told",
                    Summary = "Returns a stream's length, IDs and first and last entries.",
                    StatedCategories = AclCategories.Stream,
                    KeySpecs = [KeySpec.At(2, Ro | Access)],
                    Arguments = [Key(), Block("full", Integer("count", "COUNT").Optional()).Optional() with { Token = "FULL" }],
                    History =
                    [
                        new("6.0.0", "FULL."),
                        new("7.0.0", "max-deleted-entry-id, entries-added, recorded-first-entry-id, entries-read and lag."),
                    ],
                },

                new("help", 2, Group, Loading | Stale)
                {
                    Since = "5.0.0", Complexity = "O(1)",
                    Summary = "Lists the subcommands.",
                    StatedCategories = AclCategories.Stream,
                },
            ],
        },

        new("xlen", 2, Group, ReadOnly | Fast)
        {
            Since = "5.0.0", Complexity = "O(1)",
            Summary = "Counts the entries of a stream.",
            StatedCategories = AclCategories.Stream,
            KeySpecs = [KeySpec.At(1, Ro)],
            Arguments = [Key()],
        },

        new("xrange", -4, Group, ReadOnly)
        {
            Since = "5.0.0", Complexity = "O(log N + M), M the entries returned",
            Summary = "Returns the entries of a stream between two IDs.",
            StatedCategories = AclCategories.Stream,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Text("start"), Text("end"), Integer("count", "COUNT").Optional()],
            History = [new("6.2.0", "Ends that are not included.")],
        },

        new("xread", -4, Group, ReadOnly | Blocking)
        {
            Since = "5.0.0", Complexity = "O(log N + M) for each stream, M the entries returned",
            Summary = "Returns the entries of streams behind given IDs; waits for some if asked to.",
            StatedCategories = AclCategories.Stream,
            KeySpecs = [KeySpec.After("STREAMS", 1, -1, 1, 2, Ro | Access)],
            Arguments =
            [
                Integer("count", "COUNT").Optional(), Integer("milliseconds", "BLOCK").Optional(),
                Block("streams", Key().Multiple(), Text("id").Multiple()) with { Token = "STREAMS" },
            ],
        },

        new("xrevrange", -4, Group, ReadOnly)
        {
            Since = "5.0.0", Complexity = "O(log N + M), M the entries returned",
            Summary = "Returns the entries of a stream between two IDs, the last one first.",
            StatedCategories = AclCategories.Stream,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Text("end"), Text("start"), Integer("count", "COUNT").Optional()],
            History = [new("6.2.0", "Ends that are not included.")],
        },

        new("xsetid", -3, Group, Write | DenyOom | Fast)
        {
            Since = "5.0.0", Complexity = "O(1)",
            Summary = "Sets what a stream holds as its last ID.",
            StatedCategories = AclCategories.Stream,
            KeySpecs = [KeySpec.At(1, Rw | Update)],
            Arguments =
            [
                Key(), Text("last-id"), Integer("entries_added", "ENTRIESADDED").Optional().From("7.0.0"),
                Text("max_deleted_entry_id", "MAXDELETEDID").Optional().From("7.0.0"),
            ],
            History = [new("7.0.0", "ENTRIESADDED and MAXDELETEDID.")],
        },

        new("xtrim", -4, Group, Write)
        {
            Since = "5.0.0", Complexity = "O(M log N), M the entries that go",
            Summary = "Removes the first entries of a stream, down to a length or an ID.",
            StatedCategories = AclCategories.Stream,
            Tips = ["nondeterministic_output"],
            KeySpecs = [KeySpec.At(1, Rw | Delete)],
            Arguments = [Key(), Trim()],
            History = [new("6.2.0", "MINID and LIMIT.")],
        },
    ];

    private static CommandArgument Trim() => Block("trim",
        OneOf("strategy", Word("MAXLEN"), Word("MINID").From("6.2.0")),
        OneOf("operator", Word("=") with { Name = "equal" }, Word("~") with { Name = "approximately" }).Optional(),
        Text("threshold"), Integer("count", "LIMIT").Optional().From("6.2.0"));
}
