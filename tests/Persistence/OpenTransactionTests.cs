using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Persistence.Format;
using Pkv.Persistence.Log;
using Pkv.Persistence.Media;
using Pkv.Persistence.Segments;
using Xunit;

namespace Pkv.Tests.Persistence;

/// <summary>A command that begins a transaction, and commits what came before it because it has to wait for a stripe, is still one transaction.</summary>
public sealed unsafe class OpenTransactionTests : IDisposable
{
    private const long PoolBytes = PoolHeader.SegmentsOffset + 8 * PoolHeader.SlotBytes;

    private readonly string _path = $"/dev/shm/pkv-transaction-{Guid.NewGuid():n}.pool";
    private readonly Pool _pool;
    private readonly LogWriter[] _logs;
    private readonly Segment[] _segments;

    public OpenTransactionTests()
    {
        _pool = Pool.Open(new DramMedium(_path, PoolBytes, flush: false, writeLatencyNs: 0, bandwidthMbps: 0), new PoolOptions { MaxBytes = PoolBytes, Threads = 2 });
        _logs = [new(_pool, 0), new(_pool, 1)];
        _segments = [Open(), Open()];
    }

    [Fact]
    public void WhatItNotesBehindTheCommitIsChained()
    {
        Note(0, databases: [1, 2, 3]);
        _logs[0].BeginTransaction();
        _logs[0].Commit(timeMs: 1);
        Assert.False(_logs[0].HoldsOpenRanges);
        Note(0, databases: [4, 5, 6]);
        Assert.True(_logs[0].HoldsOpenRanges);
        _logs[0].EndTransaction();
        _logs[0].Commit(timeMs: 1);
        Assert.Equal(
            [(1, EntryFlags.None), (2, EntryFlags.None), (3, EntryFlags.None), (4, EntryFlags.Continued), (5, CommitEntry.Chained), (6, EntryFlags.Continuation)],
            Entries(0));
    }

    [Fact]
    public void AnInnerTurnCommitsNoneOfIt()
    {
        Note(0, databases: [1, 2, 3]);
        _logs[0].BeginTransaction();
        _logs[0].Commit(timeMs: 1);
        _logs[0].CommitEarlier(timeMs: 1);
        Note(0, databases: [4, 5]);
        _logs[0].CommitEarlier(timeMs: 1);
        Assert.Equal((3, 2), (_segments[0].EntryCount, _logs[0].RangeCount));
        _logs[0].EndTransaction();
        _logs[0].Commit(timeMs: 1);
        Assert.Equal([(4, EntryFlags.Continued), (5, EntryFlags.Continuation)], Entries(0).Skip(3));
    }

    [Fact]
    public void WaitingForAStripeThatIsNotCommittedLeavesItWhole()
    {
        using StripeLocks first = new(0, _logs, () => _logs[0].Commit(timeMs: 1)), second = new(1, _logs, () => _logs[1].Commit(timeMs: 1));
        Stripe shared = default, own = default;
        second.Enter(&shared);
        Note(1, databases: [9]);
        second.Exit(wrote: true);
        first.Enter(&own);
        Note(0, databases: [1, 2]);
        first.Exit(wrote: true);

        _logs[0].BeginTransaction();
        Assert.False(first.TryEnterAll([(nint)(&own), (nint)(&shared)]));
        // It found nothing to do, or comes again.
        _logs[0].EndTransaction();
        _logs[1].Commit(timeMs: 1);
        _logs[0].BeginTransaction();
        Assert.True(first.TryEnterAll([(nint)(&own), (nint)(&shared)]));
        Note(0, databases: [3, 4]);
        _logs[0].EndTransaction();
        first.Exit(wrote: true);
        _logs[0].Commit(timeMs: 1);
        Assert.Equal([(1, EntryFlags.None), (2, EntryFlags.None), (3, EntryFlags.Continued), (4, EntryFlags.Continuation)], Entries(0));
    }

    public void Dispose()
    {
        _pool.Dispose();
        File.Delete(_path);
    }

    private Segment Open() => _pool.TryOpen(1000) ?? throw new InvalidOperationException("an empty pool has room");

    // A range for each: those of different databases are never joined.
    private void Note(int hand, int[] databases)
    {
        Segment segment = _segments[hand];
        foreach (int database in databases)
        {
            Assert.True(_logs[hand].TryNote(segment, segment.Base + segment.Tail, 100, sequence: (ulong)database, commands: 1, database, EntryFlags.None));
            segment.Tail += 100;
        }
    }

    private List<(int Database, EntryFlags Chained)> Entries(int hand)
    {
        List<(int Database, EntryFlags Chained)> entries = [];
        for (int i = 0; i < _segments[hand].EntryCount; i++)
        {
            CommitEntry* entry = _segments[hand].EntryAt(i);
            entries.Add((entry->Database, entry->Flags & CommitEntry.Chained));
        }
        return entries;
    }
}
