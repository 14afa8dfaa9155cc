using static Pkv.Engine.Table.CommandArgument;
using static Pkv.Engine.Table.CommandFlags;

namespace Pkv.Engine.Table.Data;

/// <summary>
/// The server commands without subcommands. Arity, flags, keys, categories, tips and arguments are those
/// of Redis 7.0, with which a test compares them.
/// </summary>
internal static class ServerSpecs
{
    private const CommandGroup Group = CommandGroup.Server;

    private static CommandArgument Master => OneOf("args",
        Block("host-port", Text("host"), Integer("port")),
        Block("no-one", Word("NO"), Word("ONE")));

    /// <summary>The group's part of the table, by name.</summary>
    public static CommandSpec[] All { get; } =
    [
        new("bgrewriteaof", 1, Group, Admin | NoScript | NoAsyncLoading)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Starts a cleaning pass in the background.",
        },

        new("bgsave", -1, Group, Admin | NoScript | NoAsyncLoading)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Refused: Pkv writes no snapshots; the reply lists ways to make a backup.",
            Arguments = [Word("SCHEDULE").Optional().From("3.2.2")],
            History = [new("3.2.2", "SCHEDULE.")],
        },

        new("dbsize", 1, Group, ReadOnly | Fast | TouchesArbitraryKeys)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Counts the keys of the database.",
            StatedCategories = AclCategories.Keyspace,
            Tips = ["request_policy:all_shards", "response_policy:agg_sum"],
        },

        new("debug", -2, Group, Admin | NoScript | Loading | Stale)
        {
            Since = "1.0.0", Complexity = "That of the subcommand",
            Summary = "Tools for testing the server itself.",
            IsSystemCommand = true,
        },

        new("flushall", -1, Group, Write | TouchesArbitraryKeys)
        {
            Since = "1.0.0", Complexity = "O(N), N the keys",
            Summary = "Deletes all keys of all databases.",
            StatedCategories = AclCategories.Keyspace | AclCategories.Dangerous,
            Tips = ["request_policy:all_shards", "response_policy:all_succeeded"],
            Arguments = [OneOf("async", Word("ASYNC").From("4.0.0"), Word("SYNC").From("6.2.0")).Optional()],
            History = [new("4.0.0", "ASYNC."), new("6.2.0", "SYNC.")],
        },

        new("flushdb", -1, Group, Write | TouchesArbitraryKeys)
        {
            Since = "1.0.0", Complexity = "O(N), N the keys of the database",
            Summary = "Deletes all keys of the database.",
            StatedCategories = AclCategories.Keyspace | AclCategories.Dangerous,
            Tips = ["request_policy:all_shards", "response_policy:all_succeeded"],
            Arguments = [OneOf("async", Word("ASYNC").From("4.0.0"), Word("SYNC").From("6.2.0")).Optional()],
            History = [new("4.0.0", "ASYNC."), new("6.2.0", "SYNC.")],
        },

        new("info", -1, Group, Loading | Stale)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Returns the state and statistics of the server.",
            StatedCategories = AclCategories.Dangerous,
            Tips = ["nondeterministic_output", "request_policy:all_shards", "response_policy:special"],
            Arguments = [Text("section").Optional().Multiple()],
            History = [new("7.0.0", "More than one section.")],
        },

        new("lastsave", 1, Group, Loading | Stale | Fast)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Returns the startup time, because no snapshot is ever written.",
            StatedCategories = AclCategories.Admin | AclCategories.Dangerous,
            Tips = ["nondeterministic_output"],
        },

        new("lolwut", -1, Group, ReadOnly | Fast)
        {
            Since = "5.0.0",
            Summary = "Displays computer art and the version.",
            Arguments = [Integer("version", "VERSION").Optional()],
        },

        new("monitor", 1, Group, Admin | NoScript | Loading | Stale)
        {
            Since = "1.0.0",
            Summary = "Streams every command that the server receives.",
        },

        new("replicaof", 3, Group, Admin | NoScript | Stale | NoAsyncLoading)
        {
            Since = "5.0.0", Complexity = "O(1)",
            Summary = "Accepts NO ONE, since the server is always a master; refuses anything else.",
            Arguments = [Master],
        },

        new("role", 1, Group, NoScript | Loading | Stale | Fast)
        {
            Since = "2.8.12", Complexity = "O(1)",
            Summary = "Returns the replication role of the server.",
            StatedCategories = AclCategories.Admin | AclCategories.Dangerous,
        },

        new("save", 1, Group, Admin | NoScript | NoAsyncLoading | NoMulti)
        {
            Since = "1.0.0", Complexity = "O(N), N the keys",
            Summary = "Refused: Pkv writes no snapshots; the reply lists ways to make a backup.",
        },

        new("shutdown", -1, Group, Admin | NoScript | Loading | Stale | NoMulti | AllowBusy)
        {
            Since = "1.0.0", Complexity = "O(N), N the keys, when saving, otherwise O(1)",
            Summary = "Makes everything durable and stops the server.",
            Arguments =
            [
                OneOf("nosave_save", Word("NOSAVE"), Word("SAVE")).Optional(),
                Word("NOW").Optional().From("7.0.0"),
                Word("FORCE").Optional().From("7.0.0"),
                Word("ABORT").Optional().From("7.0.0"),
            ],
            History = [new("7.0.0", "NOW, FORCE and ABORT.")],
        },

        new("slaveof", 3, Group, Admin | NoScript | Stale | NoAsyncLoading)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "The old name of REPLICAOF.",
            DeprecatedSince = "5.0.0", ReplacedBy = "`REPLICAOF`",
            Arguments = [Master],
        },

        new("swapdb", 3, Group, Write | Fast | TouchesArbitraryKeys)
        {
            Since = "4.0.0", Complexity = "O(N), N the clients that watch or wait for keys of either",
            Summary = "Swaps two databases, for all clients at once.",
            StatedCategories = AclCategories.Keyspace | AclCategories.Dangerous,
            Arguments = [Integer("index1"), Integer("index2")],
        },

        new("time", 1, Group, Loading | Stale | Fast)
        {
            Since = "2.6.0", Complexity = "O(1)",
            Summary = "Returns the server's Unix time in seconds and microseconds.",
            Tips = ["nondeterministic_output"],
        },
    ];
}
