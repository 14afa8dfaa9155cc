using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Differential.Replies;
using Pkv.Tests.Support;

namespace Pkv.Tests.Differential.Running;

/// <summary>One connection's transaction as its replies tell of it: what EXEC brings is judged by the rules of what was queued.</summary>
public sealed class Transaction
{
    private readonly List<Step> _queued = [];

    /// <summary>Between MULTI and its end.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>A command was queued that changes the two servers differently: from here on they may differ.</summary>
    public bool IsUnsettled { get; private set; }

    /// <summary>Whether two answers say the same; keeps account of the transaction.</summary>
    public bool Agree(Step step, Answer pkv, Answer redis)
    {
        if (!IsOpen)
        {
            IsOpen = step.Is("MULTI") && IsStatus(redis.Reply, "OK");
            return step.Rule.Agree(step.Arguments, pkv, redis);
        }

        if (IsStatus(pkv.Reply, "QUEUED") && IsStatus(redis.Reply, "QUEUED"))
        {
            IsUnsettled |= step.Rule.MustSettle;
            _queued.Add(step);
            return true;
        }

        if (step.Is("EXEC") && redis.Reply is { Kind: '*', IsNull: false } && pkv.Reply.Kind == '*' && pkv.Reply.Items.Count == redis.Reply.Items.Count
            && redis.Reply.Items.Count == _queued.Count)
            return Close(AgreeEach(pkv.Reply.Items, redis.Reply.Items));
        bool isOver = (step.Is("EXEC") && (redis.Reply.IsNull || redis.Reply.Kind == '*' || redis.Reply.Text.StartsWith("EXECABORT", StringComparison.Ordinal)))
            || (step.Is("DISCARD") && IsStatus(redis.Reply, "OK"));
        bool alike = pkv.Reply.Equals(redis.Reply);
        return isOver ? Close(alike) : alike;
    }

    private bool AgreeEach(IReadOnlyList<RespNode> pkv, IReadOnlyList<RespNode> redis)
    {
        for (int i = 0; i < _queued.Count; i++)
        {
            bool isProbed = i + 1 < _queued.Count && _queued[i + 1].IsProbe;
            if (!_queued[i].Rule.Agree(
                _queued[i].Arguments, new Answer(pkv[i], isProbed ? pkv[i + 1] : null), new Answer(redis[i], isProbed ? redis[i + 1] : null)))
                return false;
        }

        return true;
    }

    private bool Close(bool alike)
    {
        IsOpen = false;
        _queued.Clear();
        return alike;
    }

    private static bool IsStatus(RespNode reply, string text) => reply.Kind == '+' && reply.Text == text;
}
