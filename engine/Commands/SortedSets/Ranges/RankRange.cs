namespace Pkv.Engine.Commands.SortedSets.Ranges;

/// <summary>
/// The elements of a sorted set from one rank up to, but not including, another. Empty if the end is not after the start.
/// </summary>
internal readonly record struct RankRange(long First, long End)
{
    public long Count => Math.Max(0, End - First);

    /// <summary>
    /// The ranks that two indexes tell, as they stand in commands: both included, negative ones counted from the end.
    /// </summary>
    public static RankRange Of(long start, long stop, long size)
    {
        if (start < 0)
            start = Math.Max(0, start + size);
        if (stop < 0)
            stop += size;
        return start > stop || start >= size ? default : new RankRange(start, Math.Min(stop, size - 1) + 1);
    }

    /// <summary>The same elements seen from the other end of a set of this size.</summary>
    public RankRange Mirrored(long size) => Count == 0 ? default : new RankRange(size - End, size - First);

    /// <summary>
    /// What LIMIT leaves of it: the first ones are left out, those from the end backwards when it is read so, then so many taken.
    /// A negative offset leaves nothing, a negative count all.
    /// </summary>
    public RankRange Limited(long offset, long count, bool isReversed)
    {
        if (offset < 0 || offset >= Count)
            return default;
        long taken = count < 0 ? Count - offset : Math.Min(count, Count - offset);
        return isReversed ? new RankRange(End - offset - taken, End - offset) : new RankRange(First + offset, First + offset + taken);
    }
}
