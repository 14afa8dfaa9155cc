using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Differential.Running;
using Pkv.Tests.Support;

namespace Pkv.Tests.Differential.Replies;

/// <summary>
/// RESTORE of what DUMP says of another key. In the place of the payload stands the word <see cref="Own"/> or
/// <see cref="Foreign"/> and the key: each server restores its own payload, or that of the other.
/// </summary>
public sealed class RestoreRule : SoloRule
{
    /// <summary>Before a key: each server's own payload.</summary>
    public const string Own = "DUMP ";

    /// <summary>Before a key: the other server's payload.</summary>
    public const string Foreign = "DUMP OF THE OTHER ";

    /// <inheritdoc/>
    public override string? Run(Step step, Conversation conversation)
    {
        int at = Array.FindIndex(step.Arguments, argument => argument.StartsWith(Own, StringComparison.Ordinal));
        if (at < 0)
            return conversation.Call(step with { Rule = Exact }, out _, out _);
        bool isForeign = step.Arguments[at].StartsWith(Foreign, StringComparison.Ordinal);
        string key = step.Arguments[at][(isForeign ? Foreign : Own).Length..];
        if (conversation.Call(step with { Arguments = ["DUMP", key], Rule = SameKind }, out RespNode pkv, out RespNode redis) is { } difference)
            return difference;
        if (pkv.Kind != '$' || pkv.IsNull)
            return null;
        string[] here = [.. step.Arguments], there = [.. step.Arguments];
        (here[at], there[at]) = isForeign ? (redis.Text, pkv.Text) : (pkv.Text, redis.Text);
        return conversation.CallEach(step with { Rule = Exact }, here, there);
    }
}
