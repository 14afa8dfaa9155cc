using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;

namespace Pkv.Persistence.Recovery;

/// <summary>Walks the slots of a pool and determines from headers and directory which segments exist. Changes nothing.</summary>
internal sealed unsafe class SlotReader(Pool pool, ScanFindings findings)
{
    private readonly long _published = PoolFile.PublishedSlots(pool.Medium);

    /// <summary>Segments whose entries are to be scanned, in slot order.</summary>
    public List<Segment> Segments { get; } = [];

    /// <summary>Segments that the server was freeing when it stopped.</summary>
    public List<Segment> BeingFreed { get; } = [];

    public void Read()
    {
        for (int slot = 0; slot < pool.Slots;)
            slot += ReadSlot(slot);
        // The directory covers every slot ever used: a pool header that counts fewer is an older copy.
        int end = Math.Min(pool.Slots, SegmentDirectory.Reach);
        for (int slot = pool.Directory.NextWritten(end); slot < SegmentDirectory.Reach; slot = pool.Directory.NextWritten(slot + 1))
        {
            if (StateOf(slot, out DirectoryWord _) == WordState.Present)
                findings.AddWord(pool, slot, SlotDecision.BehindTheEnd);
        }
    }

    private int ReadSlot(int slot)
    {
        SegmentHeader* header = (SegmentHeader*)pool.SlotBase(slot);
        pool.Medium.Load((byte*)header, SegmentHeader.SizeBytes);
        bool isSound = IsSound(header, slot);
        WordState state = StateOf(slot, out DirectoryWord word);
        if (state == WordState.Damaged)
            findings.AddWord(pool, slot, SlotDecision.WordDamaged);
        SlotDecision decision = SlotDecision.Of(header->Magic, isSound, header->Generation, state, word);
        Segment? segment = decision.Outcome == SlotOutcome.Free ? null
            : new Segment(slot, (int)header->Slots, (byte*)header, header->Salt, header->Generation);
        if (decision.Damage is { } damage)
            findings.AddHeader(pool, slot, segment, damage);
        if (segment is null)
            return 1;
        CheckInnerSlots(segment);
        if (decision.Outcome == SlotOutcome.BeingFreed)
            BeingFreed.Add(segment);
        else
        {
            Segments.Add(segment);
            if (SlotDecision.SealDamage(header->SealedEntries, state, word) is { } seal)
                findings.AddSeal(pool, segment, seal);
        }
        return segment.Slots;
    }

    // The slots after the first belong to this segment alone: anything in them had been freed before it was opened.
    private void CheckInnerSlots(Segment segment)
    {
        for (int slot = segment.Slot + 1; slot < segment.Slot + segment.Slots; slot++)
        {
            WordState state = StateOf(slot, out DirectoryWord word);
            if (state == WordState.Damaged)
                findings.AddWord(pool, slot, SlotDecision.WordDamaged);
            else if (state == WordState.Present || (state == WordState.Absent && word.Generation > segment.Generation))
                findings.AddWord(pool, slot, SlotDecision.TwoOwners);
        }
    }

    private WordState StateOf(int slot, out DirectoryWord word)
    {
        word = default;
        if (slot >= SegmentDirectory.Reach)
            return WordState.None;
        ulong raw = pool.Directory.Raw(slot);
        // On media that need a sync the last slots may have come without their words.
        if (raw == 0 && slot >= _published)
            return WordState.Absent;
        if (!DirectoryWord.TryUnpack(slot, raw, out word))
            return WordState.Damaged;
        return word.IsPresent ? WordState.Present : WordState.Absent;
    }

    private bool IsSound(SegmentHeader* header, int slot) =>
        header->Checksum == SegmentHeader.ComputeChecksum(header) && header->PoolId == pool.PoolId && header->Index == slot
        && PoolHeader.IsRead(header->Version) && header->Slots >= 1 && slot + (long)header->Slots <= pool.Slots;
}
