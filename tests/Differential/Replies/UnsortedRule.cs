namespace Pkv.Tests.Differential.Replies;

/// <summary>SORT that is told not to sort: of a set any order will do, and with a limit any members; of a list and a sorted set none will.</summary>
public sealed class UnsortedRule : ReplyRule
{
    /// <inheritdoc/>
    public override string[]? Probe(string[] arguments) => ["TYPE", arguments.ElementAtOrDefault(1) ?? ""];

    /// <inheritdoc/>
    public override bool Agree(string[] arguments, Answer pkv, Answer redis) =>
        pkv.Reply.Equals(redis.Reply)
        || (redis.Probe?.Text == "set" && pkv.Probe?.Text == "set" && pkv.Reply.Kind == redis.Reply.Kind && pkv.Reply.Items.Count == redis.Reply.Items.Count);
}
