using Pkv.Engine.Commands.Collections;
using Pkv.Engine.Commands.SortedSets.Algebra;
using Pkv.Engine.Commands.SortedSets.Ranges;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Resp;

namespace Pkv.Engine.Commands.SortedSets;

/// <summary>
/// The commands of sorted sets; contains those for single members, ZCARD and ZSCAN. Source: redis.io/commands; texts and
/// order of checks compared with Redis 7.0.
/// </summary>
internal static unsafe class SortedSetCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("zcard", &Count);
        bindings.Bind("zscore", &Score);
        bindings.Bind("zmscore", &Scores);
        bindings.Bind("zrank", &Rank);
        bindings.Bind("zrevrank", &ReverseRank);
        bindings.Bind("zscan", &Scan);
        AddCommands.Bind(bindings);
        RemoveCommands.Bind(bindings);
        RangeCommands.Bind(bindings);
        PopCommands.Bind(bindings);
        BlockingPops.Bind(bindings);
        RandomMembers.Bind(bindings);
        AlgebraCommands.Bind(bindings);
    }

    private static void Count(CommandContext context)
    {
        if (context.Collections.TryRead(1, ValueKind.SortedSet, out Collection* set))
            context.Reply.Integer(set == null ? 0 : set->Count);
    }

    private static void Score(CommandContext context)
    {
        if (context.Collections.TryRead(1, ValueKind.SortedSet, out Collection* set))
            TellScore(context, set, 2);
    }

    private static void Scores(CommandContext context)
    {
        if (!context.Collections.TryRead(1, ValueKind.SortedSet, out Collection* set))
            return;
        context.Reply.Array(context.ArgCount - 2);
        for (int i = 2; i < context.ArgCount; i++)
        {
            TellScore(context, set, i);
            context.Breathe(i);
        }
    }

    private static void TellScore(CommandContext context, Collection* set, int memberArg)
    {
        if (TryFind(context, set, memberArg, out double score))
            context.Reply.Double(score);
        else
            context.Reply.Null();
    }

    private static void Rank(CommandContext context) => TellRank(context, isReversed: false);

    private static void ReverseRank(CommandContext context) => TellRank(context, isReversed: true);

    private static void TellRank(CommandContext context, bool isReversed)
    {
        if (!context.Collections.TryRead(1, ValueKind.SortedSet, out Collection* set))
            return;
        if (!TryFind(context, set, 2, out double score))
        {
            context.Reply.Null();
            return;
        }
        Arg* member = context.Args.Items + 2;
        uint rank = SortedSetValue.RankOf(set, context.PoolBase, score, member->Data, member->Length);
        context.Reply.Integer(isReversed ? set->Count - 1 - rank : rank);
    }

    // What Redis would hold in one piece has whole scores as integers, which are told by all their digits.
    private static void Scan(CommandContext context)
    {
        bool exists = context.Find(context.KeyAt(1), out Entry entry, touch: false);
        bool isCompact = exists && entry.Kind == ValueKind.SortedSet && ValueEncoding.IsCompact(context, entry.Collection);
        ElementScan.Run(context, ValueKind.SortedSet, 2, isCompact ? &TellPacked : &TellScanned);
    }

    private static void TellPacked(CommandContext context, byte* bulk)
    {
        const double packedMax = long.MaxValue / 2;
        double score = ElementBulk.ScoreOf(bulk);
        if (score != Math.Floor(score) || Math.Abs(score) > packedMax)
        {
            TellScanned(context, bulk);
            return;
        }
        context.Reply.StoredBulk(bulk);
        context.Reply.BulkInteger((long)score);
    }

    // Not RESP3's double: SCAN's elements are strings.
    private static void TellScanned(CommandContext context, byte* bulk)
    {
        byte* text = stackalloc byte[Doubles.MaxBytes];
        context.Reply.StoredBulk(bulk);
        context.Reply.Bulk(new ReadOnlySpan<byte>(text, (int)(Doubles.Write(text, ElementBulk.ScoreOf(bulk)) - text)));
    }

    private static bool TryFind(CommandContext context, Collection* set, int memberArg, out double score)
    {
        Arg* member = context.Args.Items + memberArg;
        score = 0;
        return set != null && SortedSetValue.TryFind(set, context.PoolBase, member->Data, member->Length, out score, out _);
    }
}
