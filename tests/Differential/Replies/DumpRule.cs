namespace Pkv.Tests.Differential.Replies;

/// <summary>DUMP: payloads differ, and of streams Pkv makes none yet.</summary>
public sealed class DumpRule : ReplyRule
{
    /// <inheritdoc/>
    public override bool Agree(string[] arguments, Answer pkv, Answer redis) =>
        pkv.Reply.Text == "ERR streams cannot be dumped yet" ? redis.Reply is { Kind: '$', IsNull: false } : SameKind.Agree(arguments, pkv, redis);
}
