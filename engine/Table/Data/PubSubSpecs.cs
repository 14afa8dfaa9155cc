using static Pkv.Engine.Table.CommandArgument;
using static Pkv.Engine.Table.CommandFlags;
using static Pkv.Engine.Table.KeySpecFlags;

namespace Pkv.Engine.Table.Data;

/// <summary>
/// The publish/subscribe commands. Arity, flags, keys, categories, tips and arguments are those
/// of Redis 7.0, with which a test compares them.
/// </summary>
internal static class PubSubSpecs
{
    private const CommandGroup Group = CommandGroup.PubSub;

    // Spelt out: the flag has the name of the group.
    private const CommandFlags Listening = CommandFlags.PubSub | NoScript | Loading | Stale;
    private const CommandFlags Asking = CommandFlags.PubSub | Loading | Stale;

    /// <summary>The group's part of the table, by name.</summary>
    public static CommandSpec[] All { get; } =
    [
        new("psubscribe", -2, Group, Listening)
        {
            Since = "2.0.0", Complexity = "O(N), N the patterns that the client subscribes to",
            Summary = "Subscribes to all channels that match a pattern.",
            Arguments = [Block("pattern", Pattern("pattern")).Multiple()],
        },

        new("publish", 3, Group, Asking | Fast)
        {
            Since = "2.0.0", Complexity = "O(N+M), N the channel's subscribers, M the patterns",
            Summary = "Publishes a message to a channel.",
            Arguments = [Text("channel"), Text("message")],
        },

        new("pubsub", -2, Group, CommandFlags.None)
        {
            Since = "2.8.0", Complexity = "That of the subcommand",
            Summary = "Returns of channels and subscribers; see its subcommands.",
            Subcommands =
            [
                new("channels", -2, Group, Asking)
                {
                    Since = "2.8.0", Complexity = "O(N), N the channels",
                    Summary = "Lists the channels with subscribers, or those that match a pattern.",
                    Arguments = [Pattern("pattern").Optional()],
                },

                new("help", 2, Group, Loading | Stale)
                {
                    Since = "6.2.0", Complexity = "O(1)",
                    Summary = "Lists the subcommands.",
                },

                new("numpat", 2, Group, Asking)
                {
                    Since = "2.8.0", Complexity = "O(1)",
                    Summary = "Counts the distinct patterns with subscribers.",
                },

                new("numsub", -2, Group, Asking)
                {
                    Since = "2.8.0", Complexity = "O(N), N the channels given",
                    Summary = "Counts the subscribers of channels, not including patterns.",
                    Arguments = [Text("channel").Optional().Multiple()],
                },

                new("shardchannels", -2, Group, Asking)
                {
                    Since = "7.0.0", Complexity = "O(N), N the shard channels",
                    Summary = "Lists the shard channels with subscribers, or those that match a pattern.",
                    Arguments = [Pattern("pattern").Optional()],
                },

                new("shardnumsub", -2, Group, Asking)
                {
                    Since = "7.0.0", Complexity = "O(N), N the shard channels given",
                    Summary = "Counts the subscribers of shard channels.",
                    Arguments = [Text("shardchannel").Optional().Multiple()],
                },
            ],
        },

        new("punsubscribe", -1, Group, Listening)
        {
            Since = "2.0.0", Complexity = "O(N), N the patterns given",
            Summary = "Unsubscribes from the given patterns, or from all.",
            Arguments = [Pattern("pattern").Optional().Multiple()],
        },

        new("spublish", 3, Group, Asking | Fast)
        {
            Since = "7.0.0", Complexity = "O(N), N the channel's subscribers",
            Summary = "Publishes a message to a shard channel.",
            KeySpecs = [KeySpec.At(1, NotKey)],
            Arguments = [Text("shardchannel"), Text("message")],
        },

        new("ssubscribe", -2, Group, Listening)
        {
            Since = "7.0.0", Complexity = "O(N), N the channels given",
            Summary = "Subscribes to shard channels.",
            KeySpecs = [KeySpec.Range(1, -1, 1, NotKey)],
            Arguments = [Text("shardchannel").Multiple()],
        },

        new("subscribe", -2, Group, Listening)
        {
            Since = "2.0.0", Complexity = "O(N), N the channels given",
            Summary = "Subscribes to channels.",
            Arguments = [Text("channel").Multiple()],
        },

        new("sunsubscribe", -1, Group, Listening)
        {
            Since = "7.0.0", Complexity = "O(N), N the channels given",
            Summary = "Unsubscribes from the given shard channels, or from all.",
            KeySpecs = [KeySpec.Range(1, -1, 1, NotKey)],
            Arguments = [Text("shardchannel").Optional().Multiple()],
        },

        new("unsubscribe", -1, Group, Listening)
        {
            Since = "2.0.0", Complexity = "O(N), N the channels given",
            Summary = "Unsubscribes from the given channels, or from all.",
            Arguments = [Text("channel").Optional().Multiple()],
        },
    ];
}
