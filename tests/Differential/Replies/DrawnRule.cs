using Pkv.Tests.Support;

namespace Pkv.Tests.Differential.Replies;

/// <summary>
/// Members drawn by chance (SRANDMEMBER, HRANDFIELD, ZRANDMEMBER, RANDOMKEY): both replies have the same form, and each
/// server's members are among those that it holds, each once when the count is not negative.
/// </summary>
/// <param name="all">The command that tells all members; null for all keys.</param>
/// <param name="option">The option that brings values along.</param>
public sealed class DrawnRule(string[] all, string option = "") : ReplyRule
{
    /// <inheritdoc/>
    public override bool IsByChance => true;

    /// <inheritdoc/>
    public override string[]? Probe(string[] arguments) =>
        [.. all.Select(word => word == "key" ? arguments.ElementAtOrDefault(1) ?? "" : word)];

    /// <inheritdoc/>
    public override ReplyRule ProbeRule => option == "WITHSCORES" ? Scores : AnyOrder;

    /// <inheritdoc/>
    public override bool Agree(string[] arguments, Answer pkv, Answer redis)
    {
        if (redis.Reply.IsError || redis.Reply.IsNull)
            return pkv.Reply.Equals(redis.Reply);
        return Answer.SameForm(pkv.Reply, redis.Reply) && IsDrawnFrom(arguments, pkv) && IsDrawnFrom(arguments, redis);
    }

    private bool IsDrawnFrom(string[] arguments, Answer answer)
    {
        if (answer.Probe is not { IsError: false } held)
            return true;
        bool withValues = arguments.Any(argument => option.Length > 0 && argument.Equals(option, StringComparison.OrdinalIgnoreCase));
        string[] drawn = Names(answer.Reply, withValues), members = Names(held, isPaired: option.Length > 0);
        // Without values in the reply the values of what is held do not count.
        if (option.Length > 0 && !withValues)
            members = [.. Answer.Leaves(held).Where((_, i) => i % 2 == 0)];
        bool mayRepeat = arguments.Length > 2 && arguments[2].StartsWith('-');
        return drawn.All(members.ToHashSet().Contains) && (mayRepeat || drawn.Distinct().Count() == drawn.Length);
    }

    private static string[] Names(RespNode reply, bool isPaired) =>
        isPaired ? [.. Answer.Leaves(reply).Chunk(2).Select(pair => string.Join('\n', pair))] : [.. Answer.Leaves(reply)];
}
