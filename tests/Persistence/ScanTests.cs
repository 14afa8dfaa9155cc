using Pkv.Persistence.Format;
using Pkv.Persistence.Log;
using Pkv.Persistence.Recovery;
using Pkv.Persistence.Segments;
using Xunit;

namespace Pkv.Tests.Persistence;

/// <summary>What the scan makes of a log: a torn tail is cut, damage before it is told with its place, a transaction is whole or nothing.</summary>
public sealed unsafe class ScanTests : IDisposable
{
    private readonly LogBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void What_was_committed_is_found_in_order_and_what_was_only_noted_is_not()
    {
        AppendLog other = new(_bench.Pool);
        _bench.Note(3, "c");
        _bench.Note(other, 1, "a");
        _bench.Note(2, "b");
        _bench.Log.Commit(1);
        _bench.Note(4, "noted");
        Assert.Equal(["1:a", "2:b", "3:c"], _bench.Reopen(out PoolScanner scanner));
        Assert.Empty(scanner.Damages);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_last_entry_is_cut_when_torn_for_nobody_vouched_for_it(bool inRecord)
    {
        Segment segment = WriteOneByOne("one", "two", "three");
        Flip(segment, 2, inRecord);
        Assert.Equal(["1:one", "2:two"], _bench.Reopen(out PoolScanner scanner));
        Assert.Empty(scanner.Damages);
        // And the second start finds the same.
        Assert.Equal(["1:one", "2:two"], _bench.Reopen(out scanner));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    public void An_entry_that_a_later_one_vouched_for_is_damage_and_the_rest_is_kept(int index, bool inRecord)
    {
        string[] records = ["one", "two", "three"];
        Segment segment = WriteOneByOne(records);
        Flip(segment, index, inRecord);
        long place = (byte*)segment.EntryAt(index) - _bench.Pool.Medium.Base;
        List<string> found = _bench.Reopen(out PoolScanner scanner);
        PoolDamage damage = Assert.Single(scanner.Damages);
        Assert.Equal((segment.Slot, place, 32L), (damage.Slot, damage.Offset, damage.Bytes));
        Assert.Contains($"commit entry {index} of 2 durable ones", damage.ToString());
        Assert.Equal(records.Select((r, i) => $"{i + 1}:{r}").Where((_, i) => i != index), found);
    }

    [Fact]
    public void A_sealed_segment_vouches_for_its_last_entry()
    {
        Segment segment = WriteOneByOne("one", "two", "three");
        _bench.Append.Close();
        Flip(segment, 2, inRecord: true);
        Assert.Equal(["1:one", "2:two"], _bench.Reopen(out PoolScanner scanner));
        Assert.Contains("commit entry 2 of 3 durable ones", Assert.Single(scanner.Damages).ToString());
    }

    [Fact]
    public void All_entries_of_a_sealed_segment_wiped_is_damage_however_many_there_were()
    {
        for (ulong i = 1; i <= 5000; i++)
        {
            _bench.Note(i * 2, "x");
            if (i % 100 == 0)
                _bench.Log.Commit(1);
        }
        Segment segment = _bench.Append.Current!;
        _bench.Append.Close();
        new Span<byte>(segment.EntryAt(4999), 5000 * 32).Clear();
        Assert.Empty(_bench.Reopen(out PoolScanner scanner));
        Assert.Contains("commit entries 0 to 4999 of 5000", Assert.Single(scanner.Damages).ToString());
    }

    [Fact]
    public void A_damaged_segment_header_is_damage()
    {
        Segment segment = WriteOneByOne("one");
        ((SegmentHeader*)segment.Base)->Generation ^= 1;
        Assert.Empty(_bench.Reopen(out PoolScanner scanner));
        Assert.Contains($"segment {segment.Slot}", Assert.Single(scanner.Damages).ToString());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(40)]
    public void A_transaction_in_several_pieces_is_recovered_whole_or_not_at_all(int pieces)
    {
        for (int lost = -1; lost < pieces; lost++)
        {
            using LogBench bench = new();
            AppendLog[] logs = [new(bench.Pool), new(bench.Pool)];
            bench.Note(logs[0], 1, "before");
            bench.Log.Commit(1);
            bench.Log.BeginTransaction();
            (Segment Segment, int Index)[] places = new (Segment, int)[pieces];
            for (int i = 0; i < pieces; i++)
            {
                Segment segment = bench.Note(logs[i % 2], (ulong)(10 + i * 2), $"piece{i}");
                places[i] = (segment, segment.EntryCount + segment.PromisedEntries - 1);
            }
            bench.Log.EndTransaction();
            bench.Note(logs[1], 1000, "behind");
            bench.Log.Commit(1);
            // A piece that a crash tears is of the writer's last batch: nothing comes after it.
            if (lost < 0)
            {
                bench.Note(logs[0], 2000, "after");
                bench.Log.Commit(1);
            }
            else
                places[lost].Segment.EntryAt(places[lost].Index)->Checksum ^= 1;
            List<string> found = bench.Reopen(out _);
            string[] whole = [.. Enumerable.Range(0, pieces).Select(i => $"{10 + i * 2}:piece{i}")];
            Assert.Equal(lost < 0 ? whole : [], found.Where(f => f.Contains("piece")));
            Assert.Contains("1:before", found);
            if (lost < 0)
                Assert.Equal(["1000:behind", "2000:after"], found[^2..]);
            // Nor does what the start has sealed vouch for it at the next one.
            bench.Pool.Recovery.Seal();
            Assert.Equal(found, bench.Reopen(out _));
        }
    }

    [Fact]
    public void A_transaction_whose_segment_was_freed_in_part_keeps_the_rest()
    {
        using LogBench bench = new();
        AppendLog[] logs = [new(bench.Pool), new(bench.Pool)];
        bench.Log.BeginTransaction();
        Segment freed = bench.Note(logs[0], 10, "piece0");
        bench.Note(logs[1], 11, "piece1");
        bench.Log.EndTransaction();
        bench.Log.Commit(1);
        bench.Note(logs[1], 20, "after");
        bench.Log.Commit(1);
        // What the first piece wrote is dead, its segment is free: the second piece is attested by what follows it.
        bench.Pool.Directory.BeginRelease(freed);
        ((SegmentHeader*)freed.Base)->Magic = SegmentHeader.MagicFree;
        Assert.Equal(["11:piece1", "20:after"], bench.Reopen(out PoolScanner scanner));
        Assert.Empty(scanner.Damages);
    }

    [Fact]
    public void The_merge_orders_all_segments_by_number_then_writer_and_takes_unsorted_ones()
    {
        Random random = new(3);
        for (int round = 0; round < 200; round++)
        {
            RecoveredEntry[][] segments = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ =>
                Enumerable.Range(0, random.Next(0, 30)).Select(_ => Entry((ulong)random.Next(60), random.Next(3), EntryFlags.None)).ToArray())];
            var expected = segments.SelectMany(s => s).Select(e => (e.Sequence, e.Writer)).Order();
            Assert.Equal(expected, EntryMerge.Merge([.. segments.Select(s => s.ToArray())]).Select(e => (e.Sequence, e.Writer)));
        }
    }

    [Fact]
    public void A_beginning_without_its_end_is_dropped_even_when_the_next_life_goes_on_behind_it()
    {
        RecoveredEntry[] torn = [Entry(1, 0, EntryFlags.Continued)];
        RecoveredEntry[] next = [Entry(100, 0, EntryFlags.None), Entry(101, 1, EntryFlags.None), Entry(102, 0, EntryFlags.Continuation | (EntryFlags)(1 << 3))];
        Assert.Equal([100UL, 101UL], EntryMerge.Merge([torn, next]).Select(e => e.Sequence));
        RecoveredEntry[] whole = [Entry(1, 0, EntryFlags.Continued), Entry(2, 1, EntryFlags.None), Entry(3, 0, EntryFlags.Continuation | (EntryFlags)(1 << 3))];
        Assert.Equal([1UL, 2UL, 3UL], EntryMerge.Merge([whole]).Select(e => e.Sequence));
    }

    private static RecoveredEntry Entry(ulong sequence, int writer, EntryFlags flags) => new() { Sequence = sequence, Flags = flags | (EntryFlags)(writer << 8) };

    private Segment WriteOneByOne(params string[] records)
    {
        Segment? segment = null;
        for (int i = 0; i < records.Length; i++)
        {
            segment = _bench.Note((ulong)i + 1, records[i]);
            _bench.Log.Commit(1);
        }
        return segment!;
    }

    private static void Flip(Segment segment, int index, bool inRecord)
    {
        CommitEntry* entry = segment.EntryAt(index);
        if (inRecord)
            segment.Base[entry->Offset] ^= 4;
        else
            entry->Sequence ^= 1 << 20;
    }
}
