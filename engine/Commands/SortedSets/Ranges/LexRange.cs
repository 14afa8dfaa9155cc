using Pkv.Engine.Keyspace.Collections;
using Pkv.Resp;

namespace Pkv.Engine.Commands.SortedSets.Ranges;

/// <summary>
/// A lexicographical range of members, which must all have the same score. Otherwise the result is unspecified, but for
/// small sets it is that of Redis, which walks them. Source: redis.io/commands/zrangebylex.
/// </summary>
internal readonly ref struct LexRange
{
    /// <summary>Redis keeps a sorted set in one piece (zset-max-listpack-entries) up to so many elements, and walks it.</summary>
    private const uint WalkedMax = 128;

    private readonly LexBound _min;
    private readonly LexBound _max;

    private LexRange(LexBound min, LexBound max)
    {
        _min = min;
        _max = max;
    }

    /// <summary>What is told to who gives no range.</summary>
    public static ReadOnlySpan<byte> Error => "ERR min or max not valid string range item"u8;

    public static bool TryParse(ReadOnlySpan<byte> min, ReadOnlySpan<byte> max, out LexRange range)
    {
        bool isRange = LexBound.TryParse(min, out LexBound least) & LexBound.TryParse(max, out LexBound most);
        range = new LexRange(least, most);
        return isRange;
    }

    /// <summary>The ranks of the elements in the range.</summary>
    public unsafe RankRange In(Collection* set, byte* pool, bool isReversed)
    {
        if (IsEmpty)
            return default;
        if (set->Count <= WalkedMax)
            return !MayHold(set, pool) ? default : isReversed ? WalkBack(set, pool) : Walk(set, pool);
        return new RankRange(CountBefore(set, pool, _min, _min.IsLeft), CountBefore(set, pool, _max, !_max.IsLeft));
    }

    private bool IsEmpty
    {
        get
        {
            if (_min.At != _max.At)
                return _min.At > _max.At;
            int order = _min.Bytes.SequenceCompareTo(_max.Bytes);
            return order > 0 || (order == 0 && (_min.IsLeft || _max.IsLeft));
        }
    }

    // Redis's look at both ends before it walks.
    private unsafe bool MayHold(Collection* set, byte* pool) =>
        set->Count > 0 && _min.Begins(Member(new ElementCursor(set->Elements, set->Count - 1), pool)) && _max.Ends(Member(new ElementCursor(set->Elements), pool));

    private static unsafe long CountBefore(Collection* set, byte* pool, LexBound bound, bool included)
    {
        if (bound.At != LexBound.Place.AtBytes)
            return bound.At == LexBound.Place.BeforeAll ? 0 : set->Count;
        fixed (byte* data = bound.Bytes)
        {
            byte nothing;
            return SortedSetValue.CountBelowLex(set, pool, data == null ? &nothing : data, bound.Bytes.Length, included);
        }
    }

    private unsafe RankRange Walk(Collection* set, byte* pool)
    {
        long first = 0;
        ElementCursor at = new(set->Elements);
        for (; at.IsValid && !_min.Begins(Member(at, pool)); at.MoveNext())
            first++;
        long end = first;
        for (; at.IsValid && _max.Ends(Member(at, pool)); at.MoveNext())
            end++;
        return new RankRange(first, end);
    }

    private unsafe RankRange WalkBack(Collection* set, byte* pool)
    {
        long end = set->Count;
        ElementCursor at = new(set->Elements, end - 1);
        for (; at.IsValid && !_max.Ends(Member(at, pool)); at.MovePrevious())
            end--;
        long first = end;
        for (; at.IsValid && _min.Begins(Member(at, pool)); at.MovePrevious())
            first--;
        return new RankRange(first, end);
    }

    private static unsafe ReadOnlySpan<byte> Member(in ElementCursor at, byte* pool)
    {
        byte* data = BulkString.Data(at.Bulk(pool), out int length);
        return new ReadOnlySpan<byte>(data, length);
    }
}
