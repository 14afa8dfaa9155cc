using System.Diagnostics;
using Pkv.Linux;
using Pkv.Persistence.Segments;

namespace Pkv.Persistence.Log;

/// <summary>
/// Group commit for media that need a sync. One thread syncs (or, while that is fast, a single I/O thread itself) and
/// serves everybody who asked before the sync began. A ticket is the number of a sync that begins after the call; once that
/// sync is completed, everything committed before the ticket was taken is on the device.
/// </summary>
public sealed class SyncCoordinator : IDisposable
{
    // Also the period of everysec.
    public const int RetryMs = 1000;

    private readonly Pool _pool;
    private readonly LogWriter[] _writers;
    private readonly Action _completed;
    private readonly SemaphoreSlim _wanted = new(0);
    private readonly Thread _thread;
    private readonly List<Segment> _segments = [];
    private bool _proven;
    private readonly long[] _batches;
    private readonly Lock _syncing = new();
    private double _typicalUs;
    private long _started;
    private int _asked;
    private long _completedTicket;
    private readonly object _ended = new();
    private long _endedTicket;
    private int _forced;
    private volatile int _error;
    private volatile bool _stopping;

    /// <param name="pool">Its medium is synced.</param>
    /// <param name="writers">The log writers of all threads.</param>
    /// <param name="policy">See <see cref="SyncPolicy"/>; may be changed at any time.</param>
    /// <param name="completed">Called after each sync of the coordinator's thread, and after one elsewhere that failed or ended a failure.</param>
    public SyncCoordinator(Pool pool, LogWriter[] writers, SyncPolicy policy, Action completed)
    {
        _pool = pool;
        _writers = writers;
        _batches = new long[writers.Length];
        _completed = completed;
        Policy = policy;
        _thread = new Thread(Run) { IsBackground = true, Name = "pkv-sync" };
        _thread.Start();
    }

    public SyncPolicy Policy { get; set; }

    /// <summary>Replies must wait for their ticket.</summary>
    public bool HoldsReplies => Policy == SyncPolicy.Always;

    /// <summary>The last ticket that is served.</summary>
    public long Completed => Volatile.Read(ref _completedTicket);

    /// <summary>errno of the last sync; 0 if it succeeded. While it is not 0, nothing more becomes durable.</summary>
    public int Error => _error;

    /// <summary>Syncs that failed.</summary>
    public long Failures { get; private set; }

    /// <summary>
    /// A segment whose committed records memory no longer holds, after a failure of the device: nothing counts as durable
    /// until a restart has read what is on the device. Null if there is none.
    /// </summary>
    public Segment? Torn { get; private set; }

    /// <summary>How long a sync takes: a running mean over about eight, microseconds.</summary>
    public double TypicalUs => Volatile.Read(ref _typicalUs);

    /// <summary>Syncs on the caller's thread: what is committed by now is on the device if this returns true. Any thread.</summary>
    public bool SyncHere()
    {
        bool hadError = _error != 0;
        int error = SyncOnce();
        if (error != 0 || hadError)
            _completed();
        return error == 0;
    }

    /// <summary>Syncs done.</summary>
    public long Count => Volatile.Read(ref _started);

    /// <summary>Takes a ticket and requests its sync.</summary>
    public long Request()
    {
        long ticket = Volatile.Read(ref _started) + 1;
        // Once for each sync, however many ask; a surplus release only costs a sync.
        if (Interlocked.Exchange(ref _asked, 1) == 0)
            _wanted.Release();
        return ticket;
    }

    /// <summary>Takes a ticket and requests its sync under any policy.</summary>
    public long Force()
    {
        Interlocked.Exchange(ref _forced, 1);
        return Request();
    }

    /// <summary>How long the last sync took, milliseconds.</summary>
    public long LastSyncMs { get; private set; }

    /// <summary>
    /// Syncs under any policy and waits: everything committed before the call is on the device when it returns 0;
    /// otherwise errno of the sync that failed.
    /// </summary>
    public int SyncNow()
    {
        // The ticket first: the sync that serves the request begins after it was taken.
        long ticket = Volatile.Read(ref _started) + 1;
        Force();
        lock (_ended)
        {
            while (_endedTicket < ticket)
                Monitor.Wait(_ended);
            return Completed >= ticket ? 0 : _error;
        }
    }

    /// <summary>Syncs until everything committed so far is on the device, and stops.</summary>
    public void Dispose()
    {
        _stopping = true;
        Request();
        _thread.Join();
        _wanted.Dispose();
    }

    private void Run()
    {
        int before = 0;
        while (true)
        {
            bool stopping = _stopping;
            // Retry immediately after the first failure: the medium may have to move its memory to safety.
            bool failedJustNow = _error != 0 && before == 0;
            before = _error;
            if (!stopping)
                _wanted.Wait(failedJustNow ? 0 : Policy == SyncPolicy.Always && _error == 0 ? Timeout.Infinite : RetryMs);
            Volatile.Write(ref _asked, 0);
            stopping = _stopping;
            bool forced = Interlocked.Exchange(ref _forced, 0) != 0;
            // Under "no" the kernel decides when to write, but its failures are checked.
            if (Policy != SyncPolicy.No || stopping || forced || _error != 0 || _pool.Medium.NeedsSyncBeforeReply || _pool.Medium.BackgroundError() != 0)
            {
                SyncOnce();
                _completed();
            }
            if (stopping)
                return;
        }
    }

    // The number of entries on the device, and the number that the header there counts.
    private void SettleDurable(Segment segment, int entries, int sealedEntries)
    {
        Debug.Assert(entries <= segment.CommittedEntries && sealedEntries <= segment.EntryCount, "only what was committed when the sync began is durable");
        segment.DurableEntries = Math.Max(segment.DurableEntries, entries);
        segment.Attest(sealedEntries);
        if (segment.ChainedEntries > segment.AttestedEntries)
            segment.AttestByEntry(entries);
        Debug.Assert(segment.DurableEntries <= segment.CommittedEntries, "committed comes before durable");
        // The next sync brings the header to the device.
        if (segment.IsClosed && segment.DurableEntries == segment.EntryCount && segment.SealedEntries < segment.EntryCount)
            _pool.SealAgain(segment);
    }

    private int SyncOnce()
    {
        lock (_syncing)
        {
            long ticket = Interlocked.Increment(ref _started);
            for (int i = 0; i < _writers.Length; i++)
                _batches[i] = _writers[i].CommittedBatch;
            _pool.CollectUnsynced(_segments);
            Span<int> entries = _segments.Count <= 256 ? stackalloc int[_segments.Count] : new int[_segments.Count];
            Span<int> sealedEntries = _segments.Count <= 256 ? stackalloc int[_segments.Count] : new int[_segments.Count];
            for (int i = 0; i < entries.Length; i++)
            {
                entries[i] = _segments[i].CommittedEntries;
                sealedEntries[i] = _segments[i].SealedEntries;
            }
            int slots = _pool.Slots;
            long began = Stopwatch.GetTimestamp();
            int error = _pool.Medium.Sync();
            TimeSpan took = Stopwatch.GetElapsedTime(began);
            LastSyncMs = (long)took.TotalMilliseconds;
            Volatile.Write(ref _typicalUs, _typicalUs + (took.TotalMicroseconds - _typicalUs) / 8);
            error = error == 0 ? Prove() : error;
            _error = error;
            Failures += error != 0 ? 1 : 0;
            if (error == 0)
            {
                for (int i = 0; i < entries.Length; i++)
                    SettleDurable(_segments[i], entries[i], sealedEntries[i]);
                for (int i = 0; i < _writers.Length; i++)
                    _writers[i].DurableBatch = _batches[i];
                Debug.Assert(ticket > _completedTicket, "syncs end in the order of their tickets");
                Volatile.Write(ref _completedTicket, ticket);
                _pool.PublishSlots(slots);
                _pool.ConfirmSynced();
            }
            lock (_ended)
            {
                Debug.Assert(ticket > _endedTicket, "syncs end in the order of their tickets");
                _endedTicket = ticket;
                Monitor.PulseAll(_ended);
            }
            return error;
        }
    }

    // The first successful sync of a medium whose device has failed: the memory from which it wrote must be checked.
    private int Prove()
    {
        // The direct engine always owns its memory: no page of it can be dropped.
        if (!_pool.Medium.NeedsSyncBeforeReply || _pool.Medium.State == "ok")
            return 0;
        if (!_proven)
            Torn ??= SegmentProof.FirstTorn(_segments);
        _proven = Torn is null;
        return Torn is null ? 0 : Errno.EIo;
    }
}
