using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Resp;

namespace Pkv.Engine.Commands.SortedSets.Algebra;

/// <summary>
/// Union, intersection and difference of sorted sets and sets. The result takes 32 bytes for each member, and nothing else
/// grows with the sets. Scores are added in Redis's order, from the smallest set to the largest, so that sums agree to the
/// last bit.
/// </summary>
internal static unsafe class SortedSetAlgebra
{
    /// <summary>The members that any set has, in no order.</summary>
    public static ScoredMembers Unite(CommandContext context, Span<AlgebraSource> sources, ScoreAggregate aggregate)
    {
        byte* pool = context.PoolBase;
        long step = 0;
        SortBySize(sources);
        ScoredMembers found = ScoredMembers.Begin(sources[^1].Count, isIndexed: true, context);
        foreach (ref readonly AlgebraSource source in sources)
        {
            for (ElementCursor at = Begin(source); at.IsValid; at.MoveNext())
            {
                at.PrefetchLeaf(pool);
                context.Breathe(step++);
                byte* bulk = at.Bulk(pool), data = BulkString.Data(bulk, out int length);
                double score = Weighted(source, ScoreOf(source, bulk));
                ScoredMembers.Item* before = found.Find(at.Key, data, length);
                if (before == null)
                    found.Add(at.Key, data, length, score);
                else
                    before->Score = Joined(before->Score, score, aggregate);
            }
        }
        return found;
    }

    /// <summary>The members that all sets have.</summary>
    public static ScoredMembers Intersect(CommandContext context, Span<AlgebraSource> sources, ScoreAggregate aggregate)
    {
        byte* pool = context.PoolBase;
        long step = 0;
        SortBySize(sources);
        ScoredMembers found = ScoredMembers.Begin(0, isIndexed: false);
        for (ElementCursor at = Begin(sources[0]); at.IsValid; at.MoveNext())
        {
            context.Breathe(step++);
            byte* bulk = at.Bulk(pool), data = BulkString.Data(bulk, out int length);
            double own = ScoreOf(sources[0], bulk), score = Weighted(sources[0], own);
            if (InAllOthers(sources, at.Key, data, length, own, aggregate, ref score, pool))
                found.Add(at.Key, data, length, score);
        }
        return found;
    }

    /// <summary>How many members all sets have, up to a limit (0: all).</summary>
    public static long CountCommon(CommandContext context, Span<AlgebraSource> sources, long limit)
    {
        byte* pool = context.PoolBase;
        long step = 0;
        SortBySize(sources);
        long count = 0;
        for (ElementCursor at = Begin(sources[0]); at.IsValid; at.MoveNext())
        {
            context.Breathe(step++);
            byte* data = BulkString.Data(at.Bulk(pool), out int length);
            double score = 0;
            if (InAllOthers(sources, at.Key, data, length, 0, ScoreAggregate.Max, ref score, pool) && ++count == limit)
                break;
        }
        return count;
    }

    /// <summary>The members of the first set that no other has, with their scores there.</summary>
    public static ScoredMembers Subtract(CommandContext context, ReadOnlySpan<AlgebraSource> sources)
    {
        byte* pool = context.PoolBase;
        long step = 0;
        ScoredMembers found = ScoredMembers.Begin(0, isIndexed: false);
        for (ElementCursor at = Begin(sources[0]); at.IsValid; at.MoveNext())
        {
            context.Breathe(step++);
            byte* bulk = at.Bulk(pool), data = BulkString.Data(bulk, out int length);
            bool isElsewhere = false;
            for (int i = 1; i < sources.Length && !isElsewhere; i++)
                isElsewhere = TryFind(sources[i], at.Key, data, length, out _, pool);
            if (!isElsewhere)
                found.Add(at.Key, data, length, ScoreOf(sources[0], bulk));
        }
        return found;
    }

    private static bool InAllOthers(
        ReadOnlySpan<AlgebraSource> sources, ulong hash, byte* data, int length, double own, ScoreAggregate aggregate, ref double score, byte* pool)
    {
        foreach (ref readonly AlgebraSource other in sources[1..])
        {
            double found = own;
            if (other.Value != sources[0].Value && !TryFind(other, hash, data, length, out found, pool))
                return false;
            score = Joined(score, found * other.Weight, aggregate);
        }
        return true;
    }

    // By hash, which is the order of a set and of a sorted set's index by member.
    private static ElementCursor Begin(in AlgebraSource source) =>
        source.Value == null ? default
        : source.Value->Kind == ValueKind.Set ? new ElementCursor(source.Value->Elements) : new ElementCursor(source.Value->Members);

    private static double ScoreOf(in AlgebraSource source, byte* bulk) => source.Value->Kind == ValueKind.Set ? 1 : ElementBulk.ScoreOf(bulk);

    private static bool TryFind(in AlgebraSource source, ulong hash, byte* data, int length, out double score, byte* pool)
    {
        score = 1;
        if (source.Value == null)
            return false;
        if (source.Value->Kind == ValueKind.Set)
            return SetValue.Find(source.Value, pool, hash, data, length) != null;
        Element* element = source.Value->Members.Find(Probe.Of(hash, data, length, pool));
        if (element == null)
            return false;
        score = ElementBulk.ScoreOf(element->Bulk(pool));
        return true;
    }

    // Infinity times zero counts as nothing.
    private static double Weighted(in AlgebraSource source, double score) => source.Weight * score is var product && double.IsNaN(product) ? 0 : product;

    private static double Joined(double score, double other, ScoreAggregate aggregate)
    {
        switch (aggregate)
        {
            case ScoreAggregate.Min:
                return other < score ? other : score;
            case ScoreAggregate.Max:
                return other > score ? other : score;
            default:
                double sum = score + other;
                return double.IsNaN(sum) ? 0 : sum;
        }
    }

    // Sets of one size stay in their order.
    private static void SortBySize(Span<AlgebraSource> sources)
    {
        for (int i = 1; i < sources.Length; i++)
        {
            AlgebraSource moved = sources[i];
            int at = i;
            for (; at > 0 && sources[at - 1].Count > moved.Count; at--)
                sources[at] = sources[at - 1];
            sources[at] = moved;
        }
    }
}
