using Pkv.Engine.Commands.SortedSets.Ranges;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Replies;

namespace Pkv.Engine.Commands.SortedSets;

/// <summary>
/// Elements as replies: members, or members and scores. With scores they are pairs in RESP3 and one flat array in RESP2.
/// </summary>
internal static unsafe class SortedSetReply
{
    /// <summary>The head of an array of so many elements.</summary>
    public static void Head(ReplyWriter reply, long count, bool withScores) =>
        reply.Array(withScores && !reply.Resp3 ? count * 2 : count);

    /// <summary>An element of that array.</summary>
    public static void Element(ReplyWriter reply, byte* bulk, double score, bool withScores)
    {
        if (withScores && reply.Resp3)
            reply.Array(2);
        reply.StoredBulk(bulk);
        if (withScores)
            reply.Double(score);
    }

    /// <summary>The elements of a range of ranks, forwards or backwards.</summary>
    public static void Range(CommandContext context, Collection* set, RankRange range, bool isReversed, bool withScores)
    {
        Head(context.Reply, range.Count, withScores);
        Elements(context, set, range, isReversed, withScores);
    }

    /// <summary>The same without the head.</summary>
    public static void Elements(CommandContext context, Collection* set, RankRange range, bool isReversed, bool withScores)
    {
        long left = range.Count;
        if (left == 0)
            return;
        ElementCursor at = new(set->Elements, isReversed ? range.End - 1 : range.First);
        while (true)
        {
            Element(context.Reply, at.Bulk(context.PoolBase), withScores ? SortedSetValue.ScoreOf(at, context.PoolBase) : 0, withScores);
            if (--left == 0)
                return;
            context.Breathe(left);
            if (isReversed)
                at.MovePrevious();
            else
                at.MoveNext();
        }
    }
}
