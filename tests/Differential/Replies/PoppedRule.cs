using Pkv.Tests.Support;

namespace Pkv.Tests.Differential.Replies;

/// <summary>
/// SPOP: both sets were the same before, so what was taken and what is left are together the same on both servers, and
/// have nothing in common. Afterwards each server loses what the other popped.
/// </summary>
public sealed class PoppedRule : ReplyRule
{
    /// <inheritdoc/>
    public override bool IsByChance => true;

    /// <inheritdoc/>
    public override bool MustSettle => true;

    /// <inheritdoc/>
    public override string[]? Probe(string[] arguments) => ["SMEMBERS", arguments.ElementAtOrDefault(1) ?? ""];

    /// <inheritdoc/>
    public override bool Agree(string[] arguments, Answer pkv, Answer redis)
    {
        if (redis.Reply.IsError || redis.Reply.IsNull)
            return pkv.Reply.Equals(redis.Reply);
        if (!Answer.SameForm(pkv.Reply, redis.Reply))
            return false;
        return pkv.Probe is null || redis.Probe is null || Before(pkv) is { } one && Before(redis) is { } other && one.SetEquals(other);
    }

    /// <inheritdoc/>
    public override (string[] Pkv, string[] Redis)? Settle(string[] arguments, RespNode pkv, RespNode redis)
    {
        string[] here = [.. Answer.Leaves(pkv)], there = [.. Answer.Leaves(redis)];
        if (pkv.IsError || redis.IsError || here.Length == 0 || there.Length == 0)
            return null;
        return (["SREM", arguments[1], .. there], ["SREM", arguments[1], .. here]);
    }

    // The set before; null when a member was popped twice or is still there.
    private static HashSet<string>? Before(Answer answer)
    {
        string[] popped = [.. Answer.Leaves(answer.Reply)], left = [.. Answer.Leaves(answer.Probe!)];
        var before = new HashSet<string>(popped.Concat(left));
        return before.Count == popped.Length + left.Length ? before : null;
    }
}
