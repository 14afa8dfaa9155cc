using Pkv.Persistence.Format;
using Pkv.Persistence.Log;
using Pkv.Persistence.Recovery;
using Pkv.Persistence.Segments;
using Xunit;

namespace Pkv.Tests.Persistence;

/// <summary>What the scan makes of the cleaner's marks: copies of a victim that was not done are cut, one that was done is known to be.</summary>
public sealed unsafe class CleanerMarkTests : IDisposable
{
    private readonly LogBench _bench = new();
    private readonly AppendLog _survivors;
    private readonly Segment _victim;

    public CleanerMarkTests()
    {
        _victim = _bench.Note(1, "original");
        _survivors = new AppendLog(_bench.Pool, keepsSpare: false);
        _bench.Note(_survivors, 2, "value");
        _bench.Log.Commit(1);
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Copies_of_a_victim_that_is_there_are_cut(bool inSeveralBatches, bool isSealed)
    {
        Mark(CleanerMark.Run, _victim.Generation);
        Copy(inSeveralBatches);
        if (isSealed)
            _survivors.Close();
        Assert.Equal(["1:original", "2:value"], _bench.Reopen(out PoolScanner scanner));
        Assert.Empty(scanner.Damages);
        Assert.Equal(0, scanner.TornEntries);
        Segment survivors = _bench.Pool.Snapshot().Single(s => s.Slot != _victim.Slot);
        Assert.Equal((1, int.MaxValue), (survivors.EntryCount, survivors.RunStart));
        // Their room can be used again, and what was cut does not come back, whatever is left of it.
        Assert.True(_bench.Pool.Recovery.Seal());
        Assert.Equal(2, _bench.Pool.Recovery.Reopen(2).Count);
        Assert.Equal(["1:original", "2:value"], _bench.Reopen(out scanner));
        Assert.Empty(scanner.Damages);
    }

    [Fact]
    public void A_run_of_which_only_a_later_batch_is_left_is_no_damage()
    {
        Mark(CleanerMark.Run, _victim.Generation);
        Copy(inSeveralBatches: true);
        Segment survivors = _survivors.Current!;
        new Span<byte>(survivors.EntryAt(2), CommitEntry.SizeBytes).Clear();
        Assert.Equal(["1:original", "2:value"], _bench.Reopen(out PoolScanner scanner));
        Assert.Empty(scanner.Damages);
    }

    [Fact]
    public void Copies_of_a_victim_that_is_gone_stay()
    {
        Mark(CleanerMark.Run, _victim.Generation + 100);
        Copy(inSeveralBatches: true);
        Assert.Equal(["1:original", "2:value", "3:copy", "5:copy"], _bench.Reopen(out _));
    }

    [Fact]
    public void What_another_mark_ends_stays()
    {
        Mark(CleanerMark.Run, _victim.Generation);
        Copy(inSeveralBatches: false);
        Mark(CleanerMark.Run, 0);
        _bench.Note(_survivors, 9, "behind");
        _bench.Log.Commit(1);
        Assert.Equal(["1:original", "2:value", "3:copy", "5:copy", "9:behind"], _bench.Reopen(out _));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_victim_is_done_if_all_that_its_copies_rely_on_is_there(uint entries, bool isDone)
    {
        AppendLog other = new(_bench.Pool, keepsSpare: false);
        ulong relied = _bench.Note(other, 7, "elsewhere").Generation;
        Mark(CleanerMark.Run, _victim.Generation);
        Copy(inSeveralBatches: false);
        Assert.True(_bench.Log.TryMark(_survivors.Current!, CleanerMark.Relies, relied, entries));
        Mark(CleanerMark.Emptied, _victim.Generation);
        _bench.Log.Commit(1);
        Assert.Equal(["1:original", "2:value", "3:copy", "5:copy", "7:elsewhere"], _bench.Reopen(out _));
        _bench.Pool.Recovery.NoteEmptied(static _ => 0);
        Assert.Equal(isDone, _bench.Pool.Snapshot().Single(s => s.Slot == _victim.Slot).IsEmptied);
    }

    [Fact]
    public void A_victim_in_which_something_lives_is_not_done()
    {
        Mark(CleanerMark.Emptied, _victim.Generation);
        _bench.Log.Commit(1);
        _bench.Reopen(out _);
        _bench.Pool.Recovery.NoteEmptied(static _ => 1);
        Assert.DoesNotContain(_bench.Pool.Snapshot(), s => s.IsEmptied);
    }

    private void Mark(CleanerMark mark, ulong generation) => Assert.True(_bench.Log.TryMark(_survivors.Current!, mark, generation));

    private void Copy(bool inSeveralBatches)
    {
        _bench.Note(_survivors, 3, "copy");
        if (inSeveralBatches)
            _bench.Log.Commit(1);
        _bench.Note(_survivors, 5, "copy");
        _bench.Log.Commit(1);
    }
}
