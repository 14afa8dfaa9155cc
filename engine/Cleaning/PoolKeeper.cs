using System.Diagnostics;
using Pkv.Engine.Execution;
using Pkv.Engine.Space;
using Pkv.Persistence.Cleaning;
using Pkv.Persistence.Segments;

namespace Pkv.Engine.Cleaning;

/// <summary>
/// Background work on the pool: the next segments are backed and faulted in before a receive needs them, segments that hold
/// nothing live are given back, those that hold little are ranked for the I/O threads to clean.
/// </summary>
public sealed class PoolKeeper
{
    // A pass on demand leaves alone what would gain less than a tenth of a segment.
    private const double PassUtilization = 0.9;
    private const int PeriodMs = 20;
    private const int LookEveryMs = 100;

    private readonly EngineState _engine;
    private readonly Action<long> _tidy;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();
    private readonly FutileCleaning _futile;
    private long _lastLookMs;

    /// <param name="engine">Whose pool it keeps.</param>
    /// <param name="tidy">What else is to be looked after now and then; given the ticks of the machine in ms.</param>
    public PoolKeeper(EngineState engine, Action<long> tidy)
    {
        _engine = engine;
        _futile = new FutileCleaning(engine.Pool);
        _tidy = tidy;
        _thread = new Thread(Run) { IsBackground = true, Name = "pkv-keeper" };
    }

    public void Start() => _thread.Start();

    public void Stop()
    {
        _stop.Set();
        _engine.Cleaning.WakeKeeper();
        _thread.Join();
    }

    private void Run()
    {
        Pool pool = _engine.Pool;
        PoolCleaning cleaning = _engine.Cleaning;
        long opened = -1;
        int ahead = 2 * _engine.Threads.Length + 4;
        int pauseMs = 0;
        // However often it is woken, looking takes a small part of the keeper's time.
        while (!_stop.Wait(pauseMs))
        {
            long began = Stopwatch.GetTimestamp();
            if (pool.SegmentsOpened != opened)
            {
                // As many as were opened since the last look, so that a burst finds its next segments ready.
                long since = opened < 0 ? 0 : pool.SegmentsOpened - opened;
                opened = pool.SegmentsOpened;
                pool.PrepareAhead((int)Math.Min(64, ahead + since));
            }
            if (cleaning.Pressure > 0 || cleaning.PassRequested || cleaning.Window.IsWanted || Environment.TickCount64 - _lastLookMs >= LookEveryMs)
                Look();
            _tidy(Environment.TickCount64);
            pauseMs = (int)Math.Clamp(8 * Stopwatch.GetElapsedTime(began).TotalMilliseconds, 1, PeriodMs);
            cleaning.WaitForNextLook(PeriodMs);
        }
    }

    // Retires what may go, frees what nobody sees any more, ranks the rest.
    private void Look()
    {
        _lastLookMs = Environment.TickCount64;
        PoolCleaning cleaning = _engine.Cleaning;
        PoolSnapshot snapshot = new(_engine.Pool);
        cleaning.Reaper.Sweep(snapshot);
        if (snapshot.LowestSequence != ulong.MaxValue)
            _engine.Keyspace.ForgetSwapsBefore(snapshot.LowestSequence);
        _engine.Pool.Reclaim();
        cleaning.Window.Plan(snapshot, Environment.TickCount64);
        bool pass = cleaning.PassRequested;
        // A pass on demand takes what a busy server would leave for later, but nothing that is nearly full.
        _futile.Look();
        bool isFutile = _futile.IsFutile(cleaning.Survey.UsedBytes) && !cleaning.Window.IsWanted;
        Survey survey = cleaning.Victims.Rank(snapshot, Clock.NowMs(), pass && cleaning.Pressure == 0 ? PassUtilization : VictimQueue.MaxUtilization, cleaning.IsOutOfRoom);
        if (isFutile)
        {
            cleaning.Victims.Clear();
            survey = survey with { Victims = 0 };
        }
        cleaning.Survey = survey;
        SealForCleaning(snapshot, survey);
        if ((pass || cleaning.Pressure > 0) && snapshot.HasUnattestedOpen)
        {
            foreach (EngineThread thread in _engine.Threads)
                thread.Host.PostWork(static t => t.Open.AttestOpen());
        }
        // What is not durable cannot be cleaned yet.
        if (cleaning.Pressure > 0 && (survey.Victims == 0 || cleaning.Victims.RewritesUpTo != 0))
            _engine.Sync?.Force();
        cleaning.EndLook();
        if (pass && survey.Victims == 0)
            cleaning.PassRequested = false;
    }

    // What the threads have open cannot be cleaned: when tombstones wait for it, or the room runs out and much of it is dead,
    // it has to be.
    private void SealForCleaning(PoolSnapshot snapshot, Survey survey)
    {
        ulong generation = _engine.Cleaning.Victims.RewritesUpTo;
        if (snapshot.Segments.Exists(s => s.State == SegmentState.Open && s.Generation <= generation))
        {
            foreach (EngineThread thread in _engine.Threads)
                thread.Host.PostWork(t => t.Open.SealUpTo(generation));
        }
        foreach (Segment segment in _engine.Cleaning.Window.ToSeal)
            AskToSeal(segment);
        if (survey.Victims > 0 || _engine.Cleaning.Pressure < 1)
            return;
        foreach (Segment segment in snapshot.Segments)
        {
            if (segment.State != SegmentState.Open || segment.IsSealAsked || segment.Tail - _engine.Live.Of(segment) < segment.Bytes / 4)
                continue;
            segment.IsSealAsked = true;
            AskToSeal(segment);
        }
    }

    private void AskToSeal(Segment segment)
    {
        foreach (EngineThread thread in _engine.Threads)
            thread.Host.PostWork(t => t.Open.SealOpen(segment));
    }
}
