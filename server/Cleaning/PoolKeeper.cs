using System.Diagnostics;
using Pkv.Persistence.Cleaning;
using Pkv.Persistence.Segments;
using Pkv.Server.Execution;
using Pkv.Server.Monitoring;
using Pkv.Server.Net;
using Pkv.Zio.Buffers;

namespace Pkv.Server.Cleaning;

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

    private readonly ServerState _server;
    private readonly HeapTrimmer _trimmer;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();
    private readonly FutileCleaning _futile;
    private long _lastLookMs;

    public PoolKeeper(ServerState server)
    {
        _server = server;
        _futile = new FutileCleaning(server.Pool);
        _trimmer = new HeapTrimmer(server);
        _thread = new Thread(Run) { IsBackground = true, Name = "pkv-keeper" };
    }

    public void Start() => _thread.Start();

    public void Stop()
    {
        _stop.Set();
        _server.Cleaning.WakeKeeper();
        _thread.Join();
    }

    private void Run()
    {
        Pool pool = _server.Pool;
        PoolCleaning cleaning = _server.Cleaning;
        long opened = -1;
        int ahead = 2 * _server.Threads.Length + 4;
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
            GrowingMemory.FreeLeft();
            _trimmer.Run(Environment.TickCount64);
            pauseMs = (int)Math.Clamp(8 * Stopwatch.GetElapsedTime(began).TotalMilliseconds, 1, PeriodMs);
            cleaning.WaitForNextLook(PeriodMs);
        }
    }

    // Retires what may go, frees what nobody sees any more, ranks the rest.
    private void Look()
    {
        _lastLookMs = Environment.TickCount64;
        PoolCleaning cleaning = _server.Cleaning;
        PoolSnapshot snapshot = new(_server.Pool);
        cleaning.Reaper.Sweep(snapshot);
        if (snapshot.LowestSequence != ulong.MaxValue)
            _server.Keyspace.ForgetSwapsBefore(snapshot.LowestSequence);
        _server.Pool.Reclaim();
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
            foreach (IoThread thread in _server.Threads)
                thread.Post(static t => t.Open.AttestOpen());
        }
        // What is not durable cannot be cleaned yet.
        if (cleaning.Pressure > 0 && (survey.Victims == 0 || cleaning.Victims.RewritesUpTo != 0))
            _server.Durability.Sync?.Force();
        cleaning.EndLook();
        if (pass && survey.Victims == 0)
            cleaning.PassRequested = false;
    }

    // What the threads have open cannot be cleaned: when tombstones wait for it, or the room runs out and much of it is dead,
    // it has to be.
    private void SealForCleaning(PoolSnapshot snapshot, Survey survey)
    {
        ulong generation = _server.Cleaning.Victims.RewritesUpTo;
        if (snapshot.Segments.Exists(s => s.State == SegmentState.Open && s.Generation <= generation))
        {
            foreach (IoThread thread in _server.Threads)
                thread.Post(t => t.Open.SealUpTo(generation));
        }
        foreach (Segment segment in _server.Cleaning.Window.ToSeal)
            AskToSeal(segment);
        if (survey.Victims > 0 || _server.Cleaning.Pressure < 1)
            return;
        foreach (Segment segment in snapshot.Segments)
        {
            if (segment.State != SegmentState.Open || segment.IsSealAsked || segment.Tail - _server.LiveBytesOf(segment) < segment.Bytes / 4)
                continue;
            segment.IsSealAsked = true;
            AskToSeal(segment);
        }
    }

    private void AskToSeal(Segment segment)
    {
        foreach (IoThread thread in _server.Threads)
            thread.Post(t => t.Open.SealOpen(segment));
    }
}
