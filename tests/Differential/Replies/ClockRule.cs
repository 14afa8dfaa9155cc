using Pkv.Resp;

namespace Pkv.Tests.Differential.Replies;

/// <summary>Integers that may differ by what two clocks may: remaining times and points in time.</summary>
/// <param name="tolerance">By how much, in the unit of the reply.</param>
public sealed class ClockRule(long tolerance) : ReplyRule
{
    /// <inheritdoc/>
    public override bool Agree(string[] arguments, Answer pkv, Answer redis) =>
        pkv.Reply.Equals(redis.Reply)
        || (pkv.Reply.Kind == ':' && redis.Reply.Kind == ':' && pkv.Reply.Integer >= 0 && redis.Reply.Integer >= 0
            && Math.Abs(pkv.Reply.Integer - redis.Reply.Integer) <= tolerance);
}
