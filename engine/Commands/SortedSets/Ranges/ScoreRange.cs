using Pkv.Engine.Keyspace.Collections;
using Pkv.Resp;

namespace Pkv.Engine.Commands.SortedSets.Ranges;

/// <summary>
/// A range of scores as commands specify it: "1" (inclusive), "(1" (exclusive), "-inf", "+inf". Source:
/// redis.io/commands/zrangebyscore.
/// </summary>
internal readonly struct ScoreRange
{
    private readonly double _min;
    private readonly double _max;
    private readonly bool _leavesMin;
    private readonly bool _leavesMax;

    private ScoreRange(double min, bool leavesMin, double max, bool leavesMax) =>
        (_min, _leavesMin, _max, _leavesMax) = (min, leavesMin, max, leavesMax);

    /// <summary>What is told to who gives no range.</summary>
    public static ReadOnlySpan<byte> Error => "ERR min or max is not a float"u8;

    public static bool TryParse(ReadOnlySpan<byte> min, ReadOnlySpan<byte> max, out ScoreRange range)
    {
        range = default;
        if (!TryParseBound(min, out double least, out bool leavesMin) || !TryParseBound(max, out double most, out bool leavesMax))
            return false;
        range = new ScoreRange(least, leavesMin, most, leavesMax);
        return true;
    }

    /// <summary>The ranks of the elements in the range.</summary>
    public unsafe RankRange In(Collection* set) =>
        new(SortedSetValue.CountBelow(set, _min, included: _leavesMin), SortedSetValue.CountBelow(set, _max, included: !_leavesMax));

    private static bool TryParseBound(ReadOnlySpan<byte> text, out double bound, out bool isLeft)
    {
        isLeft = text.Length > 0 && text[0] == '(';
        return Doubles.TryParseBound(isLeft ? text[1..] : text, out bound);
    }
}
