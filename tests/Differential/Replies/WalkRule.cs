using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Differential.Running;
using Pkv.Tests.Support;

namespace Pkv.Tests.Differential.Replies;

/// <summary>A walk with a cursor up to its end: what it brought is the same as a set, with as many turns and repetitions as each server likes.</summary>
/// <param name="cursorAt">Which argument the cursor is.</param>
/// <param name="pairs">Whether names come with values.</param>
/// <param name="scores">Whether the values are scores: Redis writes the same one in two ways, by how it holds the set.</param>
public sealed class WalkRule(int cursorAt, bool pairs, bool scores = false) : SoloRule
{
    private const int TurnsMax = 100_000;

    // The form of the replies that a transaction brings: cursors are each server's own.
    private static readonly ReplyRule _oneTurn = SameKind;

    /// <inheritdoc/>
    public override string? Run(Step step, Conversation conversation)
    {
        if (conversation.Call(step with { Rule = _oneTurn }, out RespNode pkv, out RespNode redis) is { } difference)
            return difference;
        if (redis.Items.Count != 2 || pkv.Items.Count != 2)
            return pkv.Equals(redis) ? null : Conversation.Told(step, pkv, redis);
        string[] here = Walked(step.Arguments, pkv, conversation.Pkv), there = Walked(step.Arguments, redis, conversation.Redis);
        return here.SequenceEqual(there) ? null
            : $"{step}, walked to the end\n  redis alone: {string.Join(", ", there.Except(here))}\n  pkv alone:   {string.Join(", ", here.Except(there))}";
    }

    private string[] Walked(string[] arguments, RespNode turn, ServerLink server)
    {
        var found = new HashSet<string>();
        string[] next = [.. arguments];
        for (int turns = 0; ; turns++)
        {
            found.UnionWith(AnyOrderRule.Sorted(scores ? ScoreRule.AsNumbers(turn.Items[1]) : turn.Items[1], pairs));
            next[cursorAt] = turn.Items[0].Text;
            if (next[cursorAt] == "0")
                return [.. found.Order(StringComparer.Ordinal)];
            if (turns == TurnsMax)
                return ["a walk without end"];
            turn = server.Call(next);
            if (turn.Items.Count != 2)
                return [$"{string.Join(' ', next)}: {turn}"];
        }
    }
}
