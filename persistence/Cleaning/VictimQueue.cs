using System.Diagnostics;
using Pkv.Persistence.Format;
using Pkv.Persistence.Log;
using Pkv.Persistence.Segments;

namespace Pkv.Persistence.Cleaning;

/// <summary>
/// The segments to clean next, best first. The keeper fills it from a snapshot; the cleaning threads take from it. Segments
/// are ranked as in RAMCloud by benefit over cost, (1 − u)·age / (1 + u), where u is the share that would have to be moved
/// (Rumble et al., FAST '14, §3.3; after Sprite LFS).
/// </summary>
/// <param name="reaper">Knows which tombstones are over.</param>
/// <param name="liveBytesOf">Bytes of a segment that live keys point at.</param>
/// <param name="window">Slots that are to become free before all others.</param>
public sealed class VictimQueue(SegmentReaper reaper, Func<Segment, long> liveBytesOf, SlotWindow? window = null)
{
    /// <summary>Above this share of live bytes a segment is not worth cleaning.</summary>
    public const double MaxUtilization = 0.97;

    /// <summary>
    /// Needed tombstones above this share of the pool's used bytes: the oldest segments are rewritten whatever they hold,
    /// since they are what the tombstones wait for.
    /// </summary>
    private const double MaxTombstoneShare = 0.1;

    private const int Depth = 64;

    // What a segment of several slots may hold to be cleaned: more would not surely fit one slot.
    private const long MaxMovedOfLarge = PoolHeader.SlotBytes / 2;

    // Rank of segments where adjacent slots are to become free.
    private const double InTheWay = double.MaxValue;

    private readonly Lock _lock = new();
    private readonly List<Segment> _queue = [];
    private readonly List<(double Worth, Segment Segment)> _ranked = [];
    private ulong _rewriteUpTo;
    private long _tombstonesLeft;

    /// <summary>While the oldest segments are being rewritten: up to this generation. Open ones are to be sealed. Else 0.</summary>
    public ulong RewritesUpTo => Volatile.Read(ref _rewriteUpTo);

    /// <summary>
    /// Takes the best victim for the calling thread's cleaner; null if there is none, or no room for the data to be moved.
    /// </summary>
    /// <param name="pool">Whose slots are promised.</param>
    /// <param name="room">Bytes that can be moved without another slot.</param>
    /// <param name="promisedSlots">To be given back with <see cref="Pool.EndPromise"/>.</param>
    public Segment? TryTake(Pool pool, long room, out int promisedSlots)
    {
        promisedSlots = 0;
        lock (_lock)
        {
            for (int i = 0; i < _queue.Count; i++)
            {
                Segment segment = _queue[i];
                // With no slot left, the best victims may need more room than there is, while a lower-ranked one does not.
                int slots = SlotsFor(segment, room);
                if (!pool.TryPromise(slots))
                    continue;
                _queue.RemoveAt(i--);
                if (!segment.IsPinned && Pool.TryBeginCleaning(segment))
                {
                    Debug.Assert(segment.IsClosed && segment.DurableEntries >= segment.EntryCount, "a victim was closed, and durable, when it was ranked");
                    promisedSlots = slots;
                    return segment;
                }
                pool.EndPromise(slots);
            }
        }
        return null;
    }

    // Slots that the survivors of a victim may take beyond the available room. Neighbors that shared a record may need one each.
    private int SlotsFor(Segment victim, long room)
    {
        Debug.Assert(room >= 0, "room is what is free");
        long beyond = liveBytesOf(victim) + victim.TombstoneBytes - room;
        return beyond <= 0 ? 0 : (int)((beyond + AppendPlan.SlotRoom - 1) / AppendPlan.SlotRoom);
    }

    /// <summary>Nothing is to be cleaned until the next ranking. The keeper only.</summary>
    public void Clear()
    {
        lock (_lock)
            _queue.Clear();
    }

    /// <summary>Which part of a victim has to be moved, at most.</summary>
    public double Utilization(Segment victim) => (double)(liveBytesOf(victim) + victim.TombstoneBytes) / victim.Bytes;

    /// <summary>Ranks the segments again. The keeper only. Returns the survey.</summary>
    /// <param name="snapshot">Taken just now.</param>
    /// <param name="nowMs">Unix ms.</param>
    /// <param name="maxUtilization">Above it a segment is left alone: <see cref="MaxUtilization"/>, or less for a pass that is not urgent.</param>
    /// <param name="isOutOfRoom">Writes wait: where nothing else is to be gained, tombstones are, however few.</param>
    public Survey Rank(PoolSnapshot snapshot, long nowMs, double maxUtilization = MaxUtilization, bool isOutOfRoom = false)
    {
        _ranked.Clear();
        Survey survey = Look(snapshot, nowMs, maxUtilization);
        if (IsRewriteDue(survey, snapshot, isOutOfRoom && _ranked.Count == 0))
            RankByAge(snapshot, survey);
        _ranked.Sort(static (a, b) => b.Worth.CompareTo(a.Worth));
        lock (_lock)
        {
            _queue.Clear();
            foreach ((_, Segment segment) in _ranked.Take(Depth))
                _queue.Add(segment);
        }
        return survey with { Victims = _ranked.Count };
    }

    private Survey Look(PoolSnapshot snapshot, long nowMs, double maxUtilization)
    {
        int open = 0, closed = 0, unsettled = 0, retired = 0;
        long used = 0, tombstones = 0;
        foreach (Segment segment in snapshot.Segments)
        {
            used += segment.Bytes;
            if (segment.State == SegmentState.Retired)
                retired++;
            else if (segment.State == SegmentState.Open)
                open++;
            else
            {
                closed++;
                unsettled += segment.IsClosed && !SegmentReaper.HasSettled(snapshot, segment) ? 1 : 0;
                segment.DropsTombstones = reaper.TombstonesAreOver(snapshot, segment);
                long alive = liveBytesOf(segment), needed = segment.DropsTombstones ? 0 : segment.TombstoneBytes;
                tombstones += needed;
                // Of deletions and expiry changes as they were logged many are for the same keys; what was moved once is rid of those.
                long toMove = alive + (segment.HoldsSurvivors ? needed : needed / 2);
                double utilization = Math.Min(1, (double)toMove / segment.Bytes);
                if (window?.Contains(segment) == true && CanBeCleaned(snapshot, segment, alive, mayMoveLarge: true))
                    _ranked.Add((InTheWay, segment));
                else if (utilization <= maxUtilization && CanBeCleaned(snapshot, segment, alive, mayMoveLarge: false))
                    _ranked.Add(((1 - utilization) * (Math.Max(0, nowMs - segment.WrittenMs) + 1000) / (1 + utilization), segment));
            }
        }
        return new Survey { Open = open, Sealed = closed, Unsettled = unsettled, Retired = retired, UsedBytes = used, TombstoneBytes = tombstones };
    }

    // Once through all segments that were there when it began; then not again before half as many tombstones have come as
    // the pass could not get rid of, or any at all where there is no room.
    private bool IsRewriteDue(Survey survey, PoolSnapshot snapshot, bool isLastResort)
    {
        if (_rewriteUpTo != 0)
            return true;
        bool isWorthIt = survey.TombstoneBytes > MaxTombstoneShare * survey.UsedBytes && survey.TombstoneBytes > _tombstonesLeft * 3 / 2 && survey.Sealed >= 3;
        if (!isWorthIt && !(isLastResort && survey.TombstoneBytes > _tombstonesLeft))
            return false;
        Volatile.Write(ref _rewriteUpTo, snapshot.Segments.Max(s => s.Generation));
        return true;
    }

    // What tombstones wait for is the oldest segments, however full they are, except values too large to be moved. The pass lasts until none is left that may ever be cleaned: one that was sealed for it a
    // moment ago is not settled yet, and one that is being cleaned may be put off.
    private void RankByAge(PoolSnapshot snapshot, Survey survey)
    {
        List<(double, Segment)> oldest = [];
        bool isOver = true;
        foreach (Segment segment in snapshot.Segments)
        {
            if (segment.Generation > _rewriteUpTo || segment.State == SegmentState.Retired || segment.IsEmptied || segment.IsDamaged || segment.IsPinned)
                continue;
            long alive = liveBytesOf(segment);
            if ((segment.DropsTombstones && alive == 0) || !MayBeMoved(segment, alive, mayMoveLarge: true))
                continue;
            isOver = false;
            if (CanBeCleaned(snapshot, segment, alive, mayMoveLarge: true))
                oldest.Add((-(double)segment.Generation, segment));
        }
        if (oldest.Count > 0)
        {
            _ranked.RemoveAll(static r => r.Worth < InTheWay);
            _ranked.AddRange(oldest);
        }
        if (!isOver)
            return;
        Volatile.Write(ref _rewriteUpTo, 0);
        _tombstonesLeft = survey.TombstoneBytes;
    }

    // A segment without live bytes and without needed tombstones is freed without cleaning.
    private bool CanBeCleaned(PoolSnapshot snapshot, Segment segment, long alive, bool mayMoveLarge) =>
        segment.State == SegmentState.Sealed && segment.IsClosed && !segment.IsPinned && !segment.IsDamaged && !segment.IsEmptied
        && segment.DurableEntries >= segment.EntryCount // a copy of what is not durable could outlive what belongs to it
        && MayBeMoved(segment, alive, mayMoveLarge) && SegmentReaper.HasSettled(snapshot, segment)
        && !(segment.DropsTombstones && alive == 0);

    // Moving a large value only moves the hole, unless that is requested.
    private bool MayBeMoved(Segment segment, long alive, bool mayMoveLarge) =>
        segment.Slots == 1 || segment.MovesInPieces || alive < MaxMovedOfLarge || (mayMoveLarge && window?.MayMove(segment) == true);
}
