using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;

namespace Pkv.Persistence.Recovery;

/// <summary>
/// After a salvage: writes down as lost what is lost, so that the next start finds a sound pool. Only what the scan named
/// is touched. A crash in between leaves the rest of the damage, to be named again.
/// </summary>
internal sealed unsafe class PoolRepair(Pool pool)
{
    public void Apply(ScanFindings findings)
    {
        foreach ((Segment segment, int first, int count) in findings.LostEntries)
        {
            for (int i = first; i < first + count; i++)
                WriteVoid(segment, i);
            segment.IsDamaged = false;
        }
        foreach (Segment segment in findings.WrongHeaders)
            Correct(segment);
        // From now on any segment in these slots is a newer one than whatever lies, or was said to lie, in them.
        ulong next = pool.NextGeneration;
        foreach (int slot in findings.WrongWords.Concat(findings.LostSlots))
        {
            if (slot >= pool.Slots || pool.SegmentAt(pool.SlotBase(slot))?.Slot != slot)
                pool.Directory.Set(slot, DirectoryWord.Absent(OwnerOf(slot)?.Generation ?? next));
        }
        foreach (int slot in findings.LostSlots)
        {
            if (OwnerOf(slot) is null)
                SegmentHeaders.WriteFree(pool.Medium, pool.SlotBase(slot));
        }
    }

    private Segment? OwnerOf(int slot) => slot < pool.Slots ? pool.SegmentAt(pool.SlotBase(slot)) : null;

    // Magic first, then seal: it is counted anew when recovery seals what it kept.
    private void Correct(Segment segment)
    {
        SegmentHeader* header = (SegmentHeader*)segment.Base;
        if (header->Magic != SegmentHeader.MagicUsed)
            SegmentHeaders.WriteMagicUsed(pool.Medium, header);
        if (!PoolHeader.TryUnpackSlots(header->SealedEntries, out _))
            SegmentHeaders.WriteUnsealed(pool.Medium, header);
    }

    // An entry of no bytes: valid, and stands for nothing.
    private void WriteVoid(Segment segment, int index)
    {
        CommitEntry* entry = segment.EntryAt(index);
        *entry = default;
        entry->Checksum = Crc32C.Append(segment.Salt, (byte*)entry, CommitEntry.ChecksummedBytes);
        PoolFile.Persist(pool.Medium, (byte*)entry, CommitEntry.SizeBytes);
    }
}
