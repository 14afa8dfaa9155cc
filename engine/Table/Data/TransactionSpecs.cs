using static Pkv.Engine.Table.CommandArgument;
using static Pkv.Engine.Table.CommandFlags;
using static Pkv.Engine.Table.KeySpecFlags;

namespace Pkv.Engine.Table.Data;

/// <summary>
/// The transaction commands. Arity, flags, keys, categories, tips and arguments are those
/// of Redis 7.0, with which a test compares them.
/// </summary>
internal static class TransactionSpecs
{
    private const CommandGroup Group = CommandGroup.Transactions;

    /// <summary>The group's part of the table, by name.</summary>
    public static CommandSpec[] All { get; } =
    [
        new("discard", 1, Group, NoScript | Loading | Stale | Fast | AllowBusy)
        {
            Since = "2.0.0", Complexity = "O(N), N the queued commands",
            Summary = "Discards the queued commands and ends the transaction.",
            StatedCategories = AclCategories.Transaction,
        },

        new("exec", 1, Group, NoScript | Loading | Stale | SkipSlowlog)
        {
            Since = "1.2.0", Complexity = "That of the queued commands",
            Summary = "Executes the queued commands atomically.",
            StatedCategories = AclCategories.Transaction,
        },

        new("multi", 1, Group, NoScript | Loading | Stale | Fast | AllowBusy)
        {
            Since = "1.2.0", Complexity = "O(1)",
            Summary = "Starts a transaction: the following commands are queued.",
            StatedCategories = AclCategories.Transaction,
        },

        new("unwatch", 1, Group, NoScript | Loading | Stale | Fast | AllowBusy)
        {
            Since = "2.2.0", Complexity = "O(1)",
            Summary = "Unwatches all keys.",
            StatedCategories = AclCategories.Transaction,
        },

        new("watch", -2, Group, NoScript | Loading | Stale | Fast | AllowBusy)
        {
            Since = "2.2.0", Complexity = "O(1) for each key",
            Summary = "Watches keys: the next EXEC fails if any of them changed.",
            StatedCategories = AclCategories.Transaction,
            KeySpecs = [KeySpec.Range(1, -1, 1, Ro)],
            Arguments = [Key().Multiple()],
        },
    ];
}
