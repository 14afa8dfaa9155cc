using Pkv.Engine.Records;
using Pkv.Persistence.Cleaning;
using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;

namespace Pkv.Engine.Space;

/// <summary>
/// What the threads share about giving the pool's space back: what may go, what to clean next, how urgent it is. The keeper
/// (its thread) looks and ranks; the I/O threads clean, each in its own turns.
/// </summary>
public sealed class PoolCleaning
{
    private readonly Pool _pool;
    private readonly int _aheadMax;
    private readonly int _threads;
    private readonly ManualResetEventSlim _wanted = new();
    private long _looks;
    private bool _passRequested;
    private volatile bool _isStarved;
    private Survey _survey = Survey.Nothing;

    public PoolCleaning(Pool pool, int threads, PoolLiveBytes live)
    {
        _pool = pool;
        _threads = threads;
        Reaper = new SegmentReaper(pool, live.Of);
        Window = new SlotWindow(pool, live.Of, () => live.Total);
        Victims = new VictimQueue(Reaper, live.Of, Window);
        // Late is cheap: the longer a segment waits, the less of it lives. What must be left is what the threads open while
        // a victim becomes free; on a medium that is synced, that takes two syncs.
        _aheadMax = 1 + 2 * _threads + (_pool.Medium.DrainIsDurable ? 0 : 8);
    }

    /// <summary>Which segments may go.</summary>
    public SegmentReaper Reaper { get; }

    public VictimQueue Victims { get; }

    /// <summary>Makes adjacent slots free for large values.</summary>
    public SlotWindow Window { get; }

    /// <summary>Cleaning begins when fewer slots than this are free.</summary>
    public int StartSlots => _pool.Reserves.Cleaner + _pool.Reserves.Delete + Ahead;

    /// <summary>Whether a turn may find no slot: every thread may want one.</summary>
    public bool IsOutOfRoom => _pool.FreeFor(AppendPurpose.Write) < _threads;

    /// <summary>Whether writes find no slot now: what a turn took is gone until the next one makes room.</summary>
    public bool HasNoSlot => _pool.FreeFor(AppendPurpose.Write) < 1;

    /// <summary>Whether not even deletes find one.</summary>
    public bool HasNoSlotForDeletes => _pool.FreeFor(AppendPurpose.Delete) < 1;

    /// <summary>Whether cleaning may yet give a record the adjacent slots that it did not find. Any thread.</summary>
    public bool MayMakeRoom(long slots) =>
        _pool.Medium.CanStore && (slots > 1 ? slots < int.MaxValue && Window.Ask((int)slots) : !IsStarved);

    /// <summary>What the keeper saw last.</summary>
    public Survey Survey
    {
        get => Volatile.Read(ref _survey);
        set => Volatile.Write(ref _survey, value);
    }

    /// <summary>No segment can be opened and there is nothing left to clean, whatever the sums say. Any thread.</summary>
    public bool IsStarved
    {
        get => _isStarved;
        set => _isStarved = value;
    }

    /// <summary>
    /// How urgent cleaning is: 0 while there is room, 1 at the last slots that writes can have. Any thread.
    /// </summary>
    public double Pressure => PressureAt(_pool.FreeFor(AppendPurpose.Write));

    /// <summary>
    /// The same for a thread that can append so many bytes without another slot, which half a slot is the mean of: it rises with
    /// each turn, not only with each slot.
    /// </summary>
    public double PressureWith(long room) => PressureAt(_pool.FreeFor(AppendPurpose.Write) + (double)room / PoolHeader.SlotBytes - 0.5);

    private double PressureAt(double free) => Math.Clamp(1 - free / (Ahead + 1), 0, 1);

    // Slots that writes can have and that cleaning keeps free.
    private int Ahead => Math.Clamp(_pool.MaxSlots / 32, _threads, _aheadMax);

    /// <summary>BGREWRITEAOF: clean whatever gains anything, room or not. Cleared by the keeper when nothing is left.</summary>
    public bool PassRequested
    {
        get => Volatile.Read(ref _passRequested);
        set => Volatile.Write(ref _passRequested, value);
    }

    /// <summary>Has the keeper look now. Any thread.</summary>
    public void WakeKeeper() => _wanted.Set();

    /// <summary>Looks the keeper has taken. Any thread.</summary>
    public long Looks => Volatile.Read(ref _looks);

    /// <summary>The keeper has looked.</summary>
    public void EndLook() => Volatile.Write(ref _looks, _looks + 1);

    /// <summary>The keeper waits until it is woken, or so long.</summary>
    public void WaitForNextLook(int periodMs)
    {
        _wanted.Wait(periodMs);
        _wanted.Reset();
    }
}
