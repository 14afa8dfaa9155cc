using System.Diagnostics;
using Pkv.Persistence.Format;
using Pkv.Persistence.Recovery;
using Pkv.Persistence.Segments;

namespace Pkv.Persistence.Cleaning;

/// <summary>
/// One thread's cleaner: walks a victim's commit entries, a few records at a time, and appends what is still needed
/// elsewhere. It verifies records before moving them: damaged ones stay in place and are reported, never copied. Owner
/// thread only. The order that makes a crash harmless: moved records are committed, then the victim is released; the pool
/// ensures that they are durable before it wipes the victim.
/// </summary>
public sealed unsafe class LogCleaner(Pool pool, VictimQueue victims, SegmentReaper reaper, ISurvivors survivors, CleanerStatistics statistics, Action<PoolDamage> tellDamage)
{
    // What the end of a victim counts as.
    private const long FinishBytes = 64;

    private Segment? _victim;
    private Segment? _walked;
    private CleanedRange _range;
    private int _nextEntry;
    private int _promisedSlots;

    /// <summary>
    /// Bytes of the current victim, or the previous one, for each byte that cleaning it frees. Free bytes are those not live when it was taken.
    /// </summary>
    public double ScannedBytesPerFreedByte { get; private set; } = 1;

    /// <summary>
    /// Processes about this many bytes of victims. Returns how many it was: 0 if there is nothing to clean, or no room to
    /// move anything to. Stops at a victim's end: the next one is begun when that is committed (<see cref="Committed"/>).
    /// </summary>
    public long Step(long budgetBytes)
    {
        long looked = 0;
        while (looked < budgetBytes && !HasWalked)
        {
            if (_victim is null && !Take())
                break;
            Debug.Assert(_victim!.State == SegmentState.Cleaning && _nextEntry <= _victim.EntryCount, "a victim is being cleaned by this thread, and nothing is appended to it");
            bool atEnd = _range.Next == _range.End;
            if (atEnd && _nextEntry < _victim!.EntryCount)
            {
                NextRange(_victim);
                continue;
            }
            if (!(atEnd ? TryFinish(_victim!, ref looked, budgetBytes) : TryMove(ref looked, budgetBytes)))
            {
                statistics.Stalls++;
                break;
            }
        }
        return HasWalked ? Math.Max(looked, 1) : looked;
    }

    /// <summary>A victim was walked to its end: the thread's batch is to be committed.</summary>
    public bool HasWalked => _walked is not null;

    /// <summary>The thread's batch is committed: a completely walked victim is retired, or left to the keeper. False: there is none.</summary>
    public bool Committed()
    {
        if (_walked is not { } segment)
            return false;
        segment.IsEmptied = !segment.IsDamaged && !segment.IsPutOff;
        if (segment.IsEmptied)
            survivors.NoteEmptied(segment);
        Pool.EndCleaning(segment);
        reaper.TryRetireEmptied(segment);
        _walked = null;
        return true;
    }

    private bool Take()
    {
        _victim = victims.TryTake(pool, survivors.Room, out _promisedSlots);
        _nextEntry = 0;
        _range = default;
        if (_victim is null)
            return false;
        Debug.Assert(_victim.IsClosed && _victim.DurableEntries >= _victim.EntryCount, "a victim is sealed, and all that was promised to it is durable");
        Debug.Assert(_walked is null && _promisedSlots >= 0, "one victim is let go before the next is taken");
        _victim.IsPutOff = false;
        ScannedBytesPerFreedByte = 1 / (1 - Math.Min(victims.Utilization(_victim), VictimQueue.MaxUtilization));
        return true;
    }

    // The next range of the victim, unless it is damaged: then it is no victim any more.
    private void NextRange(Segment victim)
    {
        Debug.Assert(_nextEntry < victim.EntryCount, "a victim is walked to its last entry");
        CommitEntry* entry = victim.EntryAt(_nextEntry);
        if (!EntryCheck.IsValid(victim, entry, _nextEntry))
        {
            victim.IsDamaged = true;
            statistics.SegmentsDamaged++;
            tellDamage(new PoolDamage(victim.Slot, (byte*)entry - pool.Medium.Base, CommitEntry.SizeBytes,
                $"commit entry {_nextEntry}, or its record, fails its checksum; found while cleaning, left where it is"));
            LetGo(victim);
            return;
        }
        _nextEntry++;
        // One that a salvage gave up stands for nothing.
        if (entry->Length == 0)
            return;
        _range = new CleanedRange
        {
            Victim = victim,
            Next = victim.Base + entry->Offset,
            End = victim.Base + entry->Offset + entry->Length,
            Sequence = entry->Sequence,
            TimeMs = entry->TimeMs,
            Database = entry->Database,
            DropsTombstones = victim.DropsTombstones,
        };
    }

    private bool TryMove(ref long looked, long budgetBytes)
    {
        byte* from = _range.Next;
        Debug.Assert(from < _range.End && _range.Victim == _victim, "what is moved is in the range at hand");
        bool moved = survivors.TryMove(ref _range, budgetBytes - looked);
        Debug.Assert(_range.Next >= from && _range.Next <= _range.End, "a range is walked forwards, to its end");
        Debug.Assert(_range.MovedOfNext >= 0 && _range.MovedOfNext <= _victim!.Bytes, "no more is moved of a victim than it holds");
        looked += _range.Next - from + _range.MovedOfNext;
        _range.MovedOfNext = 0;
        return moved;
    }

    // What was postponed until the end of the victim. False: no room.
    private bool TryFinish(Segment victim, ref long looked, long budgetBytes)
    {
        if (!survivors.TryFinish(victim, budgetBytes - looked, out bool isThrough))
            return false;
        looked = isThrough ? looked + FinishBytes : budgetBytes;
        if (isThrough)
        {
            Debug.Assert(_nextEntry == victim.EntryCount, "a victim is through when all its entries were walked");
            statistics.SegmentsCleaned++;
            statistics.BytesCleaned += victim.Bytes;
            LetGo(victim);
        }
        return true;
    }

    private void LetGo(Segment victim)
    {
        Debug.Assert(_walked is null && victim == _victim, "one victim at a time is let go");
        _walked = victim;
        _victim = null;
        _range = default;
        pool.EndPromise(_promisedSlots);
        _promisedSlots = 0;
    }
}
