using Pkv.Engine.Commands.Collections;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Table;

namespace Pkv.Engine.Commands.SortedSets;

/// <summary>ZRANDMEMBER. Source: redis.io/commands/zrandmember; texts and order of checks compared with Redis 7.0.</summary>
internal static unsafe class RandomMembers
{
    public static void Bind(CommandBindings bindings) => bindings.Bind("zrandmember", &Tell);

    private static void Tell(CommandContext context)
    {
        if (context.ArgCount > 2)
        {
            TellSeveral(context);
            return;
        }
        if (!context.Collections.TryRead(1, ValueKind.SortedSet, out Collection* set))
            return;
        if (set == null)
            context.Reply.Null();
        else
            context.Reply.StoredBulk(RandomElements.One(context, set));
    }

    private static void TellSeveral(CommandContext context)
    {
        if (!RandomCount.TryRead(context, 2, out RandomCount count))
            return;
        bool withScores = context.ArgCount == 4 && OptionWord.Is(context.Arg(3), "WITHSCORES"u8);
        if (context.ArgCount > 3 && !withScores)
        {
            context.Reply.Error("ERR syntax error"u8);
            return;
        }
        if (withScores && count.Count > long.MaxValue / 2)
        {
            context.Reply.Error("ERR value is out of range"u8);
            return;
        }
        if (!context.Collections.TryRead(1, ValueKind.SortedSet, out Collection* set))
            return;
        if (set == null || count.Count == 0)
            context.Reply.Array(0);
        else if (count.IsDistinct)
            TellDistinct(context, set, count.Count, withScores);
        else
            TellDraws(context, set, count.Count, withScores);
    }

    private static void TellDistinct(CommandContext context, Collection* set, long count, bool withScores)
    {
        BulkList found = BulkList.Found;
        RandomElements.Distinct(context, set, count, found);
        SortedSetReply.Head(context.Reply, found.Count, withScores);
        for (int i = 0; i < found.Count; i++)
        {
            SortedSetReply.Element(context.Reply, found[i], withScores ? ElementBulk.ScoreOf(found[i]) : 0, withScores);
            context.Breathe(i);
        }
    }

    private static void TellDraws(CommandContext context, Collection* set, long count, bool withScores)
    {
        SortedSetReply.Head(context.Reply, count, withScores);
        // More than a reply can hold: dispatch refuses it.
        for (long i = 0; i < count && !context.Reply.Output.Overflowed; i++)
        {
            byte* bulk = RandomElements.One(context, set);
            SortedSetReply.Element(context.Reply, bulk, withScores ? ElementBulk.ScoreOf(bulk) : 0, withScores);
            context.Breathe(i);
        }
    }
}
