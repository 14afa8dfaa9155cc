using Pkv.Persistence.Format;
using Pkv.Persistence.Log;
using Pkv.Persistence.Media;
using Pkv.Persistence.Segments;
using Xunit;

namespace Pkv.Tests.Persistence;

/// <summary>
/// What would write wrong bytes to the medium is refused in every build, before anything is written: the checks that are no
/// assertions.
/// </summary>
public sealed unsafe class BrokenInvariantTests : IDisposable
{
    private const long PoolBytes = PoolHeader.SegmentsOffset + 8 * PoolHeader.SlotBytes;

    private readonly string _path = $"/dev/shm/pkv-invariant-{Guid.NewGuid():n}.pool";
    private readonly Pool _pool;
    private readonly LogWriter _log;

    public BrokenInvariantTests()
    {
        _pool = Pool.Open(new DramMedium(_path, PoolBytes, flush: false, writeLatencyNs: 0, bandwidthMbps: 0), new PoolOptions { MaxBytes = PoolBytes, Threads = 1 });
        _log = new LogWriter(_pool, 0);
    }

    [Fact]
    public void ATailDoesNotFallBelowWhatIsNoted()
    {
        Segment segment = Open();
        Note(segment, bytes: 100);
        uint noted = segment.NotedEnd;
        Assert.Throws<InvalidOperationException>(() => segment.Tail = noted - 1);
        Assert.Equal(noted, segment.Tail);
    }

    [Fact]
    public void ATailDoesNotPassItsSegment()
    {
        Segment segment = Open();
        Assert.Throws<InvalidOperationException>(() => segment.Tail = segment.Bytes + 1);
        Assert.Equal((uint)SegmentHeader.SizeBytes, segment.Tail);
    }

    [Fact]
    public void AnEntryIsNotWrittenOverARecord()
    {
        Segment segment = Open();
        Note(segment, bytes: 100);
        // As if somebody had been given what the entry needs.
        segment.NoteUpTo(segment.Bytes - CommitEntry.SizeBytes / 2);
        Assert.Throws<InvalidOperationException>(() => _log.Commit(timeMs: 1));
        Assert.Equal((0, 0L), (segment.EntryCount, _log.CommittedBatch));
        Assert.Equal(0UL, segment.EntryAt(0)->Sequence);
    }

    [Fact]
    public void ASegmentIsSealedOnce()
    {
        Segment segment = Open();
        _pool.Seal(segment);
        Assert.Throws<InvalidOperationException>(() => _pool.Seal(segment));
        Assert.Equal(SegmentState.Sealed, segment.State);
    }

    [Fact]
    public void ASlotIsNotFreedTwice()
    {
        FreeSlots free = new(4);
        free.Add(1);
        Assert.Throws<InvalidOperationException>(() => free.Add(1));
        Assert.Equal(1, free.Count);
    }

    public void Dispose()
    {
        _pool.Dispose();
        File.Delete(_path);
    }

    private Segment Open() => _pool.TryOpen(1000) ?? throw new InvalidOperationException("an empty pool has room");

    private void Note(Segment segment, uint bytes)
    {
        Assert.True(_log.TryNote(segment, segment.Base + segment.Tail, bytes, sequence: 1, commands: 1, database: 0, EntryFlags.None));
        segment.Tail += bytes;
    }
}
