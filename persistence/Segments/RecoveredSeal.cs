using Pkv.Persistence.Format;
using Pkv.Persistence.Recovery;

namespace Pkv.Persistence.Segments;

/// <summary>Writes the result of a recovery to the medium.</summary>
internal static unsafe class RecoveredSeal
{
    /// <summary>
    /// Replay is through: what recovery kept is made durable and attested in the headers of segments that were open, so
    /// that the next start neither takes it for torn nor finds what was cut. The directory then tells of it all.
    /// </summary>
    /// <param name="pool">The pool.</param>
    /// <param name="beingFreed">Segments that were being freed when the server stopped.</param>
    /// <param name="dropped">Entries of transactions that are not whole.</param>
    /// <param name="cut">Segments whose headers count entries that were cut: they no longer do, before anything takes their place.</param>
    /// <returns>False: the device refused; nothing is attested.</returns>
    public static bool Write(Pool pool, List<Segment> beingFreed, List<(Segment Segment, int Index)> dropped, List<Segment> cut)
    {
        PoolFile.Upgrade(pool.Medium);
        foreach ((Segment segment, int index) in dropped)
            VoidEntry.Write(pool.Medium, segment, index);
        foreach (Segment segment in beingFreed)
            SegmentHeaders.WriteFreed(pool.Medium, segment);
        pool.Directory.Complete(pool.Slots);
        if (pool.Medium.Sync() != 0)
            return false;
        List<Segment> segments = pool.Snapshot();
        foreach (Segment segment in segments)
        {
            if (segment.SealedEntries < segment.EntryCount || cut.Contains(segment) || ((SegmentHeader*)segment.Base)->SealedEntries == 0)
                SegmentHeaders.WriteSealed(pool.Medium, segment);
        }
        if (pool.Medium.Sync() != 0)
            return false;
        segments.ForEach(s => pool.Directory.Confirm(s, isSealed: true));
        beingFreed.ForEach(pool.Directory.EndRelease);
        return true;
    }
}
