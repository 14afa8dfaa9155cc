using static Pkv.Engine.Table.CommandArgument;
using static Pkv.Engine.Table.CommandFlags;

namespace Pkv.Engine.Table.Data;

/// <summary>
/// The commands of a cluster, all of which answer that there is none. Arity, flags, keys, categories, tips and arguments are those
/// of Redis 7.0, with which a test compares them.
/// </summary>
internal static class ClusterSpecs
{
    private const CommandGroup Group = CommandGroup.Cluster;

    private const CommandFlags Changes = Admin | Stale | NoAsyncLoading;

    /// <summary>The group's part of the table, by name.</summary>
    public static CommandSpec[] All { get; } =
    [
        new("asking", 1, Group, Fast)
        {
            Since = "3.0.0", Complexity = "O(1)",
            Summary = "Follows a redirection: refused, there is no cluster.",
            StatedCategories = AclCategories.Connection,
        },

        new("cluster", -2, Group, CommandFlags.None)
        {
            Since = "3.0.0", Complexity = "That of the subcommand",
            Summary = "A cluster's state: every subcommand answers that there is no cluster.",
            Subcommands =
            [
                new("addslots", -3, Group, Changes)
                {
                    Since = "3.0.0", Complexity = "O(1)",
                    Summary = "Assigns hash slots to the node.",
                    Arguments = [Integer("slot").Multiple()],
                },

                new("addslotsrange", -4, Group, Changes)
                {
                    Since = "7.0.0", Complexity = "O(1)",
                    Summary = "Assigns ranges of hash slots to the node.",
                    Arguments = [Block("start-slot_end-slot", Integer("start-slot"), Integer("end-slot")).Multiple()],
                },

                new("bumpepoch", 2, Group, Changes)
                {
                    Since = "3.0.0", Complexity = "O(1)",
                    Summary = "Increments the configuration epoch.",
                    Tips = ["nondeterministic_output"],
                },

                new("count-failure-reports", 3, Group, Admin | Stale)
                {
                    Since = "3.0.0", Complexity = "O(1)",
                    Summary = "Counts the failure reports of a node.",
                    Tips = ["nondeterministic_output"],
                    Arguments = [Text("node-id")],
                },

                new("countkeysinslot", 3, Group, Stale)
                {
                    Since = "3.0.0", Complexity = "O(1)",
                    Summary = "Counts the keys of a hash slot.",
                    Arguments = [Integer("slot")],
                },

                new("delslots", -3, Group, Changes)
                {
                    Since = "3.0.0", Complexity = "O(1)",
                    Summary = "Removes hash slots from the node.",
                    Arguments = [Integer("slot").Multiple()],
                },

                new("delslotsrange", -4, Group, Changes)
                {
                    Since = "7.0.0", Complexity = "O(1)",
                    Summary = "Removes ranges of hash slots from the node.",
                    Arguments = [Block("start-slot_end-slot", Integer("start-slot"), Integer("end-slot")).Multiple()],
                },

                new("failover", -2, Group, Changes)
                {
                    Since = "3.0.0", Complexity = "O(1)",
                    Summary = "Fails over to this replica.",
                    Arguments = [OneOf("options", Word("FORCE"), Word("TAKEOVER")).Optional()],
                },

                new("flushslots", 2, Group, Changes)
                {
                    Since = "3.0.0", Complexity = "O(1)",
                    Summary = "Removes all hash slots from the node.",
                },

                new("forget", 3, Group, Changes)
                {
                    Since = "3.0.0", Complexity = "O(1)",
                    Summary = "Removes a node from the cluster.",
                    Arguments = [Text("node-id")],
                },

                new("getkeysinslot", 4, Group, Stale)
                {
                    Since = "3.0.0", Complexity = "O(1)",
                    Summary = "Lists keys of a hash slot.",
                    Tips = ["nondeterministic_output"],
                    Arguments = [Integer("slot"), Integer("count")],
                },

                new("help", 2, Group, Loading | Stale)
                {
                    Since = "5.0.0", Complexity = "O(1)",
                    Summary = "Lists the subcommands.",
                },

                new("info", 2, Group, Stale)
                {
                    Since = "3.0.0", Complexity = "O(1)",
                    Summary = "Returns the state of the cluster.",
                    Tips = ["nondeterministic_output"],
                },

                new("keyslot", 3, Group, Stale)
                {
                    Since = "3.0.0", Complexity = "O(1)",
                    Summary = "Returns the hash slot of a key.",
                    Arguments = [Text("key")],
                },

                new("links", 2, Group, Stale)
                {
                    Since = "7.0.0", Complexity = "O(1)",
                    Summary = "Lists the links to other nodes.",
                    Tips = ["nondeterministic_output"],
                },

                new("meet", -4, Group, Changes)
                {
                    Since = "3.0.0", Complexity = "O(1)",
                    Summary = "Adds a node to the cluster.",
                    Arguments = [Text("ip"), Integer("port"), Integer("cluster_bus_port").From("4.0.0").Optional()],
                    History = [new("4.0.0", "The port of the bus.")],
                },

                new("myid", 2, Group, Stale)
                {
                    Since = "3.0.0", Complexity = "O(1)",
                    Summary = "Returns the node's name.",
                },

                new("nodes", 2, Group, Stale)
                {
                    Since = "3.0.0", Complexity = "O(1)",
                    Summary = "Lists the nodes.",
                    Tips = ["nondeterministic_output"],
                },

                new("replicas", 3, Group, Admin | Stale)
                {
                    Since = "5.0.0", Complexity = "O(1)",
                    Summary = "Lists a master's replicas.",
                    Tips = ["nondeterministic_output"],
                    Arguments = [Text("node-id")],
                },

                new("replicate", 3, Group, Changes)
                {
                    Since = "3.0.0", Complexity = "O(1)",
                    Summary = "Makes the node a replica.",
                    Arguments = [Text("node-id")],
                },

                new("reset", -2, Group, Admin | NoScript | Stale)
                {
                    Since = "3.0.0", Complexity = "O(1)",
                    Summary = "Resets the node's cluster state.",
                    Arguments = [OneOf("hard_soft", Word("HARD"), Word("SOFT")).Optional()],
                },

                new("saveconfig", 2, Group, Changes)
                {
                    Since = "3.0.0", Complexity = "O(1)",
                    Summary = "Writes the cluster's state to its file.",
                },

                new("set-config-epoch", 3, Group, Changes)
                {
                    Since = "3.0.0", Complexity = "O(1)",
                    Summary = "Sets a new node's epoch.",
                    Arguments = [Integer("config-epoch")],
                },

                new("setslot", -4, Group, Changes)
                {
                    Since = "3.0.0", Complexity = "O(1)",
                    Summary = "Assigns a hash slot to a node.",
                    Arguments =
                    [
                        Integer("slot"),
                        OneOf("subcommand", Text("node-id", "IMPORTING"), Text("node-id", "MIGRATING"), Text("node-id", "NODE"), Word("STABLE")),
                    ],
                },

                new("shards", 2, Group, Stale)
                {
                    Since = "7.0.0", Complexity = "O(1)",
                    Summary = "Lists hash slots with their nodes.",
                    Tips = ["nondeterministic_output"],
                },

                new("slaves", 3, Group, Admin | Stale)
                {
                    Since = "3.0.0", Complexity = "O(1)",
                    Summary = "The old name of REPLICAS.",
                    DeprecatedSince = "5.0.0", ReplacedBy = "`CLUSTER REPLICAS`",
                    Tips = ["nondeterministic_output"],
                    Arguments = [Text("node-id")],
                },

                new("slots", 2, Group, Stale)
                {
                    Since = "3.0.0", Complexity = "O(1)",
                    Summary = "Lists hash slots with their nodes, in the old form.",
                    DeprecatedSince = "7.0.0", ReplacedBy = "`CLUSTER SHARDS`",
                    Tips = ["nondeterministic_output"],
                    History = [new("4.0.0", "Names of nodes."), new("7.0.0", "More about networks.")],
                },
            ],
        },

        new("readonly", 1, Group, Loading | Stale | Fast)
        {
            Since = "3.0.0", Complexity = "O(1)",
            Summary = "Allows reads on a cluster replica: refused, there is no cluster.",
            StatedCategories = AclCategories.Connection,
        },

        new("readwrite", 1, Group, Loading | Stale | Fast)
        {
            Since = "3.0.0", Complexity = "O(1)",
            Summary = "Reverts READONLY: refused, there is no cluster.",
            StatedCategories = AclCategories.Connection,
        },
    ];
}
