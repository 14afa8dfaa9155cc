using Pkv.Tests.Support;

namespace Pkv.Tests.Differential.Replies;

/// <summary>
/// Replies with scores, where a zero may have a sign or none: Redis loses it when a sorted set is held in one piece, and
/// whether it is depends on what the set has been, not only on what it is.
/// </summary>
internal sealed class ScoreRule : ReplyRule
{
    /// <inheritdoc/>
    public override bool Agree(string[] arguments, Answer pkv, Answer redis) =>
        pkv.Reply.Equals(redis.Reply) || Unsigned(pkv.Reply).Equals(Unsigned(redis.Reply));

    /// <summary>The reply with all zeros without a sign.</summary>
    public static RespNode Unsigned(RespNode node) =>
        node.Items.Count > 0 ? node with { Items = [.. node.Items.Select(Unsigned)] } : node.Text == "-0" ? node with { Text = "0" } : node;
}
