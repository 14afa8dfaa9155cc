using System.Diagnostics;

namespace Pkv.Engine.Keyspace.Collections;

/// <summary>Looks into sorted sets. Ranks count from the lowest score.</summary>
public static unsafe class SortedSetValue
{
    /// <summary>The member's score and bulk string. False: it is not one.</summary>
    public static bool TryFind(Collection* set, byte* pool, byte* member, int length, out double score, out byte* bulk)
    {
        Debug.Assert(set->Kind == ValueKind.SortedSet, "what is looked into as a sorted set is one");
        Element* element = set->Members.Find(Probe.OfHash(member, length, pool));
        bulk = element == null ? null : element->Bulk(pool);
        score = element == null ? 0 : ElementBulk.ScoreOf(bulk);
        return element != null;
    }

    /// <summary>The score of the element at a cursor of <see cref="Collection.Elements"/>.</summary>
    public static double ScoreOf(in ElementCursor cursor, byte* pool) =>
        // Both zeros are one in order; the text tells which it is.
        cursor.Key == SortKeys.ZeroScore ? ElementBulk.ScoreOf(cursor.Bulk(pool)) : SortKeys.ToScore(cursor.Key);

    /// <summary>The rank of a member that has this score.</summary>
    public static uint RankOf(Collection* set, byte* pool, double score, byte* member, int length) =>
        set->Elements.RankOf(Probe.Of(SortKeys.FromScore(score), member, length, pool));

    /// <summary>Elements with a score below this, or with <paramref name="included"/> not above it.</summary>
    public static uint CountBelow(Collection* set, double score, bool included)
    {
        Debug.Assert(set->Kind == ValueKind.SortedSet, "what is looked into as a sorted set is one");
        ulong key = SortKeys.FromScore(score);
        if (included && key == ulong.MaxValue)
            return set->Count;
        return set->Elements.RankOf(Probe.OfLeast(included ? key + 1 : key));
    }

    /// <summary>Elements before these bytes, or with <paramref name="included"/> not behind them, where all scores are those of the first one.</summary>
    public static uint CountBelowLex(Collection* set, byte* pool, byte* member, int length, bool included)
    {
        if (set->Count == 0)
            return 0;
        ulong key = new ElementCursor(set->Elements).Key;
        Probe probe = Probe.Of(key, member, length, pool);
        uint rank = set->Elements.RankOf(probe);
        return included && set->Elements.Find(probe) != null ? rank + 1 : rank;
    }
}
