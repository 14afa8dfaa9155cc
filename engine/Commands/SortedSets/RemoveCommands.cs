using Pkv.Engine.Commands.SortedSets.Ranges;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Resp;

namespace Pkv.Engine.Commands.SortedSets;

/// <summary>
/// ZREM and ZREMRANGEBY…, logged as the members removed, or as the key's deletion. Source: redis.io/commands; texts and order of
/// checks compared with Redis 7.0.
/// </summary>
internal static unsafe class RemoveCommands
{
    private const int FirstMember = 2;

    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("zrem", &Remove);
        bindings.Bind("zremrangebyrank", &RemoveRanks);
        bindings.Bind("zremrangebyscore", &RemoveScores);
        bindings.Bind("zremrangebylex", &RemoveMembers);
    }

    private static void Remove(CommandContext context)
    {
        KeyRef key = context.KeyAt(1);
        if (!context.Collections.TryOpen(key, ValueKind.SortedSet, out Collection* set))
            return;
        ElementBatch batch = context.Collections.NewBatch();
        if (set != null)
            CollectPresent(context, set, batch);
        if (batch.Count == 0)
        {
            context.Reply.Integer(0);
            return;
        }
        uint before = set->Count;
        if (!context.Collections.Remove(key, set, batch))
            return;
        // Between turns only is a collection's memory given back: an emptied one can still be asked.
        uint left = set->Count;
        SortedSetStore.TellRemoved(context, key, "zrem"u8, left == 0);
        context.Reply.Integer(before - left);
    }

    // A member that is named twice may be named twice in the log, too: the second time it finds nothing.
    private static void CollectPresent(CommandContext context, Collection* set, ElementBatch batch)
    {
        for (int i = FirstMember; i < context.ArgCount; i++)
        {
            context.Breathe(i);
            Arg* member = context.Args.Items + i;
            if (SortedSetValue.TryFind(set, context.PoolBase, member->Data, member->Length, out _, out _))
                batch.Add(member->Data, member->Length);
        }
    }

    private static void RemoveRanks(CommandContext context)
    {
        if (!Integers.TryParse(context.Arg(2), out long start) || !Integers.TryParse(context.Arg(3), out long stop))
            context.Reply.Error("ERR value is not an integer or out of range"u8);
        else if (TryOpen(context, out Collection* set))
            RemoveRange(context, set, RankRange.Of(start, stop, set->Count), "zremrangebyrank"u8);
    }

    private static void RemoveScores(CommandContext context)
    {
        if (!ScoreRange.TryParse(context.Arg(2), context.Arg(3), out ScoreRange range))
            context.Reply.Error(ScoreRange.Error);
        else if (TryOpen(context, out Collection* set))
            RemoveRange(context, set, range.In(set), "zremrangebyscore"u8);
    }

    private static void RemoveMembers(CommandContext context)
    {
        if (!LexRange.TryParse(context.Arg(2), context.Arg(3), out LexRange range))
            context.Reply.Error(LexRange.Error);
        else if (TryOpen(context, out Collection* set))
            RemoveRange(context, set, range.In(set, context.PoolBase, isReversed: false), "zremrangebylex"u8);
    }

    // False: answered already, also that there is nothing.
    private static bool TryOpen(CommandContext context, out Collection* set)
    {
        if (!context.Collections.TryOpen(context.KeyAt(1), ValueKind.SortedSet, out set))
            return false;
        if (set != null)
            return true;
        context.Reply.Integer(0);
        return false;
    }

    private static void RemoveRange(CommandContext context, Collection* set, RankRange range, ReadOnlySpan<byte> happened)
    {
        if (range.Count == 0 || SortedSetStore.Remove(context, context.KeyAt(1), set, range, happened))
            context.Reply.Integer(range.Count);
    }
}
