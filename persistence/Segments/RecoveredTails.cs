using Pkv.Persistence.Format;
using Pkv.Persistence.Media;

namespace Pkv.Persistence.Segments;

/// <summary>
/// After recovery, appends again to segments that were not full, so that a crash costs the pool no space. If every start
/// began with new segments and left its own half filled, a pool in which every slot is used could never be cleaned again:
/// the cleaner had its last slot open when it was killed.
/// </summary>
internal static unsafe class RecoveredTails
{
    // With less free than this a segment is not worth a log of its own.
    private const uint MinFreeBytes = 4096;

    /// <summary>
    /// Reopens the segments with the most room, at most <paramref name="count"/> of them, the roomiest first. Their headers tell
    /// durably of all their entries (<see cref="RecoveredSeal"/> has succeeded); entries behind those are of batches that were
    /// cut: they carry valid checksums, and would count again as soon as the gap before them is filled, so they are wiped
    /// first. Before the pool is used.
    /// </summary>
    public static List<Segment> Reopen(Pool pool, int count)
    {
        List<Segment> roomiest = [.. pool.Snapshot()
            .Where(s => s.State == SegmentState.Sealed && !s.IsDamaged && s.SealedEntries == s.EntryCount && !s.IsEmptied && !s.HasOpenRun && s.FreeBytes >= MinFreeBytes)
            .OrderByDescending(s => s.FreeBytes).Take(count)];
        foreach (Segment segment in roomiest)
            WipeTail(pool.Medium, segment);
        pool.Medium.Drain();
        if (pool.Medium.Sync() != 0)
            return [];
        roomiest.ForEach(pool.Reopen);
        return roomiest;
    }

    // Only what is not zero is written: of a file, blocks that were never used stay so.
    private static void WipeTail(IMedium medium, Segment segment)
    {
        byte* at = segment.Base + segment.Tail;
        byte* end = segment.Base + segment.Bytes - (long)segment.EntryCount * CommitEntry.SizeBytes;
        while (at < end)
        {
            int bytes = (int)Math.Min(4096, end - at);
            Span<byte> block = new(at, bytes);
            if (block.IndexOfAnyExcept((byte)0) >= 0)
            {
                block.Clear();
                medium.Flush(at, (nuint)bytes);
            }
            at += bytes;
        }
    }
}
