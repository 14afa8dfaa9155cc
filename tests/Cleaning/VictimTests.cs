using Pkv.Persistence.Cleaning;
using Pkv.Persistence.Log;
using Pkv.Persistence.Media;
using Pkv.Persistence.Segments;
using Xunit;

namespace Pkv.Tests.Cleaning;

/// <summary>Which segments go, which are cleaned first, and which must wait; decided without a server.</summary>
public sealed unsafe class VictimTests : IDisposable
{
    private readonly string _path = Path.Combine("/dev/shm", $"pkv-victims-{Guid.NewGuid():N}");
    private readonly Pool _pool;
    private readonly LogWriter _writer;
    private readonly Dictionary<Segment, long> _live = [];
    private readonly SegmentReaper _reaper;
    private readonly VictimQueue _victims;
    private ulong _number;

    public VictimTests()
    {
        long bytes = 66 << 20;
        _pool = Pool.Open(new DramMedium(_path, bytes, flush: false, 0, 0), new PoolOptions { MaxBytes = bytes, Threads = 1 });
        _writer = new LogWriter(_pool, 0);
        _reaper = new SegmentReaper(_pool, s => _live.GetValueOrDefault(s));
        _victims = new VictimQueue(_reaper, s => _live.GetValueOrDefault(s));
    }

    [Fact]
    public void Benefit_over_cost_prefers_old_segments_and_empty_ones()
    {
        Segment young = Sealed(live: 0.5, writtenMs: 99_000), old = Sealed(live: 0.5, writtenMs: 1_000);
        Segment full = Sealed(live: 0.99, writtenMs: 0), nearlyEmpty = Sealed(live: 0.05, writtenMs: 50_000);
        Settle();
        Survey survey = _victims.Rank(new PoolSnapshot(_pool), nowMs: 100_000);
        Assert.Equal(3, survey.Victims);
        Assert.Equal([nearlyEmpty, old, young], TakeAll());
        Assert.Equal(SegmentState.Sealed, full.State);
    }

    [Fact]
    public void Only_what_is_empty_and_settled_goes()
    {
        Segment empty = Sealed(live: 0), living = Sealed(live: 0.1);
        Assert.Equal(0, _reaper.Sweep(new PoolSnapshot(_pool)));
        Assert.Equal(1, _reaper.Sweep(new PoolSnapshot(_pool)));
        Assert.Equal((SegmentState.Retired, SegmentState.Sealed), (empty.State, living.State));
    }

    [Fact]
    public void Tombstones_wait_for_every_segment_that_was_there_before_them()
    {
        Segment cold = Sealed(live: 1), tombstones = Open();
        Commit(tombstones);
        tombstones.AddTombstoneBytes(100);
        _pool.Seal(tombstones);
        Settle();
        Segment later = Sealed(live: 1);
        Settle();
        Assert.Equal(0, _reaper.Sweep(new PoolSnapshot(_pool)));
        Assert.False(_reaper.TombstonesAreOver(new PoolSnapshot(_pool), tombstones));
        _live[cold] = 0;
        Assert.Equal(1, _reaper.Sweep(new PoolSnapshot(_pool)));
        _pool.Reclaim();
        Assert.True(_reaper.TombstonesAreOver(new PoolSnapshot(_pool), tombstones));
        Assert.Equal(1, _reaper.Sweep(new PoolSnapshot(_pool)));
        Assert.Equal((SegmentState.Retired, SegmentState.Sealed), (tombstones.State, later.State));
    }

    [Fact]
    public void A_piece_of_a_transaction_stays_until_the_other_piece_is_attested()
    {
        Segment first = Open(), second = Open();
        _writer.BeginTransaction();
        Note(first);
        Note(second);
        _writer.EndTransaction();
        _writer.Commit(1);
        _pool.Seal(first);
        Settle();
        Assert.Equal(0, _reaper.Sweep(new PoolSnapshot(_pool)));
        // A later entry vouches for the piece.
        Note(second);
        _writer.Commit(2);
        Assert.Equal(1, _reaper.Sweep(new PoolSnapshot(_pool)));
        Assert.Equal(SegmentState.Retired, first.State);
    }

    [Fact]
    public void A_victim_is_taken_only_with_room_for_what_it_holds()
    {
        for (int i = 0; i < 12; i++)
            Sealed(live: 0.5);
        Settle();
        _victims.Rank(new PoolSnapshot(_pool), nowMs: 100_000);
        while (_pool.TryOpen(1, AppendPurpose.Clean) is not null)
        {
        }
        Assert.Null(_victims.TryTake(_pool, room: 0, out _));
        Assert.NotNull(_victims.TryTake(_pool, room: 4 << 20, out int promised));
        Assert.Equal(0, promised);
    }

    [Fact]
    public void What_is_promised_to_a_cleaner_nobody_else_gets()
    {
        Assert.True(_pool.TryPromise(_pool.FreeSlots));
        Assert.False(_pool.TryPromise(1));
        Assert.Null(_pool.TryOpen(1));
        Assert.Null(_pool.TryOpen(1, AppendPurpose.Delete));
        Assert.NotNull(_pool.TryOpen(1, AppendPurpose.Clean));
    }

    public void Dispose()
    {
        _pool.Dispose();
        File.Delete(_path);
    }

    private Segment Open() => _pool.TryOpen(100) ?? throw new InvalidOperationException("the pool is full");

    private Segment Sealed(double live, long writtenMs = 1000)
    {
        Segment segment = Open();
        Commit(segment);
        _pool.Seal(segment);
        segment.WrittenMs = writtenMs;
        _live[segment] = (long)(live * segment.Bytes);
        return segment;
    }

    private void Commit(Segment segment)
    {
        Note(segment);
        _writer.Commit(1);
    }

    private void Note(Segment segment)
    {
        byte* start = segment.Base + segment.Tail;
        new Span<byte>(start, 64).Fill((byte)'x');
        segment.Tail += 64;
        _number += 2;
        Assert.True(_writer.TryNote(segment, start, 64, _number, 1, 0, Pkv.Persistence.Format.EntryFlags.None));
    }

    // Seen closed by one look, so that the next may decide.
    private void Settle() => _reaper.Sweep(new PoolSnapshot(_pool));

    private List<Segment> TakeAll()
    {
        List<Segment> taken = [];
        while (_victims.TryTake(_pool, room: long.MaxValue, out _) is { } segment)
            taken.Add(segment);
        return taken;
    }
}
