using Pkv.Tests.Support;

namespace Pkv.Tests.Differential.Replies;

/// <summary>The same members, of which Redis promises no order.</summary>
internal sealed class AnyOrderRule(bool pairs) : ReplyRule
{
    /// <inheritdoc/>
    public override bool Agree(string[] arguments, Answer pkv, Answer redis) =>
        pkv.Reply.Kind == redis.Reply.Kind && pkv.Reply.IsNull == redis.Reply.IsNull && pkv.Reply.Items.Count == redis.Reply.Items.Count
        && (pkv.Reply.Items.Count == 0 ? pkv.Reply.Equals(redis.Reply) : Sorted(pkv.Reply, pairs).SequenceEqual(Sorted(redis.Reply, pairs)));

    /// <summary>The members as texts, or pairs of members, in an order that both servers share.</summary>
    public static IEnumerable<string> Sorted(RespNode reply, bool pairs) =>
        (pairs || reply.Kind == '%' ? reply.Items.Chunk(2).Select(pair => string.Join(" => ", pair.AsEnumerable())) : reply.Items.Select(item => item.ToString()))
        .Order(StringComparer.Ordinal);
}
