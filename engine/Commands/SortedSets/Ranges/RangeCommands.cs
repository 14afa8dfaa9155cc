using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Resp;

namespace Pkv.Engine.Commands.SortedSets.Ranges;

/// <summary>
/// ZRANGE and its variants, ZRANGESTORE, ZCOUNT, ZLEXCOUNT. Source: redis.io/commands; texts and order of checks compared
/// with Redis 7.0.
/// </summary>
internal static unsafe class RangeCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("zrange", &Range);
        bindings.Bind("zrevrange", &ReverseRange);
        bindings.Bind("zrangebyscore", &RangeByScore);
        bindings.Bind("zrevrangebyscore", &ReverseRangeByScore);
        bindings.Bind("zrangebylex", &RangeByLex);
        bindings.Bind("zrevrangebylex", &ReverseRangeByLex);
        bindings.Bind("zrangestore", &RangeStore);
        bindings.Bind("zcount", &CountScores);
        bindings.Bind("zlexcount", &CountMembers);
    }

    private static void Range(CommandContext context) => Tell(context, RangeKind.Auto, null);

    private static void ReverseRange(CommandContext context) => Tell(context, RangeKind.Rank, true);

    private static void RangeByScore(CommandContext context) => Tell(context, RangeKind.Score, false);

    private static void ReverseRangeByScore(CommandContext context) => Tell(context, RangeKind.Score, true);

    private static void RangeByLex(CommandContext context) => Tell(context, RangeKind.Lex, false);

    private static void ReverseRangeByLex(CommandContext context) => Tell(context, RangeKind.Lex, true);

    private static void Tell(CommandContext context, RangeKind kind, bool? isReversed)
    {
        if (!RangeQuery.TryRead(context, 2, kind, isReversed, isStore: false, out RangeQuery query)
            || !context.Collections.TryRead(1, ValueKind.SortedSet, out Collection* set))
            return;
        if (set == null)
            context.Reply.Array(0);
        else
            SortedSetReply.Range(context, set, query.In(set, context.PoolBase), query.IsReversed, query.WithScores);
    }

    private static void RangeStore(CommandContext context)
    {
        if (!RangeQuery.TryRead(context, 3, RangeKind.Auto, null, isStore: true, out RangeQuery query)
            || !context.Collections.TryRead(2, ValueKind.SortedSet, out Collection* set))
            return;
        ElementBatch batch = context.Collections.NewBatch();
        RankRange range = set == null ? default : query.In(set, context.PoolBase);
        ElementCursor at = range.Count == 0 ? default : new(set->Elements, query.IsReversed ? range.End - 1 : range.First);
        for (long left = range.Count; left > 0; left--)
        {
            byte* data = BulkString.Data(at.Bulk(context.PoolBase), out int length);
            batch.AddScored(SortedSetValue.ScoreOf(at, context.PoolBase), data, length);
            context.Breathe(left);
            if (query.IsReversed)
                at.MovePrevious();
            else
                at.MoveNext();
        }
        // A range whose size is known makes a large set at once.
        if (!query.IsByRank || range.Count <= context.Engine.Options.ZsetMaxListpackEntries)
            ZeroSign.Drop(context, null, batch);
        SortedSetStore.Replace(context, 1, batch, "zrangestore"u8);
    }

    private static void CountScores(CommandContext context)
    {
        if (!ScoreRange.TryParse(context.Arg(2), context.Arg(3), out ScoreRange range))
            context.Reply.Error(ScoreRange.Error);
        else if (context.Collections.TryRead(1, ValueKind.SortedSet, out Collection* set))
            context.Reply.Integer(set == null ? 0 : range.In(set).Count);
    }

    private static void CountMembers(CommandContext context)
    {
        if (!LexRange.TryParse(context.Arg(2), context.Arg(3), out LexRange range))
            context.Reply.Error(LexRange.Error);
        else if (context.Collections.TryRead(1, ValueKind.SortedSet, out Collection* set))
            context.Reply.Integer(set == null ? 0 : range.In(set, context.PoolBase, isReversed: false).Count);
    }
}
