namespace Pkv.Tests.Differential.Replies;

/// <summary>
/// SORT: the same elements in the same order, but for a set when BY names nothing with a *, so that nothing is sorted: any
/// order will do there, and with a limit any members.
/// </summary>
public sealed class UnsortedRule : ReplyRule
{
    /// <inheritdoc/>
    public override string[]? Probe(string[] arguments) => ["TYPE", arguments.ElementAtOrDefault(1) ?? ""];

    /// <inheritdoc/>
    public override bool Agree(string[] arguments, Answer pkv, Answer redis) =>
        pkv.Reply.Equals(redis.Reply)
        || (IsUnsorted(arguments) && redis.Probe?.Text == "set" && pkv.Probe?.Text == "set"
            && pkv.Reply.Kind == redis.Reply.Kind && pkv.Reply.Items.Count == redis.Reply.Items.Count);

    // One BY of several is enough.
    private static bool IsUnsorted(string[] arguments)
    {
        for (int i = 2; i + 1 < arguments.Length; i++)
        {
            if (arguments[i].Equals("BY", StringComparison.OrdinalIgnoreCase) && !arguments[i + 1].Contains('*', StringComparison.Ordinal))
                return true;
        }
        return false;
    }
}
