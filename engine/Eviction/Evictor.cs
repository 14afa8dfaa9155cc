using System.Diagnostics;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Space;
using Pkv.Resp;

namespace Pkv.Engine.Eviction;

/// <summary>
/// Keeps what lives within its limits by the chosen policy, as Redis does: before a command that needs room, and a little in
/// each turn while a limit is passed. Candidates of several draws wait in a small pool, so that the worst of many goes, not the worst of
/// one draw. Evicted keys are logged as deleted. Owner thread only; no stripe is held when it is called.
/// </summary>
public sealed unsafe class Evictor
{
    private const int PoolSize = 16;

    // What a starved pool gives up at a time.
    private const long StarvedBytes = 1 << 20;

    private readonly EngineState _engine;
    private readonly EngineThread _thread;
    private readonly CommandContext _context;
    private readonly KeySampler _sampler;
    private readonly EvictionCandidate[] _pool = new EvictionCandidate[PoolSize];
    private readonly EvictionCandidate[] _drawn = new EvictionCandidate[64];
    private int _pooled;
    private long _nextCheck = long.MinValue;
    private int _limitVersion = -1;

    public Evictor(EngineThread thread)
    {
        _engine = thread.Engine;
        _thread = thread;
        _context = thread.Context;
        _sampler = new KeySampler(_engine, _context);
    }

    /// <summary>
    /// Whether a command may need more room: true while the limits are far away, and after keys were evicted. Costs two
    /// loads while this thread's own live bytes have not grown by its part of the headroom seen last.
    /// </summary>
    public bool HasRoom()
    {
        if (_thread.Live.Total < _nextCheck && _limitVersion == _engine.Space.Version && !_engine.Cleaning.IsStarved)
            return true;
        return Measure() >= 0 || Evict();
    }

    /// <summary>A limit is still passed and keys go: the thread does not sleep, and evicts in each turn.</summary>
    public bool IsBehind { get; private set; }

    /// <summary>What is above a limit goes, whether or not somebody needs the room. Not while clients are paused: the data set is to stand still.</summary>
    public void Run()
    {
        IsBehind = false;
        if (_engine.Pause.UntilMs <= _context.NowMs && _engine.Space.Evicts && Measure() < 0)
            Evict();
    }

    // Redis's scale. A client waits no longer, nor do the others of its thread; the next turn goes on.
    private long PatienceTicks()
    {
        int tenacity = _engine.Options.MaxMemoryEvictionTenacity;
        double us = tenacity <= 10 ? 50 * tenacity : 500 * Math.Pow(1.15, tenacity - 10);
        return tenacity == 100 ? long.MaxValue : (long)(us * Stopwatch.Frequency / 1_000_000);
    }

    // Bytes of headroom. The others may take theirs meanwhile: this thread looks again after its part of half of it.
    private long Measure()
    {
        SpaceLimit space = _engine.Space;
        _limitVersion = space.Version;
        long headroom = space.Headroom;
        _nextCheck = headroom < 0 ? long.MinValue : _thread.Live.Total + headroom / (2 * _engine.Threads.Length);
        return _engine.Cleaning.IsStarved && space.Evicts ? Math.Min(headroom, -1) : headroom;
    }

    // True when there is room now, or keys go and more are going to.
    private bool Evict()
    {
        SpaceLimit space = _engine.Space;
        if (!space.Evicts)
            return false;
        long began = Stopwatch.GetTimestamp(), patience = PatienceTicks();
        long starvedUntil = _engine.Cleaning.IsStarved ? _engine.Live.Total - StarvedBytes : long.MaxValue;
        int evicted = 0;
        // The command that needs the room has begun, and is to be kept where it landed.
        var running = _context.Recorder.Running;
        bool isEnough;
        // Looked at once: other threads take and give at the same time, and what was enough here must not be refused a moment later.
        while (!(isEnough = space.Headroom >= 0 && _engine.Live.Total <= starvedUntil))
        {
            if (!EvictOne())
                break;
            evicted++;
            if (_thread.Log.RangeCount >= Persistence.Log.LogWriter.MaxRangesPerBatch / 2 || Stopwatch.GetTimestamp() - began > patience)
                break;
        }
        _context.Recorder.Running = running;
        _thread.Counters.EvictedKeys += evicted;
        if (evicted > 0)
            _engine.Cleaning.IsStarved = false;
        IsBehind = evicted > 0 && !isEnough;
        return evicted > 0 || isEnough;
    }

    private bool EvictOne()
    {
        // All that wait in the pool may be gone by their turn, or moved by the cleaner; draws after them may be, too.
        for (int attempt = 0; attempt < 4 * PoolSize; attempt++)
        {
            if (!Fill())
                return false;
            if (Remove(_pool[--_pooled]))
                return true;
        }
        return false;
    }

    // The pool is ordered by score, the highest last.
    private bool Fill()
    {
        int wanted = (int)Math.Clamp(_engine.Options.MaxMemorySamples, 1, _drawn.Length);
        // Draws from several stripes: neighbours in one were often made together.
        int drawn = 0;
        for (int i = 0; i < 2 && drawn < wanted; i++)
            drawn += _sampler.Draw(_drawn.AsSpan(drawn, i == 0 ? (wanted + 1) / 2 : wanted - drawn));
        for (int i = 0; i < drawn; i++)
            Keep(_drawn[i]);
        return _pooled > 0;
    }

    private void Keep(in EvictionCandidate candidate)
    {
        int at = _pooled;
        for (int i = 0; i < _pooled; i++)
        {
            if (_pool[i].Address == candidate.Address)
                return;
        }
        while (at > 0 && _pool[at - 1].Score > candidate.Score)
            at--;
        if (_pooled == PoolSize)
        {
            // The one that would go last makes place.
            if (at == 0)
                return;
            Array.Copy(_pool, 1, _pool, 0, at - 1);
            _pool[at - 1] = candidate;
            return;
        }
        Array.Copy(_pool, at, _pool, at + 1, _pooled - at);
        _pool[at] = candidate;
        _pooled++;
    }

    private bool Remove(in EvictionCandidate candidate)
    {
        Stripe* stripe = candidate.Database.StripeOf(candidate.Hash);
        _context.Recorder.Begin(null, 0, null);
        if (!_context.Locks.TryEnterAtOnce(stripe))
            return false;
        bool removed = false;
        if (StripeIndex.FindAt(stripe, candidate.Hash, candidate.Address) != null)
        {
            byte* key = BulkString.Data(StripeIndex.KeyBulk(candidate.Address, _engine.Keyspace.PoolBase), out int length);
            removed = _context.TryEvict(CommandContext.MakeKey(candidate.Database, key, length));
        }
        _context.Locks.ExitUnseen(_context.Recorder.Wrote);
        return removed;
    }
}
