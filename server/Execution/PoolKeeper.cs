using Pkv.Persistence.Segments;

namespace Pkv.Server.Execution;

/// <summary>
/// Background work on the pool: the next segments are backed and faulted in before a receive needs them, and
/// segments that hold nothing live are given back. (Segments that hold little are the log cleaner's business.)
/// </summary>
public sealed class PoolKeeper
{
    private const int PeriodMs = 20;
    private const int SweepEveryTicks = 5;

    private readonly ServerState _server;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();

    public PoolKeeper(ServerState server)
    {
        _server = server;
        _thread = new Thread(Run) { IsBackground = true, Name = "pkv-keeper" };
    }

    public void Start() => _thread.Start();

    public void Stop()
    {
        _stop.Set();
        _thread.Join();
    }

    private void Run()
    {
        Pool pool = _server.Pool;
        long opened = -1;
        int ahead = 2 * _server.Threads.Length + 4;
        for (int tick = 0; !_stop.Wait(PeriodMs); tick++)
        {
            if (pool.SegmentsOpened != opened)
            {
                // As many as were opened since the last look, so that a burst finds its next segments ready.
                long since = opened < 0 ? 0 : pool.SegmentsOpened - opened;
                opened = pool.SegmentsOpened;
                pool.PrepareAhead((int)Math.Min(64, ahead + since));
            }
            if (tick % SweepEveryTicks == 0 || _server.PoolPassRequested)
            {
                _server.PoolPassRequested = false;
                Sweep();
            }
        }
    }

    /// <summary>Retires sealed segments without live bytes, unless deletions they record are still needed.</summary>
    private void Sweep()
    {
        List<Segment> segments = _server.Pool.Snapshot();
        foreach (Segment segment in segments)
        {
            // Promised entries are commands of a batch that is not committed: their numbers are not in MaxSequence yet.
            if (segment.State != SegmentState.Sealed || segment.Reservations != 0 || segment.PromisedEntries != 0 || LiveBytesOf(segment) != 0)
                continue;
            if (!segment.HoldsTombstones || segment.MaxSequence < _server.FlushedSequence || NothingOlder(segments, segment))
                _server.Pool.Retire(segment);
        }
        _server.Pool.Reclaim();
    }

    private long LiveBytesOf(Segment segment)
    {
        long bytes = 0;
        for (int slot = segment.Slot; slot < segment.Slot + segment.Slots; slot++)
        {
            foreach (LiveBytes live in _server.Live)
                bytes += live.Of(slot);
        }
        return bytes;
    }

    // A deletion is needed as long as anything that was logged before it may still be found by recovery.
    private static bool NothingOlder(List<Segment> segments, Segment segment)
    {
        foreach (Segment other in segments)
        {
            bool empty = other.MaxSequence == 0 && other.State != SegmentState.Open;
            if (other != segment && !empty && (other.MinSequence == 0 || other.MinSequence < segment.MaxSequence))
                return false;
        }
        return true;
    }
}
