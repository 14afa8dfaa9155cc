using Pkv.Persistence.Format;
using Pkv.Persistence.Recovery;
using Pkv.Persistence.Segments;
using Xunit;

namespace Pkv.Tests.Persistence.Corruption;

/// <summary>Whole segments that are wiped, exchanged, or replaced by older ones are named, whatever their own checksums say.</summary>
public sealed unsafe class SegmentLossTests : IDisposable
{
    private readonly PoolImage _image = new();

    public void Dispose() => _image.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_segment_that_became_zeros(bool isSealed)
    {
        Segment segment = _image.WriteSegment(1, isSealed, "one", "two");
        _image.Edit(_image.HeaderAt(segment.Slot), new byte[PoolHeader.SlotBytes]);
        AssertDamaged(SlotDecision.Gone, segment.Slot);
    }

    [Fact]
    public void A_header_that_became_free_keeps_its_records_in_a_salvage()
    {
        Segment segment = _image.WriteSegment(1, seal: true, "one", "two");
        _image.Edit(_image.HeaderAt(segment.Slot), SegmentHeader.MagicFree);
        AssertDamaged(SlotDecision.MagicDamaged, segment.Slot, "1:one", "2:two");
    }

    [Fact]
    public void An_older_copy_of_a_sealed_segment()
    {
        Segment segment = _image.WriteSegment(1, seal: false, "one");
        byte[] old = SlotBytes(segment.Slot);
        _image.Write(segment, 2, "two");
        _image.Pool.Seal(segment);
        _image.Edit(_image.HeaderAt(segment.Slot), old);
        AssertDamaged(SlotDecision.SealGone, segment.Slot, "1:one");
    }

    [Fact]
    public void A_segment_of_an_earlier_life_of_the_slot()
    {
        Segment first = _image.WriteSegment(1, seal: true, "old");
        byte[] old = SlotBytes(first.Slot);
        Free(first);
        // While the slot is free: what was deleted is back.
        _image.Edit(_image.HeaderAt(first.Slot), old);
        AssertDamaged(SlotDecision.FreedIsBack, first.Slot);
        _image.TakeBack();
        Segment second = _image.WriteSegment(2, seal: true, "new");
        Assert.Equal(first.Slot, second.Slot);
        _image.Edit(_image.HeaderAt(first.Slot), old);
        AssertDamaged(SlotDecision.Older, first.Slot);
    }

    [Fact]
    public void Two_segments_that_were_exchanged()
    {
        Segment one = _image.WriteSegment(1, seal: true, "one"), two = _image.WriteSegment(2, seal: true, "two");
        byte[] bytes = SlotBytes(one.Slot);
        _image.Edit(_image.HeaderAt(one.Slot), SlotBytes(two.Slot));
        _image.Edit(_image.HeaderAt(two.Slot), bytes);
        (List<string> found, PoolScanner scanner) = _image.Scan();
        Assert.Empty(found);
        Assert.Equal([(0, SlotDecision.HeaderDamaged), (1, SlotDecision.HeaderDamaged)], scanner.Damages.Select(d => (d.Slot, d.What)));
    }

    [Fact]
    public void A_segment_of_another_pool()
    {
        using PoolImage other = new();
        Segment theirs = other.WriteSegment(1, seal: true, "theirs");
        Segment ours = _image.WriteSegment(1, seal: true, "ours");
        Assert.Equal((ours.Slot, ours.Generation), (theirs.Slot, theirs.Generation));
        _image.Edit(_image.HeaderAt(ours.Slot), other.Medium.All.Slice((int)other.HeaderAt(ours.Slot), PoolHeader.SlotBytes));
        AssertDamaged(SlotDecision.HeaderDamaged, ours.Slot);
        // In a slot where nothing can be, it is nothing.
        _image.TakeBack();
        _image.Edit(_image.HeaderAt(3), other.Medium.All.Slice((int)other.HeaderAt(0), PoolHeader.SlotBytes));
        (List<string> found, PoolScanner scanner) = _image.Scan();
        Assert.Equal(["1:ours"], found);
        Assert.Empty(scanner.Damages);
    }

    [Fact]
    public void A_segment_of_two_slots_put_back_over_one_that_is_in_use()
    {
        Segment large = _image.Pool.TryOpen(5_000_000)!;
        _image.Write(large, 1, "large");
        _image.Pool.Seal(large);
        byte[] header = SlotBytes(large.Slot);
        ulong word = _image.Pool.Directory.Raw(large.Slot);
        Free(large);
        _image.WriteSegment(2, seal: true, "first");
        Segment inner = _image.WriteSegment(3, seal: true, "second");
        Assert.Equal(large.Slot + 1, inner.Slot);
        // Even with the word of its time.
        _image.Edit(_image.HeaderAt(large.Slot), header);
        _image.Edit(_image.WordAt(large.Slot), word);
        (_, PoolScanner scanner) = _image.Scan();
        Assert.Contains((inner.Slot, SlotDecision.TwoOwners), scanner.Damages.Select(d => (d.Slot, d.What)));
        (_, PoolScanner next) = _image.RepairAndScan(scanner);
        Assert.Empty(next.Damages);
    }

    [Fact]
    public void A_pool_header_from_before_the_pool_grew()
    {
        byte[] header = _image.Medium.All[..128].ToArray();
        for (ulong i = 1; i <= 5; i++)
            _image.WriteSegment(i, seal: true, $"r{i}");
        _image.Edit(0, header);
        (List<string> found, PoolScanner scanner) = _image.Scan();
        Assert.Equal(["1:r1", "2:r2", "3:r3", "4:r4"], found);
        Assert.Equal((4, SlotDecision.BehindTheEnd), (scanner.Damages[0].Slot, Assert.Single(scanner.Damages).What));
        (_, PoolScanner next) = _image.RepairAndScan(scanner);
        Assert.Empty(next.Damages);
        // What lies behind must not come back when the pool grows over it.
        _image.Pool.TryOpen(5_000_000);
        Assert.Empty(_image.Scan().Scanner.Damages);
        Assert.Equal(["1:r1", "2:r2", "3:r3", "4:r4"], _image.Scan().Found);
    }

    [Fact]
    public void Many_entries_wiped_in_an_open_segment_are_damage_when_one_behind_them_counts_them()
    {
        Segment segment = _image.Pool.TryOpen(1_000_000)!;
        const int before = 6000;
        for (ulong i = 1; i <= before; i++)
            _image.Write(segment, i * 2, "x", commit: i % 1000 == 0);
        _image.Write(segment, before * 2 + 2, "behind");
        _image.Edit((byte*)segment.EntryAt(before - 1) - _image.Medium.Base, new byte[(before - 10) * 32]);
        (List<string> found, PoolScanner scanner) = _image.Scan();
        Assert.Equal(11, found.Count);
        Assert.StartsWith($"commit entries 10 to {before - 1} of {before} durable ones", Assert.Single(scanner.Damages).What);
        (found, scanner) = _image.RepairAndScan(scanner);
        Assert.Equal((11, 0), (found.Count, scanner.Damages.Count));
    }

    [Fact]
    public void A_seal_whose_flips_fit_each_other_does_not_cost_the_records()
    {
        Segment segment = _image.WriteSegment(1, seal: true, "one", "two");
        _image.Edit(_image.HeaderAt(segment.Slot) + 48, PoolHeader.PackSlots(2 + (1 << 22)));
        AssertDamaged(SlotDecision.SealDamaged, segment.Slot, "1:one", "2:two");
        _image.TakeBack();
        _image.Edit(_image.HeaderAt(segment.Slot) + 48, PoolHeader.PackSlots(2 + (1 << 13)));
        AssertDamaged(SlotDecision.SealDamaged, segment.Slot, "1:one", "2:two");
    }

    [Fact]
    public void Bytes_made_to_look_like_entries_of_megabytes_do_not_hold_up_the_scan()
    {
        Segment segment = _image.Pool.TryOpen(100)!;
        _image.Write(segment, 1, "one");
        CommitEntry* forged = segment.EntryAt(1);
        for (int i = 1; i < 100_000; i++)
            *forged-- = new CommitEntry { Offset = 64, Length = 1_000_000, Sequence = 9 };
        (List<string> found, PoolScanner scanner) = _image.Scan();
        Assert.Equal(["1:one"], found);
        Assert.Empty(scanner.Damages);
    }

    private byte[] SlotBytes(int slot) => _image.Medium.All.Slice((int)_image.HeaderAt(slot), PoolHeader.SlotBytes).ToArray();

    private void Free(Segment segment)
    {
        Assert.True(_image.Pool.TryRetire(segment));
        _image.Pool.Reclaim();
        Assert.Equal(SegmentState.Free, segment.State);
    }

    private void AssertDamaged(string what, int slot, params string[] kept)
    {
        (List<string> found, PoolScanner scanner) = _image.Scan();
        Assert.Equal((slot, what), (scanner.Damages[0].Slot, Assert.Single(scanner.Damages).What));
        Assert.Equal(kept, found);
        byte[] pool = _image.Medium.All.ToArray();
        (found, scanner) = _image.RepairAndScan(scanner);
        Assert.Empty(scanner.Damages);
        Assert.Equal(kept, found);
        // The image is used again, as it was.
        pool.CopyTo(_image.Medium.All);
    }
}
