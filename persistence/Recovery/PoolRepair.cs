using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;

namespace Pkv.Persistence.Recovery;

/// <summary>
/// After a salvage: marks lost data as lost, so that the next start finds a sound pool. It changes only what the scan
/// reported. A crash in between leaves the remaining damage, which is then reported again.
/// </summary>
internal sealed unsafe class PoolRepair(Pool pool)
{
    public void Apply(ScanFindings findings)
    {
        foreach ((Segment segment, int first, int count) in findings.LostEntries)
        {
            for (int i = first; i < first + count; i++)
                VoidEntry.Write(pool.Medium, segment, i);
            segment.IsDamaged = false;
        }
        foreach (Segment segment in findings.WrongHeaders)
        {
            if (((SegmentHeader*)segment.Base)->Magic != SegmentHeader.MagicUsed)
                SegmentHeaders.WriteMagicUsed(pool.Medium, (SegmentHeader*)segment.Base);
        }
        // Recovery seals again what it kept.
        foreach (Segment segment in findings.WrongSeals)
            SegmentHeaders.WriteUnsealed(pool.Medium, segment);
        // From now on any segment in these slots is newer than the content of the slots and of their words.
        ulong next = pool.NextGeneration;
        foreach (int slot in findings.WrongWords.Concat(findings.LostSlots))
        {
            if (slot >= pool.Slots || pool.SegmentAt(pool.SlotBase(slot))?.Slot != slot)
                pool.Directory.Set(slot, DirectoryWord.Absent(OwnerOf(slot)?.Generation ?? next));
        }
        // Including those after the pool's end, because the pool may grow over them.
        foreach (int slot in findings.LostSlots.Concat(findings.WrongWords.Where(s => s >= pool.Slots)))
        {
            byte* start = pool.SlotBase(slot);
            if (OwnerOf(slot) is null && start + SegmentHeader.SizeBytes <= pool.Medium.Base + pool.Medium.BackedBytes)
                SegmentHeaders.WriteFree(pool.Medium, start);
        }
    }

    private Segment? OwnerOf(int slot) => slot < pool.Slots ? pool.SegmentAt(pool.SlotBase(slot)) : null;
}
