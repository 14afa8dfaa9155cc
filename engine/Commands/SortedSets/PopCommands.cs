using Pkv.Engine.Commands.SortedSets.Ranges;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Replies;
using Pkv.Resp;

namespace Pkv.Engine.Commands.SortedSets;

/// <summary>
/// ZPOPMIN, ZPOPMAX, ZMPOP. Logged as the members removed. Source: redis.io/commands; texts, order of checks and the shapes of
/// replies compared with Redis 7.0.
/// </summary>
internal static unsafe class PopCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("zpopmin", &PopLowest);
        bindings.Bind("zpopmax", &PopHighest);
        bindings.Bind("zmpop", &PopFirst);
    }

    private static void PopLowest(CommandContext context) => Pop(context, isHighest: false);

    private static void PopHighest(CommandContext context) => Pop(context, isHighest: true);

    private static void Pop(CommandContext context, bool isHighest)
    {
        long count = 1;
        bool hasCount = context.ArgCount == 3;
        if (context.ArgCount > 3)
        {
            context.Reply.Error("ERR syntax error"u8);
            return;
        }
        if (hasCount && !TryReadCount(context, 2, 0, "ERR value is out of range, must be positive"u8, out count))
            return;
        KeyRef key = context.KeyAt(1);
        if (!context.Collections.TryOpen(key, ValueKind.SortedSet, out Collection* set))
            return;
        if (set == null || count == 0)
            context.Reply.Array(0);
        else
            Take(context, key, set, isHighest, count, hasCount && context.Reply.Resp3 ? PopReply.Pairs : PopReply.Flat);
    }

    private static void PopFirst(CommandContext context)
    {
        if (!PopQuery.TryRead(context, 1, out PopQuery query))
            return;
        for (int i = query.FirstKey; i < query.FirstKey + query.Keys; i++)
        {
            KeyRef key = context.KeyAt(i);
            if (!context.Collections.TryOpen(key, ValueKind.SortedSet, out Collection* set))
                return;
            if (set == null)
                continue;
            Take(context, key, set, query.IsHighest, query.Count, PopReply.KeyAndPairs);
            return;
        }
        context.Reply.NullArray();
    }

    /// <summary>Removes so many elements from an end, or all there are, and replies with them.</summary>
    public static void Take(CommandContext context, in KeyRef key, Collection* set, bool isHighest, long count, PopReply shape)
    {
        ReplyWriter reply = context.Reply;
        int length = reply.Output.Length, slices = reply.Output.SliceCount;
        count = Math.Min(count, set->Count);
        RankRange range = isHighest ? new RankRange(set->Count - count, set->Count) : new RankRange(0, count);
        WriteHead(reply, key, count, shape);
        WriteElements(context, set, range, isHighest, isNested: shape is PopReply.Pairs or PopReply.KeyAndPairs);
        if (SortedSetStore.Remove(context, key, set, range, isHighest ? "zpopmax"u8 : "zpopmin"u8))
            return;
        reply.Output.Truncate(length, slices);
        context.OutOfMemory();
    }

    private static void WriteHead(ReplyWriter reply, in KeyRef key, long count, PopReply shape)
    {
        switch (shape)
        {
            case PopReply.Flat:
                reply.Array(count * 2);
                break;
            case PopReply.Pairs:
                reply.Array(count);
                break;
            case PopReply.KeyAndFlat:
                reply.Array(count * 2 + 1);
                reply.Bulk(key.Span);
                break;
            default:
                reply.Array(2);
                reply.Bulk(key.Span);
                reply.Array(count);
                break;
        }
    }

    private static void WriteElements(CommandContext context, Collection* set, RankRange range, bool isReversed, bool isNested)
    {
        ElementCursor at = new(set->Elements, isReversed ? range.End - 1 : range.First);
        for (long left = range.Count; left > 0; left--)
        {
            if (isNested)
                context.Reply.Array(2);
            context.Reply.StoredBulk(at.Bulk(context.PoolBase));
            context.Reply.Double(SortedSetValue.ScoreOf(at, context.PoolBase));
            if (isReversed)
                at.MovePrevious();
            else
                at.MoveNext();
        }
    }

    /// <summary>Reads a count that is at least <paramref name="min"/>. False: the client has been told.</summary>
    public static bool TryReadCount(CommandContext context, int arg, long min, ReadOnlySpan<byte> error, out long count)
    {
        if (Integers.TryParse(context.Arg(arg), out count) && count >= min)
            return true;
        context.Reply.Error(error);
        return false;
    }
}
