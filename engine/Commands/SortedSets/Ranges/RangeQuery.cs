using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.SortedSets.Ranges;

/// <summary>How a range of a sorted set is specified.</summary>
internal enum RangeKind
{
    /// <summary>The options tell: BYSCORE, BYLEX, or neither.</summary>
    Auto,
    Rank,
    Score,
    Lex,
}

/// <summary>
/// The arguments of ZRANGE, ZRANGESTORE and the older variants. Order of checks and texts of Redis 7.0. Source:
/// redis.io/commands/zrange.
/// </summary>
internal ref struct RangeQuery
{
    private RangeKind _kind;
    private long _start;
    private long _stop;
    private long _offset;
    private long _limit;
    private ScoreRange _scores;
    private LexRange _members;

    /// <summary>By ranks: how many elements it asks for is known before they are looked at.</summary>
    public readonly bool IsByRank => _kind == RangeKind.Rank;

    /// <summary>From the highest score down.</summary>
    public bool IsReversed { get; private set; }

    public bool WithScores { get; private set; }

    /// <summary>
    /// Reads the arguments from the one behind the set's key on. False: they are wrong and the client has been told.
    /// </summary>
    /// <param name="context">The command.</param>
    /// <param name="first">The first bound's argument.</param>
    /// <param name="kind">What the command's name tells.</param>
    /// <param name="isReversed">Null: the options tell.</param>
    /// <param name="isStore">Scores are no matter of choice.</param>
    /// <param name="query">What is asked for.</param>
    public static bool TryRead(CommandContext context, int first, RangeKind kind, bool? isReversed, bool isStore, out RangeQuery query)
    {
        query = new RangeQuery { _kind = kind, IsReversed = isReversed ?? false, _limit = -1 };
        for (int i = first + 2; i < context.ArgCount; i++)
        {
            ReadOnlySpan<byte> option = context.Arg(i);
            if (!isStore && OptionWord.Is(option, "WITHSCORES"u8))
                query.WithScores = true;
            else if (OptionWord.Is(option, "LIMIT"u8) && i + 2 < context.ArgCount)
            {
                if (!TryReadInteger(context, ++i, out query._offset) || !TryReadInteger(context, ++i, out query._limit))
                    return false;
            }
            else if (isReversed is null && !query.IsReversed && OptionWord.Is(option, "REV"u8))
                query.IsReversed = true;
            else if (query._kind == RangeKind.Auto && OptionWord.Is(option, "BYLEX"u8))
                query._kind = RangeKind.Lex;
            else if (query._kind == RangeKind.Auto && OptionWord.Is(option, "BYSCORE"u8))
                query._kind = RangeKind.Score;
            else
            {
                context.Reply.Error("ERR syntax error"u8);
                return false;
            }
        }
        if (query._kind == RangeKind.Auto)
            query._kind = RangeKind.Rank;
        return query.AreTogether(context) && query.TryReadBounds(context, first);
    }

    /// <summary>The ranks that it asks for.</summary>
    public readonly unsafe RankRange In(Collection* set, byte* pool)
    {
        if (_kind == RangeKind.Rank)
        {
            RankRange ranks = RankRange.Of(_start, _stop, set->Count);
            return IsReversed ? ranks.Mirrored(set->Count) : ranks;
        }
        RankRange all = _kind == RangeKind.Score ? _scores.In(set) : _members.In(set, pool, IsReversed);
        return all.Limited(_offset, _limit, IsReversed);
    }

    private readonly bool AreTogether(CommandContext context)
    {
        if (_limit != -1 && _kind == RangeKind.Rank)
            context.Reply.Error("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX"u8);
        else if (WithScores && _kind == RangeKind.Lex)
            context.Reply.Error("ERR syntax error, WITHSCORES not supported in combination with BYLEX"u8);
        else
            return true;
        return false;
    }

    // Backwards, the higher bound of scores and members comes first.
    private bool TryReadBounds(CommandContext context, int first)
    {
        if (_kind == RangeKind.Rank)
            return TryReadInteger(context, first, out _start) && TryReadInteger(context, first + 1, out _stop);
        ReadOnlySpan<byte> min = context.Arg(IsReversed ? first + 1 : first), max = context.Arg(IsReversed ? first : first + 1);
        if (_kind == RangeKind.Score)
        {
            if (ScoreRange.TryParse(min, max, out _scores))
                return true;
            context.Reply.Error(ScoreRange.Error);
            return false;
        }
        if (LexRange.TryParse(min, max, out _members))
            return true;
        context.Reply.Error(LexRange.Error);
        return false;
    }

    private static bool TryReadInteger(CommandContext context, int arg, out long value)
    {
        if (Integers.TryParse(context.Arg(arg), out value))
            return true;
        context.Reply.Error("ERR value is not an integer or out of range"u8);
        return false;
    }
}
