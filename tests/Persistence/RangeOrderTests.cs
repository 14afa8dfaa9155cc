using System.Text;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Records;
using Pkv.Persistence.Format;
using Pkv.Persistence.Log;
using Pkv.Persistence.Media;
using Pkv.Persistence.Recovery;
using Pkv.Persistence.Segments;
using Xunit;

namespace Pkv.Tests.Persistence;

/// <summary>
/// One commit entry stands for many commands but tells only the first one's number. What recovery merges by it must
/// still follow the order in which the commands of several threads met in a stripe.
/// </summary>
public sealed unsafe class RangeOrderTests : IDisposable
{
    private readonly string _path = $"/dev/shm/pkv-range-{Guid.NewGuid():n}.pool";
    private Pool _pool;
    private readonly Hand[] _hands;

    public RangeOrderTests()
    {
        _pool = Open();
        LogWriter[] writers = [new(_pool, 0), new(_pool, 1)];
        _hands = [new Hand(_pool, writers, 0), new Hand(_pool, writers, 1)];
    }

    [Fact]
    public void ACommandThatMetAnotherThreadsWriteIsReplayedAfterIt()
    {
        Stripe ofA = default, ofB = default;
        // A's numbers run ahead of B's, so that the number A gives on B's stripe follows on in A's own range.
        _hands[0].Write(&ofA, "a1");
        _hands[0].Write(&ofA, "a2");
        _hands[0].Write(&ofA, "a3");
        _hands[1].Write(&ofB, "b1");
        _hands[1].Log.Commit(timeMs: 1);
        _hands[0].Write(&ofB, "b2");
        _hands[0].Log.Commit(timeMs: 1);

        Assert.Equal(["a1", "a2", "a3", "b1", "b2"], RecoveredKeys());
    }

    [Fact]
    public void CommandsThatMetNobodyShareOneEntry()
    {
        Stripe stripe = default;
        for (int i = 0; i < 10; i++)
            _hands[0].Write(&stripe, $"k{i}");
        _hands[0].Log.Commit(timeMs: 1);
        Assert.Equal(1, _hands[0].Log.EntriesCommitted);
    }

    public void Dispose()
    {
        _pool.Dispose();
        File.Delete(_path);
    }

    private Pool Open() => Pool.Open(new DramMedium(_path, 64 << 20, flush: false, writeLatencyNs: 0, bandwidthMbps: 0),
        new PoolOptions { MaxBytes = 64 << 20, Threads = 2 });

    // The keys of all recovered commands in the order in which they would be replayed.
    private List<string> RecoveredKeys()
    {
        foreach (Hand hand in _hands)
            hand.Effects.Close();
        _pool.Dispose();
        _pool = Open();
        List<string> keys = [];
        foreach (RecoveredEntry entry in new PoolScanner(_pool).Scan(threads: 1))
        {
            string[] words = Encoding.ASCII.GetString(entry.Start, (int)entry.Length).Split("\r\n");
            keys.AddRange(words.Where((word, i) => i > 0 && words[i - 1] == "$2"));
        }
        return keys;
    }

    /// <summary>What one I/O thread has, without its sockets.</summary>
    private sealed class Hand
    {
        private readonly StripeLocks _locks;
        private readonly Recorder _recorder;

        public Hand(Pool pool, LogWriter[] writers, int number)
        {
            Log = writers[number];
            Effects = new AppendLog(pool);
            _locks = new StripeLocks(number, writers, () => Log.Commit(timeMs: 1));
            _recorder = new Recorder(new RecordSink(Log, Effects, new RecordPlan(Effects)), _locks);
        }

        public LogWriter Log { get; }
        public AppendLog Effects { get; }

        public void Write(Stripe* stripe, string key)
        {
            _recorder.Begin(null, 0, null);
            _locks.Enter(stripe);
            byte* p = _recorder.TryBegin(128);
            fixed (byte* name = Encoding.ASCII.GetBytes(key))
                Pkv.Engine.Records.Effects.Delete(ref p, name, key.Length);
            _recorder.End(p, database: 0, EntryFlags.None, isTombstone: true);
            _locks.Exit(wrote: true);
        }
    }
}
