using System.Diagnostics;
using Pkv.Engine.Execution;
using Pkv.Engine.Space;
using Pkv.Persistence.Cleaning;
using Pkv.Persistence.Log;
using Pkv.Persistence.Recovery;

namespace Pkv.Engine.Cleaning;

/// <summary>
/// One I/O thread's share of cleaning, done between its turns: what it looks at follows the bytes that the turns wrote, what
/// a victim yields and how little room is left, so that traffic pays for the space it uses, as it uses it. Owner thread only.
/// </summary>
public sealed class CleaningTurn : IDisposable
{
    // One look at the clock for each; small enough for a slice to end in time.
    private const int StepBytes = 32 * 1024;

    // As much is freed as is written where this share of the room that cleaning keeps free is used up; more or less with its square.
    private const double BalancedPressure = 0.5;

    // Less at a time would be all overhead: 50 us.
    private const long MinSliceBytes = 3 * StepBytes;

    // What a slice had no time for is done after the next turns, up to this.
    private const long MaxOwedBytes = 16 << 20;

    // A pass on demand takes a tenth of the time that the turns took.
    private const double PassRatio = 0.1;

    private static readonly long s_minSlice = Stopwatch.Frequency / 20_000;  // 50 us
    private static readonly long s_idleSlice = Stopwatch.Frequency / 5_000;  // 200 us: a command may be on its way
    private static readonly long s_maxSlice = Stopwatch.Frequency / 1000;    // 1 ms: what a client may notice
    private static readonly long s_hopelessFor = Stopwatch.Frequency / 10;   // 100 ms: until it is worth to look again in a full pool

    private readonly EngineState _engine;
    private readonly EngineThread _thread;
    private readonly PoolCleaning _cleaning;
    private readonly RecordMover _mover;
    private readonly LogCleaner _cleaner;
    private double _owedBytes;
    private double _owedTicks;
    private long _committed;
    private bool _isReclaimDue;
    private long _hopeless;
    private Shortage? _shortage;

    public CleaningTurn(EngineThread thread)
    {
        _engine = thread.Engine;
        _thread = thread;
        _cleaning = _engine.Cleaning;
        _mover = new RecordMover(thread, Statistics);
        _cleaner = new LogCleaner(_engine.Pool, _cleaning.Victims, _cleaning.Reaper, _mover, Statistics, TellDamage);
    }

    /// <summary>What this thread's cleaner has done.</summary>
    public CleanerStatistics Statistics { get; } = new();

    /// <summary>There is something to clean now: an idle thread should not sleep.</summary>
    public bool IsWanted { get; private set; }

    /// <summary>Before commands are taken: a slice of cleaning when writes are about to be refused although there is garbage.</summary>
    public void BeforeTurn()
    {
        _thread.Host.YieldClaims();
        if (!_cleaning.IsOutOfRoom)
        {
            _shortage = null;
            if (_cleaning.IsStarved)
                _cleaning.IsStarved = false;
            if (_cleaning.Window.IsWanted && Slice(long.MaxValue, s_maxSlice) == 0)
                _cleaning.WakeKeeper();
        }
        else if (Stopwatch.GetTimestamp() >= _hopeless)
            MakeRoom(_shortage ??= new Shortage(_engine.Pool, _cleaning));
    }

    // Cleans a little; commands that find no room wait from turn to turn, others are served meanwhile. That goes on as
    // long as it leads anywhere: on a medium that is synced, what is not durable cannot be cleaned, and what is on its
    // way back takes two syncs. Writes are refused when there is no garbage left.
    private void MakeRoom(Shortage shortage)
    {
        SyncCoordinator? sync = _engine.Sync;
        bool cleaned = Slice(long.MaxValue, s_maxSlice) > 0;
        if (!cleaned)
        {
            // Nothing to clean: commands that are still being received give their space back before anything is refused.
            if (!shortage.HasAskedForClaims)
                _thread.Host.AskForClaims();
            shortage.HasAskedForClaims = true;
            _thread.Host.YieldClaims();
            shortage.Ticket = shortage.Ticket == 0 && sync is not null ? sync.Force() : shortage.Ticket;
            _cleaning.WakeKeeper();
        }
        else
        {
            shortage.Ticket = 0;
            if (_engine.Pool.Medium.DrainIsDurable)
                _engine.Pool.Reclaim();
        }
        bool mayCome = sync is { Error: 0 } && sync.Completed < shortage.Ticket || _cleaning.Survey.Unsettled > 0 || _engine.Pool.IsReclaiming
            || _thread.Host.AwaitsClaims || Array.Exists(_engine.Threads, static t => !t.Context.Collections.Graveyard.IsEmpty);
        if (!shortage.IsHopeless(cleaned || mayCome))
            return;
        _cleaning.IsStarved = true;
        _shortage = null;
        // Deletes have slots of their own, and what they make room for is looked for soon.
        _hopeless = Stopwatch.GetTimestamp() + s_hopelessFor;
    }

    /// <summary>After a turn that took so many ticks of the stopwatch, its replies sent; 0: there was nothing to do in it.</summary>
    public void AfterTurn(long ticks)
    {
        long written = _thread.BytesCommitted - _committed;
        Debug.Assert(written >= 0 && _owedBytes >= 0, "what is committed stays so, and nothing is owed back");
        _committed += written;
        if (_isReclaimDue)
        {
            _isReclaimDue = false;
            _engine.Pool.Reclaim();
        }
        double pressure = _cleaning.PressureWith(_thread.Received.Room), urgency = pressure / BalancedPressure;
        bool pass = _cleaning.PassRequested;
        IsWanted = false;
        if (pressure == 0 && !pass && !_cleaning.Window.IsWanted)
        {
            _owedBytes = _owedTicks = 0;
            return;
        }
        _owedBytes += written * urgency * urgency * _cleaner.ScannedBytesPerFreedByte;
        _owedTicks += pass ? ticks * PassRatio : 0;
        if (ticks == 0)
            Slice(long.MaxValue, s_idleSlice);
        else if (_owedBytes >= MinSliceBytes)
            Slice((long)_owedBytes, (long)(s_maxSlice * Math.Max(1, urgency)));
        else if (_owedTicks >= s_minSlice)
            Slice(long.MaxValue, Math.Min((long)_owedTicks, s_maxSlice));
    }

    /// <summary>Seals what is open, at shutdown.</summary>
    public void Close() => _thread.Survivors.CloseSettled();

    public void Dispose() => _mover.Dispose();

    // Looks at about so many bytes, or for so long, and pays off what is owed. Returns how many it were; 0: there is nothing to clean.
    private long Slice(long bytes, long ticks)
    {
        long began = Stopwatch.GetTimestamp(), now = began, looked = 0;
        bool emptied = false;
        do
        {
            long step = _cleaner.Step(StepBytes);
            if (step == 0)
                break;
            looked += step;
            Debug.Assert(_thread.Locks.Count == 0, "between two steps no stripe is held");
            if (_cleaner.HasWalked || _thread.Log.RangeCount >= LogWriter.MaxRangesPerBatch / 2)
            {
                _thread.Host.FlushTurn();
                emptied |= _cleaner.Committed();
            }
            now = Stopwatch.GetTimestamp();
        }
        while (looked < bytes && now - began < ticks);
        _thread.Host.FlushTurn();
        Statistics.Microseconds += (Stopwatch.GetTimestamp() - began) * 1_000_000 / Stopwatch.Frequency;
        bool isDurable = _engine.Pool.Medium.DrainIsDurable;
        _isReclaimDue |= emptied && isDurable;
        if (emptied && !isDurable || looked == 0)
            _cleaning.WakeKeeper();
        IsWanted = looked > 0;
        _owedBytes = looked == 0 ? 0 : Math.Clamp(_owedBytes - looked, 0, MaxOwedBytes);
        _owedTicks = 0;
        _committed = _thread.BytesCommitted;
        return looked;
    }

    private void TellDamage(PoolDamage damage) => _engine.Log?.Invoke($"Damage: {damage}");
}
