using System.Globalization;
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

    /// <summary>Members and scores in turn, with each score written in one way.</summary>
    public static RespNode AsNumbers(RespNode pairs) => pairs with
    {
        Items = [.. pairs.Items.Select((item, i) =>
            i % 2 == 1 && double.TryParse(item.Text, CultureInfo.InvariantCulture, out double score)
                ? item with { Text = (score + 0.0).ToString("R", CultureInfo.InvariantCulture) } : item)],
    };
}
