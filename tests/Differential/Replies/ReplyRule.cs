using Pkv.Tests.Support;

namespace Pkv.Tests.Differential.Replies;

/// <summary>
/// What the replies of two servers to the same command must have in common. This one: every byte. The others leave open
/// only what Redis leaves open.
/// </summary>
public class ReplyRule
{
    /// <summary>Every byte.</summary>
    public static ReplyRule Exact { get; } = new();

    /// <summary>The same members in any order; of maps the same pairs.</summary>
    public static ReplyRule AnyOrder { get; } = new AnyOrderRule(pairs: false);

    /// <summary>Names and values in turn: the same pairs in any order.</summary>
    public static ReplyRule PairsInAnyOrder { get; } = new AnyOrderRule(pairs: true);

    /// <summary>The same kind of reply with as many members: for what each server says of itself.</summary>
    public static ReplyRule SameKind { get; } = new SameKindRule();

    /// <summary>Every byte but the signs of scores that are zero.</summary>
    public static ReplyRule Scores { get; } = new ScoreRule();

    /// <summary>Whether replies must be looked at although they are the same.</summary>
    public virtual bool IsByChance => false;

    /// <summary>Whether the command changes the two servers differently, so that they must be brought together again.</summary>
    public virtual bool MustSettle => false;

    /// <summary>A command to ask after this one, so that its reply can be judged; or null.</summary>
    public virtual string[]? Probe(string[] arguments) => null;

    /// <summary>What the replies to the probe must have in common.</summary>
    public virtual ReplyRule ProbeRule => AnyOrder;

    /// <summary>Whether two answers say the same.</summary>
    /// <param name="arguments">The command.</param>
    /// <param name="pkv">Pkv's answer.</param>
    /// <param name="redis">The answer of redis-server.</param>
    public virtual bool Agree(string[] arguments, Answer pkv, Answer redis) => pkv.Reply.Equals(redis.Reply);

    /// <summary>What each server must be told so that both hold the same again; null when they do.</summary>
    public virtual (string[] Pkv, string[] Redis)? Settle(string[] arguments, RespNode pkv, RespNode redis) => null;
}
