namespace Pkv.Tests.Differential.Replies;

/// <summary>Both an error of the same text, or both no error and alike in kind and count.</summary>
internal sealed class SameKindRule : ReplyRule
{
    /// <inheritdoc/>
    public override bool Agree(string[] arguments, Answer pkv, Answer redis) =>
        redis.Reply.IsError ? pkv.Reply.Equals(redis.Reply)
            : pkv.Reply.Kind == redis.Reply.Kind && pkv.Reply.IsNull == redis.Reply.IsNull && pkv.Reply.Items.Count == redis.Reply.Items.Count;
}
