using static Pkv.Engine.Table.CommandArgument;
using static Pkv.Engine.Table.CommandFlags;
using static Pkv.Engine.Table.KeySpecFlags;

namespace Pkv.Engine.Table.Data;

/// <summary>
/// The commands of scripts and functions. Arity, flags, keys, categories, tips and arguments are those
/// of Redis 7.0, with which a test compares them.
/// </summary>
internal static class ScriptSpecs
{
    private const CommandGroup Group = CommandGroup.Scripting;
    private const CommandFlags Running = NoScript | Stale | SkipMonitor | NoMandatoryKeys;
    private const KeySpecFlags Changed = Rw | Access | Update;
    private const KeySpecFlags Looked = Ro | Access;
    private const string WorstNote = "We cannot tell how the keys will be used so we assume the worst, RW and UPDATE";
    private const string WorstReadNote = "We cannot tell how the keys will be used so we assume the worst, RO and ACCESS";

    private static readonly string[] _allShards = ["request_policy:all_shards", "response_policy:all_succeeded"];
    private static readonly string[] _allNodes = ["request_policy:all_nodes", "response_policy:all_succeeded"];
    private static readonly string[] _oneShard = ["request_policy:all_shards", "response_policy:one_succeeded"];

    /// <summary>The group's part of the table, by name.</summary>
    public static CommandSpec[] All { get; } =
    [
        RunsScript("eval", Running, "2.6.0", "Runs a script.", "script", Changed, WorstNote),
        RunsScript("eval_ro", Running | ReadOnly, "7.0.0", "Runs a script that may not write.", "script", Looked, WorstReadNote),
        RunsScript("evalsha", Running, "2.6.0", "Runs a cached script.", "sha1", Changed, null),
        RunsScript("evalsha_ro", Running | ReadOnly, "7.0.0", "Runs a cached script that may not write.", "sha1", Looked, null),
        RunsScript("fcall", Running, "7.0.0", "Calls a function.", "function", Changed, WorstNote),
        RunsScript("fcall_ro", Running | ReadOnly, "7.0.0", "Calls a function that may not write.", "function", Looked, WorstReadNote),

        new("function", -2, Group, CommandFlags.None)
        {
            Since = "7.0.0", Complexity = "That of the subcommand",
            Summary = "Function libraries.",
            Subcommands =
            [
                new("delete", 3, Group, Write | NoScript)
                {
                    Since = "7.0.0", Complexity = "O(1)",
                    Summary = "Deletes a library.",
                    StatedCategories = AclCategories.Scripting,
                    Tips = _allShards,
                    Arguments = [Text("library-name")],
                },

                new("dump", 2, Group, NoScript)
                {
                    Since = "7.0.0", Complexity = "O(N), N the libraries",
                    Summary = "Serializes all libraries.",
                    StatedCategories = AclCategories.Scripting,
                },

                new("flush", -2, Group, Write | NoScript)
                {
                    Since = "7.0.0", Complexity = "O(N), N the libraries",
                    Summary = "Deletes all libraries.",
                    StatedCategories = AclCategories.Scripting,
                    Tips = _allShards,
                    Arguments = [OneOf("async", Word("ASYNC"), Word("SYNC")).Optional()],
                },

                new("help", 2, Group, Loading | Stale)
                {
                    Since = "7.0.0", Complexity = "O(1)",
                    Summary = "Lists the subcommands.",
                    StatedCategories = AclCategories.Scripting,
                },

                new("kill", 2, Group, NoScript | AllowBusy)
                {
                    Since = "7.0.0", Complexity = "O(1)",
                    Summary = "Stops the running function.",
                    StatedCategories = AclCategories.Scripting,
                    Tips = _oneShard,
                },

                new("list", -2, Group, NoScript)
                {
                    Since = "7.0.0", Complexity = "O(N), N the functions",
                    Summary = "Describes the libraries.",
                    StatedCategories = AclCategories.Scripting,
                    Tips = ["nondeterministic_output_order"],
                    Arguments =
                    [
                        Text("library-name-pattern", "LIBRARYNAME").Optional(),
                        (Word("WITHCODE") with { Name = "withcode" }).Optional(),
                    ],
                },

                new("load", -3, Group, Write | DenyOom | NoScript)
                {
                    Since = "7.0.0", Complexity = "O(1), compiling apart",
                    Summary = "Makes a library.",
                    StatedCategories = AclCategories.Scripting,
                    Tips = _allShards,
                    Arguments = [Word("REPLACE").Optional(), Text("function-code")],
                },

                new("restore", -3, Group, Write | DenyOom | NoScript)
                {
                    Since = "7.0.0", Complexity = "O(N), N the libraries given",
                    Summary = "Makes libraries of what FUNCTION DUMP gave.",
                    StatedCategories = AclCategories.Scripting,
                    Tips = _allShards,
                    Arguments = [Text("serialized-value"), OneOf("policy", Word("FLUSH"), Word("APPEND"), Word("REPLACE")).Optional()],
                },

                new("stats", 2, Group, NoScript | AllowBusy)
                {
                    Since = "7.0.0", Complexity = "O(1)",
                    Summary = "Tells of the running function, and of the engine.",
                    StatedCategories = AclCategories.Scripting,
                    Tips = ["nondeterministic_output", "request_policy:all_shards", "response_policy:special"],
                },
            ],
        },

        new("script", -2, Group, CommandFlags.None)
        {
            Since = "2.6.0", Complexity = "That of the subcommand",
            Summary = "Cached scripts.",
            Subcommands =
            [
                new("debug", 3, Group, NoScript)
                {
                    Since = "3.2.0", Complexity = "O(1)",
                    Summary = "Sets the debugging mode of scripts.",
                    StatedCategories = AclCategories.Scripting,
                    Arguments = [OneOf("mode", Word("YES"), Word("SYNC"), Word("NO"))],
                },

                new("exists", -3, Group, NoScript)
                {
                    Since = "2.6.0", Complexity = "O(N), N the digests given",
                    Summary = "Tells which scripts are cached.",
                    StatedCategories = AclCategories.Scripting,
                    Tips = ["request_policy:all_shards", "response_policy:agg_logical_and"],
                    Arguments = [Text("sha1").Multiple()],
                },

                new("flush", -2, Group, NoScript)
                {
                    Since = "2.6.0", Complexity = "O(N), N the cached scripts",
                    Summary = "Forgets all cached scripts.",
                    StatedCategories = AclCategories.Scripting,
                    Tips = _allNodes,
                    Arguments = [OneOf("async", Word("ASYNC"), Word("SYNC")).Optional().From("6.2.0")],
                    History = [new("6.2.0", "ASYNC and SYNC.")],
                },

                new("help", 2, Group, Loading | Stale)
                {
                    Since = "5.0.0", Complexity = "O(1)",
                    Summary = "Lists the subcommands.",
                    StatedCategories = AclCategories.Scripting,
                },

                new("kill", 2, Group, NoScript | AllowBusy)
                {
                    Since = "2.6.0", Complexity = "O(1)",
                    Summary = "Stops the running script.",
                    StatedCategories = AclCategories.Scripting,
                    Tips = _oneShard,
                },

                new("load", 3, Group, NoScript | Stale)
                {
                    Since = "2.6.0", Complexity = "O(N), N the bytes of the script",
                    Summary = "Caches a script.",
                    StatedCategories = AclCategories.Scripting,
                    Tips = _allNodes,
                    Arguments = [Text("script")],
                },
            ],
        },
    ];

    private static CommandSpec RunsScript(string name, CommandFlags flags, string since, string summary, string what, KeySpecFlags keys, string? notes) =>
        new(name, -3, Group, flags)
        {
            Since = since, Complexity = "That of the script",
            Summary = summary,
            StatedCategories = AclCategories.Scripting,
            KeySpecs = [KeySpec.Counted(2, 0, 1, 1, keys) with { Notes = notes }],
            Arguments = [Text(what), Integer("numkeys"), Key().Optional().Multiple(), Text("arg").Optional().Multiple()],
        };
}
