using static Pkv.Engine.Table.CommandArgument;
using static Pkv.Engine.Table.CommandFlags;
using static Pkv.Engine.Table.KeySpecFlags;

namespace Pkv.Engine.Table.Data;

/// <summary>
/// The server commands with subcommands. Arity, flags, keys, categories, tips and arguments are those
/// of Redis 7.0, with which a test compares them.
/// </summary>
internal static class ServerContainerSpecs
{
    private const CommandGroup Group = CommandGroup.Server;

    /// <summary>The group's part of the table, by name.</summary>
    public static CommandSpec[] All { get; } =
    [
        new("command", -1, Group, Loading | Stale)
        {
            Since = "2.8.13", Complexity = "O(N), N the commands",
            Summary = "Describes all commands.",
            StatedCategories = AclCategories.Connection,
            Tips = ["nondeterministic_output_order"],
            Subcommands =
            [
                new("count", 2, Group, Loading | Stale)
                {
                    Since = "2.8.13", Complexity = "O(1)",
                    Summary = "Counts the commands.",
                    StatedCategories = AclCategories.Connection,
                },

                new("docs", -2, Group, Loading | Stale)
                {
                    Since = "7.0.0", Complexity = "O(N), N the commands given",
                    Summary = "Documents the given commands, or all.",
                    StatedCategories = AclCategories.Connection,
                    Tips = ["nondeterministic_output_order"],
                    Arguments = [Text("command-name").Optional().Multiple()],
                },

                new("getkeys", -4, Group, Loading | Stale)
                {
                    Since = "2.8.13", Complexity = "O(N), N the arguments of the command",
                    Summary = "Returns the keys in a full command.",
                    StatedCategories = AclCategories.Connection,
                    Arguments = [Text("command"), Text("arg").Optional().Multiple()],
                },

                new("getkeysandflags", -4, Group, Loading | Stale)
                {
                    Since = "7.0.0", Complexity = "O(N), N the arguments of the command",
                    Summary = "Returns the keys in a full command and how it uses them.",
                    StatedCategories = AclCategories.Connection,
                    Arguments = [Text("command"), Text("arg").Optional().Multiple()],
                },

                new("help", 2, Group, Loading | Stale)
                {
                    Since = "5.0.0", Complexity = "O(1)",
                    Summary = "Lists the subcommands.",
                    StatedCategories = AclCategories.Connection,
                },

                new("info", -2, Group, Loading | Stale)
                {
                    Since = "2.8.13", Complexity = "O(N), N the commands given",
                    Summary = "Describes the given commands, or all.",
                    StatedCategories = AclCategories.Connection,
                    Tips = ["nondeterministic_output_order"],
                    Arguments = [Text("command-name").Optional().Multiple()],
                    History = [new("7.0.0", "Without names: all commands.")],
                },

                new("list", -2, Group, Loading | Stale)
                {
                    Since = "7.0.0", Complexity = "O(N), N the commands",
                    Summary = "Lists the names of commands and subcommands, or of those that match.",
                    StatedCategories = AclCategories.Connection,
                    Tips = ["nondeterministic_output_order"],
                    Arguments =
                    [
                        OneOf("filterby",
                            Text("module-name", "MODULE"),
                            Text("category", "ACLCAT"),
                            Pattern("pattern", "PATTERN")).After("FILTERBY").Optional(),
                    ],
                },
            ],
        },

        new("config", -2, Group, CommandFlags.None)
        {
            Since = "2.0.0", Complexity = "That of the subcommand",
            Summary = "Returns and changes the configuration; see its subcommands.",
            Subcommands =
            [
                new("get", -3, Group, Admin | NoScript | Loading | Stale)
                {
                    Since = "2.0.0", Complexity = "O(N), N the patterns given",
                    Summary = "Returns the settings whose names match any of the patterns.",
                    Arguments = [Block("parameter", Text("parameter")).Multiple()],
                    History = [new("7.0.0", "More than one pattern.")],
                },

                new("help", 2, Group, Loading | Stale)
                {
                    Since = "5.0.0", Complexity = "O(1)",
                    Summary = "Lists the subcommands.",
                },

                new("resetstat", 2, Group, Admin | NoScript | Loading | Stale)
                {
                    Since = "2.0.0", Complexity = "O(1)",
                    Summary = "Resets the counters shown by INFO.",
                },

                new("rewrite", 2, Group, Admin | NoScript | Loading | Stale)
                {
                    Since = "2.8.0", Complexity = "O(1)",
                    Summary = "Writes the current settings to the configuration file.",
                },

                new("set", -4, Group, Admin | NoScript | Loading | Stale)
                {
                    Since = "2.0.0", Complexity = "O(N), N the settings given",
                    Summary = "Changes settings, either all of them or none.",
                    Tips = ["request_policy:all_nodes", "response_policy:all_succeeded"],
                    Arguments = [Block("parameter_value", Text("parameter"), Text("value")).Multiple()],
                    History = [new("7.0.0", "More than one setting.")],
                },
            ],
        },

        new("latency", -2, Group, CommandFlags.None)
        {
            Since = "2.8.13", Complexity = "That of the subcommand",
            Summary = "Looks into delays inside the server; see its subcommands.",
            Subcommands =
            [
                new("doctor", 2, Group, Admin | NoScript | Loading | Stale)
                {
                    Since = "2.8.13", Complexity = "O(1)",
                    Summary = "Returns a report on the recorded latencies.",
                    Tips = ["nondeterministic_output", "request_policy:all_nodes", "response_policy:special"],
                },

                new("graph", 3, Group, Admin | NoScript | Loading | Stale)
                {
                    Since = "2.8.13", Complexity = "O(1)",
                    Summary = "Draws a graph of an event's latencies over time.",
                    Tips = ["nondeterministic_output", "request_policy:all_nodes", "response_policy:special"],
                    Arguments = [Text("event")],
                },

                new("help", 2, Group, Loading | Stale)
                {
                    Since = "2.8.13", Complexity = "O(1)",
                    Summary = "Lists the subcommands.",
                },

                new("histogram", -2, Group, Admin | NoScript | Loading | Stale)
                {
                    Since = "7.0.0", Complexity = "O(N), N the commands shown",
                    Summary = "Returns histograms of the execution times of commands.",
                    Tips = ["nondeterministic_output", "request_policy:all_nodes", "response_policy:special"],
                    Arguments = [Text("command").Optional().Multiple()],
                },

                new("history", 3, Group, Admin | NoScript | Loading | Stale)
                {
                    Since = "2.8.13", Complexity = "O(1)",
                    Summary = "Returns the recorded latencies of an event with their times.",
                    Tips = ["nondeterministic_output", "request_policy:all_nodes", "response_policy:special"],
                    Arguments = [Text("event")],
                },

                new("latest", 2, Group, Admin | NoScript | Loading | Stale)
                {
                    Since = "2.8.13", Complexity = "O(1)",
                    Summary = "Returns the latest and the longest latency of each event.",
                    Tips = ["nondeterministic_output", "request_policy:all_nodes", "response_policy:special"],
                },

                new("reset", -2, Group, Admin | NoScript | Loading | Stale)
                {
                    Since = "2.8.13", Complexity = "O(1)",
                    Summary = "Deletes the recorded latencies of the given events, or of all.",
                    Tips = ["request_policy:all_nodes", "response_policy:all_succeeded"],
                    Arguments = [Text("event").Optional().Multiple()],
                },
            ],
        },

        new("memory", -2, Group, CommandFlags.None)
        {
            Since = "4.0.0", Complexity = "That of the subcommand",
            Summary = "Looks into the use of memory; see its subcommands.",
            Subcommands =
            [
                new("doctor", 2, Group, CommandFlags.None)
                {
                    Since = "4.0.0", Complexity = "O(1)",
                    Summary = "Reports memory problems.",
                    Tips = ["nondeterministic_output", "request_policy:all_shards", "response_policy:special"],
                },

                new("help", 2, Group, Loading | Stale)
                {
                    Since = "4.0.0", Complexity = "O(1)",
                    Summary = "Lists the subcommands.",
                },

                new("malloc-stats", 2, Group, CommandFlags.None)
                {
                    Since = "4.0.0", Complexity = "That of the allocator's report",
                    Summary = "Returns statistics of the allocator.",
                    Tips = ["nondeterministic_output", "request_policy:all_shards", "response_policy:special"],
                },

                new("purge", 2, Group, CommandFlags.None)
                {
                    Since = "4.0.0", Complexity = "That of the allocator",
                    Summary = "Returns unused memory to the operating system.",
                    Tips = ["request_policy:all_shards", "response_policy:all_succeeded"],
                },

                new("stats", 2, Group, CommandFlags.None)
                {
                    Since = "4.0.0", Complexity = "O(1)",
                    Summary = "Reports memory usage by category.",
                    Tips = ["nondeterministic_output", "request_policy:all_shards", "response_policy:special"],
                },

                new("usage", -3, Group, ReadOnly)
                {
                    Since = "4.0.0", Complexity = "O(N), N the elements sampled",
                    Summary = "Estimates the memory usage of a key and its value, in bytes.",
                    KeySpecs = [KeySpec.At(2, Ro)],
                    Arguments = [Key(), Integer("count", "SAMPLES").Optional()],
                },
            ],
        },

        new("module", -2, Group, CommandFlags.None)
        {
            Since = "4.0.0", Complexity = "That of the subcommand",
            Summary = "Returns that there are no modules; see its subcommands.",
            Subcommands =
            [
                new("help", 2, Group, Loading | Stale)
                {
                    Since = "5.0.0", Complexity = "O(1)",
                    Summary = "Lists the subcommands.",
                },

                new("list", 2, Group, Admin | NoScript)
                {
                    Since = "4.0.0", Complexity = "O(1)",
                    Summary = "Lists the modules: none.",
                    Tips = ["nondeterministic_output_order"],
                },

                new("load", -3, Group, Admin | NoScript | NoAsyncLoading)
                {
                    Since = "4.0.0", Complexity = "O(1)",
                    Summary = "Refused: modules are libraries that link to Redis itself.",
                    Arguments = [Text("path"), Text("arg").Optional().Multiple()],
                },

                new("loadex", -3, Group, Admin | NoScript | NoAsyncLoading)
                {
                    Since = "7.0.0", Complexity = "O(1)",
                    Summary = "Refused, as LOAD.",
                    Arguments =
                    [
                        Text("path"),
                        Block("configs", Text("name"), Text("value")).After("CONFIG").Optional().Multiple() with
                        {
                            Flags = ArgumentFlags.Optional | ArgumentFlags.Multiple | ArgumentFlags.MultipleToken,
                        },
                        Block("args", Text("arg")).After("ARGS").Optional().Multiple(),
                    ],
                },

                new("unload", 3, Group, Admin | NoScript | NoAsyncLoading)
                {
                    Since = "4.0.0", Complexity = "O(1)",
                    Summary = "Refused: no module is loaded.",
                    Arguments = [Text("name")],
                },
            ],
        },

        new("slowlog", -2, Group, CommandFlags.None)
        {
            Since = "2.2.12", Complexity = "That of the subcommand",
            Summary = "Looks at the commands that took long; see its subcommands.",
            Subcommands =
            [
                new("get", -2, Group, Admin | Loading | Stale)
                {
                    Since = "2.2.12", Complexity = "O(N), N the entries returned",
                    Summary = "Returns the latest entries of the slow log.",
                    Tips = ["request_policy:all_nodes", "nondeterministic_output"],
                    Arguments = [Integer("count").Optional()],
                    History = [new("4.0.0", "The client's address and name.")],
                },

                new("help", 2, Group, Loading | Stale)
                {
                    Since = "6.2.0", Complexity = "O(1)",
                    Summary = "Lists the subcommands.",
                },

                new("len", 2, Group, Admin | Loading | Stale)
                {
                    Since = "2.2.12", Complexity = "O(1)",
                    Summary = "Counts the entries.",
                    Tips = ["request_policy:all_nodes", "response_policy:agg_sum", "nondeterministic_output"],
                },

                new("reset", 2, Group, Admin | Loading | Stale)
                {
                    Since = "2.2.12", Complexity = "O(N), N the entries",
                    Summary = "Removes all entries.",
                    Tips = ["request_policy:all_nodes", "response_policy:all_succeeded"],
                },
            ],
        },
    ];
}
