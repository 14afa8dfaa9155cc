using System.Diagnostics;
using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;

namespace Pkv.Persistence.Cleaning;

/// <summary>
/// Frees adjacent slots for a segment that needs several, if enough slots are free but not adjacent. A command that needs
/// them asks, and asks again while it waits. The keeper chooses the run of slots that is cheapest to empty, withholds slots
/// that become free in it, and has the segments in it cleaned before all others. Asking: any thread; planning: the keeper.
/// </summary>
/// <param name="pool">Whose slots.</param>
/// <param name="liveBytesOf">Bytes of a segment that live keys point at.</param>
/// <param name="liveBytes">The sum of that over all segments.</param>
public sealed class SlotWindow(Pool pool, Func<Segment, long> liveBytesOf, Func<long> liveBytes)
{
    /// <summary>
    /// The most slots of a segment that is moved out of the way: 20 MiB are copied in less than 10 ms, during which the
    /// thread does nothing else. Larger ones stay where they are.
    /// </summary>
    public const int MaxMovedSlots = 5;

    // If nobody has asked for this long, the requester has gone.
    private const int ForgottenAfterMs = 1000;

    /// <summary>A window out of which no byte has moved for this long is given up.</summary>
    public const int StuckAfterMs = 5000;

    /// <summary>The same where each step needs two syncs of a device.</summary>
    public const int StuckAfterMsOfDevice = 10_000;

    // A request that failed is not retried immediately, unless a slot's worth has been deleted since.
    private const int RefusedForMs = 500;

    // Time and number of attempts without a run that could be emptied; both must pass. What blocks it may be about to end, and on a busy
    // machine the threads that release it may not have been scheduled yet.
    private const int FutileAfterMs = 1000;
    private const int MaxFutileLooks = 10;

    private readonly List<Segment> _toSeal = [];
    private int _wanted;
    private long _askedMs;
    private int _refused = int.MaxValue;
    private long _refusedUntilMs;
    private long _liveWhenRefused;
    private int _first = -1;
    private int _slots;
    private long _costLeft;
    private long _progressMs;
    private int _futileLooks;
    private long _futileSinceMs;

    // Of adjacent free slots, as they were when this look first asked: the pool's lock is not taken for every segment. -1: not asked.
    private int _longestRun = -1;

    /// <summary>A command waits for adjacent slots, so there is something to clean.</summary>
    public bool IsWanted => Volatile.Read(ref _wanted) != 0;

    /// <summary>Open segments in the window: their owners are to seal them. The keeper's.</summary>
    public IReadOnlyList<Segment> ToSeal => _toSeal;

    /// <summary>Requests this many adjacent slots. False: they are not available, at least not now.</summary>
    public bool Ask(int slots)
    {
        Debug.Assert(slots > 0, "somebody needs at least one slot");
        long now = Environment.TickCount64;
        if (slots > pool.MaxSlots - pool.Reserves.For(AppendPurpose.Write) || IsRefused(slots, now))
            return false;
        Volatile.Write(ref _askedMs, now);
        // Of several askers the one that needs most is served; the others find their slots with it, or ask again.
        int wanted = Volatile.Read(ref _wanted);
        while (slots > wanted)
        {
            int was = Interlocked.CompareExchange(ref _wanted, slots, wanted);
            if (was == wanted)
                break;
            wanted = was;
        }
        return true;
    }

    /// <summary>Whether the segment is in the way. The keeper.</summary>
    public bool Contains(Segment segment) => _first >= 0 && segment.Slot < _first + _slots && segment.Slot + segment.Slots > _first;

    /// <summary>Whether a segment of several slots may be moved: it is small enough, and there is room for it elsewhere. The keeper.</summary>
    public bool MayMove(Segment segment)
    {
        if (_longestRun < 0)
            _longestRun = pool.LongestFreeRun(MaxMovedSlots);
        return segment.Slots <= _longestRun;
    }

    /// <summary>Chooses the window, or gives up. The keeper, before it asks about segments of the same snapshot.</summary>
    public void Plan(PoolSnapshot snapshot, long nowMs)
    {
        _toSeal.Clear();
        _longestRun = -1;
        int wanted = Volatile.Read(ref _wanted);
        if (wanted == 0)
            return;
        // Taken, or nobody waits any more.
        if ((_first >= 0 && !pool.IsWithholding) || nowMs - Volatile.Read(ref _askedMs) > ForgottenAfterMs)
        {
            End();
            return;
        }
        long cost = Choose(snapshot, Math.Min(wanted, pool.Slots), out int first);
        if (first < 0)
        {
            if (_futileLooks++ == 0)
                _futileSinceMs = nowMs;
            if (_futileLooks >= MaxFutileLooks && nowMs - _futileSinceMs >= FutileAfterMs)
                Refuse(wanted, nowMs);
            return;
        }
        Debug.Assert(cost >= 0 && first + Math.Min(wanted, pool.Slots) <= pool.Slots, "the stretch to be emptied lies within the pool");
        _futileLooks = 0;
        if (first != _first || wanted != _slots)
        {
            pool.Withhold(first, wanted);
            _longestRun = -1;
            if (_first < 0)
                _progressMs = nowMs;
            (_first, _slots, _costLeft) = (first, wanted, long.MaxValue);
        }
        if (cost < _costLeft)
            (_costLeft, _progressMs) = (cost, nowMs);
        else if (nowMs - _progressMs > (pool.Medium.DrainIsDurable ? StuckAfterMs : StuckAfterMsOfDevice))
        {
            Refuse(wanted, nowMs);
            return;
        }
        foreach (Segment segment in snapshot.Segments)
        {
            if (segment.State == SegmentState.Open && Contains(segment))
                _toSeal.Add(segment);
        }
    }

    private bool IsRefused(int slots, long nowMs) => slots >= Volatile.Read(ref _refused) && nowMs < Volatile.Read(ref _refusedUntilMs)
        && liveBytes() > Volatile.Read(ref _liveWhenRefused) - PoolHeader.SlotBytes;

    private void Refuse(int slots, long nowMs)
    {
        Volatile.Write(ref _liveWhenRefused, liveBytes());
        Volatile.Write(ref _refused, slots);
        Volatile.Write(ref _refusedUntilMs, nowMs + RefusedForMs);
        End();
    }

    private void End()
    {
        if (_first >= 0)
            pool.Withhold(0, 0);
        _first = -1;
        _slots = _futileLooks = 0;
        Volatile.Write(ref _wanted, 0);
    }

    // The cheapest run, and the bytes to be moved out of it; its first slot is -1 if there is none. The current window
    // stays unless another one is much cheaper, because the bytes moved so far would be wasted.
    private long Choose(PoolSnapshot snapshot, int slots, out int first)
    {
        Debug.Assert(slots > 0 && slots <= pool.Slots, "a stretch is no longer than the pool");
        long[] costs = SlotCosts(snapshot);
        long sum = 0, best = long.MaxValue;
        int blocked = 0;
        first = -1;
        for (int end = 1; end <= costs.Length; end++)
        {
            Count(costs[end - 1], 1, ref sum, ref blocked);
            if (end > slots)
                Count(costs[end - 1 - slots], -1, ref sum, ref blocked);
            if (end < slots || blocked > 0)
                continue;
            long cost = end - slots == _first && slots == _slots ? sum / 2 : sum;
            if (cost < best)
                (best, first) = (cost, end - slots);
        }
        return first == _first && slots == _slots && best != long.MaxValue ? 2 * best : best;
    }

    private static void Count(long cost, int sign, ref long sum, ref int blocked)
    {
        if (cost < 0)
            blocked += sign;
        else
            sum += sign * cost;
    }

    // What emptying each slot costs, in bytes to be moved; -1: it stays as it is.
    private long[] SlotCosts(PoolSnapshot snapshot)
    {
        long[] costs = new long[pool.Slots];
        foreach (Segment segment in snapshot.Segments)
        {
            long alive = liveBytesOf(segment) + segment.TombstoneBytes;
            bool isInTheWay = segment.State != SegmentState.Retired && alive > 0;
            bool stays = segment.IsPinned || (isInTheWay && (segment.IsDamaged || (segment.Slots > 1 && !segment.MovesInPieces && !MayMove(segment))));
            // Sealing a thread's open segment costs it the room in it; a command that is being received holds its segment for a while.
            bool isInUse = segment.State == SegmentState.Open || segment.Reservations > 0;
            long cost = stays ? -1 : (isInTheWay ? alive / segment.Slots : 0) + (isInUse ? PoolHeader.SlotBytes : 0);
            for (int slot = segment.Slot; slot < Math.Min(costs.Length, segment.Slot + segment.Slots); slot++)
                costs[slot] = cost;
        }
        return costs;
    }
}
