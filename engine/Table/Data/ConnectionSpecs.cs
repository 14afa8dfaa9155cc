using static Pkv.Engine.Table.CommandArgument;
using static Pkv.Engine.Table.CommandFlags;

namespace Pkv.Engine.Table.Data;

/// <summary>
/// The commands on connections. Arity, flags, keys, categories, tips and arguments are those
/// of Redis 7.0, with which a test compares them.
/// </summary>
internal static class ConnectionSpecs
{
    private const CommandGroup Group = CommandGroup.Connection;

    /// <summary>The group's part of the table, by name.</summary>
    public static CommandSpec[] All { get; } =
    [
        new("auth", -2, Group, NoScript | Loading | Stale | Fast | NoAuth | AllowBusy)
        {
            Since = "1.0.0", Complexity = "O(N), N the passwords of the user",
            Summary = "Authenticates the client.",
            StatedCategories = AclCategories.Connection,
            Arguments = [Text("username").Optional().From("6.0.0"), Text("password")],
            History = [new("6.0.0", "A user name beside the password.")],
        },

        new("client", -2, Group, CommandFlags.None)
        {
            Since = "2.4.0", Complexity = "That of the subcommand",
            Summary = "Looks at and steers connections; see its subcommands.",
            Subcommands =
            [
                new("getname", 2, Group, NoScript | Loading | Stale)
                {
                    Since = "2.6.9", Complexity = "O(1)",
                    Summary = "Returns the name of this connection.",
                    StatedCategories = AclCategories.Connection,
                },

                new("getredir", 2, Group, NoScript | Loading | Stale)
                {
                    Since = "6.0.0", Complexity = "O(1)",
                    Summary = "Returns the client that gets invalidation messages: -1, there is none.",
                    StatedCategories = AclCategories.Connection,
                },

                new("help", 2, Group, Loading | Stale)
                {
                    Since = "5.0.0", Complexity = "O(1)",
                    Summary = "Lists the subcommands.",
                    StatedCategories = AclCategories.Connection,
                },

                new("id", 2, Group, NoScript | Loading | Stale)
                {
                    Since = "5.0.0", Complexity = "O(1)",
                    Summary = "Returns the id of this connection.",
                    StatedCategories = AclCategories.Connection,
                },

                new("info", 2, Group, NoScript | Loading | Stale)
                {
                    Since = "6.2.0", Complexity = "O(1)",
                    Summary = "Describes this connection.",
                    StatedCategories = AclCategories.Connection,
                    Tips = ["nondeterministic_output"],
                },

                new("kill", -3, Group, Admin | NoScript | Loading | Stale)
                {
                    Since = "2.4.0", Complexity = "O(N), N the connections",
                    Summary = "Closes the connections that match.",
                    StatedCategories = AclCategories.Connection,
                    Arguments =
                    [
                        OneOf("filter",
                            Text("ip:port").Deprecated("2.8.12"),
                            OneOf("new-format",
                                Integer("client-id", "ID").Optional().From("2.8.12"),
                                OneOf("normal_master_slave_pubsub",
                                    Word("NORMAL"),
                                    Word("MASTER").From("3.2.0"),
                                    Word("SLAVE"),
                                    Word("REPLICA").From("5.0.0"),
                                    Word("PUBSUB")).After("TYPE").Optional().From("2.8.12"),
                                Text("username", "USER").Optional(),
                                Text("ip:port", "ADDR").Optional(),
                                Text("ip:port", "LADDR").Optional().From("6.2.0"),
                                Text("yes/no", "SKIPME").Optional()).Multiple()),
                    ],
                    History =
                    [
                        new("2.8.12", "Filters, among them ID."),
                        new("3.2.0", "TYPE master."),
                        new("5.0.0", "TYPE replica, the new word for slave."),
                        new("6.2.0", "LADDR."),
                    ],
                },

                new("list", -2, Group, Admin | NoScript | Loading | Stale)
                {
                    Since = "2.4.0", Complexity = "O(N), N the connections",
                    Summary = "Lists all client connections, or those that match.",
                    StatedCategories = AclCategories.Connection,
                    Tips = ["nondeterministic_output"],
                    Arguments =
                    [
                        OneOf("normal_master_replica_pubsub",
                            Word("NORMAL"),
                            Word("MASTER"),
                            Word("REPLICA"),
                            Word("PUBSUB")).After("TYPE").Optional().From("5.0.0"),
                        Block("id", Integer("client-id").Multiple()).After("ID").Optional().From("6.2.0"),
                    ],
                    History =
                    [
                        new("2.8.12", "The field id."),
                        new("5.0.0", "TYPE."),
                        new("6.0.0", "The field user."),
                        new("6.2.0", "ID, and the fields argv-mem, tot-mem, laddr and redir."),
                        new("7.0.0", "The fields resp, multi-mem, rbs and rbp."),
                        new("7.0.3", "The field ssub."),
                    ],
                },

                new("no-evict", 3, Group, Admin | NoScript | Loading | Stale)
                {
                    Since = "7.0.0", Complexity = "O(1)",
                    Summary = "Exempts this connection from client eviction.",
                    StatedCategories = AclCategories.Connection,
                    Arguments = [OneOf("enabled", Word("ON"), Word("OFF"))],
                },

                new("pause", -3, Group, Admin | NoScript | Loading | Stale)
                {
                    Since = "2.9.50", Complexity = "O(1)",
                    Summary = "Suspends the commands of all clients, or only writes, for a number of milliseconds.",
                    StatedCategories = AclCategories.Connection,
                    Arguments =
                    [
                        Integer("timeout"),
                        OneOf("mode", Word("WRITE"), Word("ALL")).Optional().From("6.2.0"),
                    ],
                    History = [new("6.2.0", "The mode WRITE.")],
                },

                new("reply", 3, Group, NoScript | Loading | Stale)
                {
                    Since = "3.2.0", Complexity = "O(1)",
                    Summary = "Turns replies on this connection on or off, or skips the next one.",
                    StatedCategories = AclCategories.Connection,
                    Arguments = [OneOf("on_off_skip", Word("ON"), Word("OFF"), Word("SKIP"))],
                },

                new("setname", 3, Group, NoScript | Loading | Stale)
                {
                    Since = "2.6.9", Complexity = "O(1)",
                    Summary = "Sets the name of this connection.",
                    StatedCategories = AclCategories.Connection,
                    Arguments = [Text("connection-name")],
                },

                new("trackinginfo", 2, Group, NoScript | Loading | Stale)
                {
                    Since = "6.2.0", Complexity = "O(1)",
                    Summary = "Returns the state of client-side caching: off.",
                    StatedCategories = AclCategories.Connection,
                },

                new("unblock", -3, Group, Admin | NoScript | Loading | Stale)
                {
                    Since = "5.0.0", Complexity = "O(log N), N the connections",
                    Summary = "Unblocks a client that is waiting in a blocking command.",
                    StatedCategories = AclCategories.Connection,
                    Arguments =
                    [
                        Integer("client-id"),
                        OneOf("timeout_error", Word("TIMEOUT"), Word("ERROR")).Optional(),
                    ],
                },

                new("unpause", 2, Group, Admin | NoScript | Loading | Stale)
                {
                    Since = "6.2.0", Complexity = "O(N), N the paused connections",
                    Summary = "Ends CLIENT PAUSE early.",
                    StatedCategories = AclCategories.Connection,
                },
            ],
        },

        new("echo", 2, Group, Loading | Stale | Fast)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Replies with its argument.",
            StatedCategories = AclCategories.Connection,
            Arguments = [Text("message")],
        },

        new("hello", -1, Group, NoScript | Loading | Stale | Fast | NoAuth | AllowBusy)
        {
            Since = "6.0.0", Complexity = "O(1)",
            Summary = "Selects the protocol version; can also authenticate and name the connection.",
            StatedCategories = AclCategories.Connection,
            Arguments =
            [
                Block("arguments",
                    Integer("protover"),
                    Block("username_password", Text("username"), Text("password")).After("AUTH").Optional(),
                    Text("clientname", "SETNAME").Optional()).Optional(),
            ],
            History = [new("6.2.0", "The protocol version may be left out.")],
        },

        new("ping", -1, Group, Fast)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Checks that the server replies.",
            StatedCategories = AclCategories.Connection,
            Tips = ["request_policy:all_shards", "response_policy:all_succeeded"],
            Arguments = [Text("message").Optional()],
        },

        new("quit", -1, Group, NoScript | Loading | Stale | Fast | NoAuth | AllowBusy)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Closes the connection after the reply.",
            StatedCategories = AclCategories.Connection,
        },

        new("reset", 1, Group, NoScript | Loading | Stale | Fast | NoAuth | AllowBusy)
        {
            Since = "6.2.0", Complexity = "O(1)",
            Summary = "Resets the connection to its initial state.",
            StatedCategories = AclCategories.Connection,
        },

        new("select", 2, Group, Loading | Stale | Fast)
        {
            Since = "1.0.0", Complexity = "O(1)",
            Summary = "Selects the database of this connection.",
            StatedCategories = AclCategories.Connection,
            Arguments = [Integer("index")],
        },
    ];
}
