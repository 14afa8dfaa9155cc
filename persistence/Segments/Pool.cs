using System.Diagnostics;
using Pkv.Persistence.Format;
using Pkv.Persistence.Media;

namespace Pkv.Persistence.Segments;

/// <summary>
/// One mapped region divided into slots. Opens segments, takes them back, and grows the medium. Opening and freeing take a
/// lock (once for each slot written); address lookups take none.
/// </summary>
public sealed unsafe class Pool : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Segment?[] _bySlot;
    private readonly FreeSlots _free;
    private readonly RetiredSegments _retired;
    private readonly SlotReclaim _reclaim;
    private readonly UnsyncedSegments _unsynced = new();
    private readonly SlotGrowth _growth;
    private long _slotsGained;
    private long _slotsOfSurvivors;
    private ulong _generation;

    private Pool(IMedium medium, PoolOptions options, uint slots, bool created)
    {
        Medium = medium;
        Created = created;
        Epochs = new EpochTable(options.Threads + 1);
        _retired = new RetiredSegments(Epochs);
        _reclaim = new SlotReclaim(this, _retired);
        PoolId = ((PoolHeader*)medium.Base)->PoolIdLow;
        PublicId = ((PoolHeader*)medium.Base)->PoolIdHigh;
        Directory = new SegmentDirectory(medium);
        long maxBytes = Math.Min(options.MaxBytes, medium.MappedBytes);
        uint maxSlots = Math.Max(slots, (uint)((maxBytes - PoolHeader.SegmentsOffset) / PoolHeader.SlotBytes));
        int ceiling = (int)Math.Max(maxSlots, (medium.MappedBytes - PoolHeader.SegmentsOffset) / PoolHeader.SlotBytes);
        _growth = new SlotGrowth(medium, Directory, slots, maxSlots, ceiling);
        Reserves = new SlotReserves((int)maxSlots, options.Threads);
        Recovery = new PoolRecovery(this);
        _bySlot = new Segment?[ceiling];
        _free = new FreeSlots(ceiling);
        _generation = Directory.HighestGeneration();
    }

    public IMedium Medium { get; }

    /// <summary>Whether this start created the pool.</summary>
    public bool Created { get; }

    public EpochTable Epochs { get; }

    /// <summary>Tells this pool from others; no secret.</summary>
    public ulong PublicId { get; }

    /// <summary>Secret: see <see cref="SegmentHeader.PoolId"/>.</summary>
    internal ulong PoolId { get; }

    /// <summary>Records which slot holds which segment.</summary>
    internal SegmentDirectory Directory { get; }

    /// <summary>Slots that the medium backs now.</summary>
    public int Slots => _growth.Slots;

    /// <summary>Slots that the pool may grow to.</summary>
    public int MaxSlots => _growth.MaxSlots;

    /// <summary>Slots that <see cref="MaxSlots"/> may be raised to: what is mapped.</summary>
    public int CeilingSlots => _growth.Ceiling;

    /// <summary>Slots that hold records or are being freed.</summary>
    public int UsedSlots { get; private set; }

    /// <summary>Recovery work that must be finished before the pool is used.</summary>
    public PoolRecovery Recovery { get; }

    /// <summary>Slots reserved for certain purposes.</summary>
    public SlotReserves Reserves { get; }

    /// <summary>Slots that can still be opened, including those that the file does not back yet. Any thread; may be slightly out of date.</summary>
    public int FreeSlots => _free.Count + _growth.Possible;

    /// <summary>
    /// Free slots that can be opened for this purpose: not those reserved for others, promised to cleaners or withheld for a segment of several
    /// slots. Any thread; may be slightly out of date.
    /// </summary>
    public int FreeFor(AppendPurpose purpose) => FreeSlots - _free.Withheld - Reserves.For(purpose);

    /// <summary>Free slots that are not promised to a cleaner. Any thread; may be slightly out of date.</summary>
    public int FreeForCleaning => FreeSlots - _free.Withheld - Reserves.Promised;

    /// <summary>Slots freed by this process minus those that survivors of cleaning took: the net gain of cleaning and deletion.</summary>
    public long SlotsGained => Interlocked.Read(ref _slotsGained);

    /// <summary>Slots that survivors of cleaning took.</summary>
    public long SlotsOfSurvivors => Interlocked.Read(ref _slotsOfSurvivors);

    /// <summary>Segments ever opened by this process.</summary>
    public long SegmentsOpened { get; private set; }

    /// <summary>Segments freed by this process.</summary>
    public long SegmentsFreed { get; private set; }

    /// <summary>Generation of the most recently opened segment.</summary>
    public ulong Generation => Volatile.Read(ref _generation);

    public static Pool Open(IMedium medium, PoolOptions options)
    {
        uint slots = PoolFile.OpenOrCreate(medium, options.MaxBytes, out bool created);
        Pool pool = new(medium, options, slots, created);
        if (options.Prefault)
            pool._growth.Prefault(pool.NextGeneration, pool.Populate, options.PrefaultProgress);
        if (created)
            pool.AdoptFree();
        return pool;
    }

    /// <summary>The segment that holds this pool offset, or null.</summary>
    public Segment? SegmentAt(long offset)
    {
        long slot = (offset - PoolHeader.SegmentsOffset) / PoolHeader.SlotBytes;
        return (ulong)slot < (ulong)_bySlot.Length ? _bySlot[slot] : null;
    }

    public Segment? SegmentAt(byte* p) => SegmentAt(p - Medium.Base);

    /// <summary>
    /// Opens a segment whose record space is at least <paramref name="recordBytes"/>. Returns null when the
    /// pool is full, as far as <paramref name="purpose"/> goes.
    /// </summary>
    public Segment? TryOpen(long recordBytes, AppendPurpose purpose = AppendPurpose.Write)
    {
        Debug.Assert(recordBytes >= 0, "a record has a length");
        long wanted = Segment.SlotsFor(recordBytes);
        lock (_lock)
        {
            int first = wanted > Segment.MaxSlots ? -1 : TakeLocked((int)wanted, purpose);
            return first < 0 ? null : OpenLocked(first, (int)wanted, purpose);
        }
    }

    /// <summary>Held while slots are taken, opened or returned.</summary>
    internal Lock Gate => _lock;

    /// <summary>Takes adjacent free slots that the medium backs, and returns the first, or -1.</summary>
    internal int TakeLocked(int slots, AppendPurpose purpose)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread && slots > 0, "slots are taken under the lock");
        if (Medium.DrainIsDurable && _retired.Count > 0)
            _reclaim.ReclaimLocked();
        int first = slots == 1 ? TakeOne(Reserves.For(purpose)) : TakeAdjacent(slots, purpose);
        if (first < 0 || PopulateLocked(first, slots))
            return first;
        GiveBackLocked(first, slots);
        return -1;
    }

    /// <summary>Returns slots that were taken and to which nothing was written.</summary>
    internal void GiveBackLocked(int first, int slots)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread && IsEmpty(first, slots), "what is given back was never opened");
        _free.AddRun(first, slots);
    }

    /// <summary>Opens a segment in slots that were taken.</summary>
    internal Segment OpenLocked(int first, int slots, AppendPurpose purpose)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread && first >= 0 && first + slots <= Slots, "a segment is opened in slots that the medium backs");
        Debug.Assert(IsEmpty(first, slots), "no segment lies where another one is opened");
        Segment segment = SegmentHeaders.Format(this, first, slots, ++_generation);
        for (int i = 0; i < slots; i++)
            _bySlot[first + i] = segment;
        UsedSlots += slots;
        SegmentsOpened++;
        if (purpose == AppendPurpose.Clean)
        {
            Interlocked.Add(ref _slotsOfSurvivors, slots);
            Interlocked.Add(ref _slotsGained, -slots);
        }
        if (!Medium.DrainIsDurable)
            _unsynced.Add(segment);
        return segment;
    }

    /// <summary>Its owner appends no more. Reservations may still complete.</summary>
    public void Seal(Segment segment)
    {
        if (segment.State != SegmentState.Open)
            throw new InvalidOperationException($"segment {segment.Slot} is {segment.State}: only an open one can be sealed");
        if (Medium.CanStore)
            SegmentHeaders.WriteSealed(Medium, segment);
        if (Medium.DrainIsDurable)
            Directory.Confirm(segment, isSealed: true);
        segment.MoveTo(SegmentState.Open, SegmentState.Sealed);
    }

    /// <summary>Entries were committed in a segment that is already sealed: its header must count them as well.</summary>
    internal void SealAgain(Segment segment)
    {
        lock (_lock)
        {
            if (!UnsyncedSegments.HoldsNothing(segment))
                SegmentHeaders.WriteSealed(Medium, segment);
        }
    }

    /// <summary>
    /// A sync that began when the pool had this many slots has succeeded: the file's length is on the device, and the
    /// header may contain it. Never earlier: after a power loss a header that counts more than the file holds would look
    /// like a truncated pool.
    /// </summary>
    internal void PublishSlots(int slots)
    {
        lock (_lock)
        {
            Debug.Assert(slots <= Slots, "the header promises no more slots than the medium backs");
            if (PoolFile.PublishedSlots(Medium) < slots)
                PoolFile.SetSlots(Medium, (uint)slots);
        }
    }

    /// <summary>
    /// Segments that may have entries the device does not have yet, or whose header does not attest them all.
    /// For the one committer of a syncing medium.
    /// </summary>
    internal void CollectUnsynced(List<Segment> segments)
    {
        lock (_lock)
            _unsynced.Collect(segments);
    }

    /// <summary>The sync that followed the last <see cref="CollectUnsynced"/> has succeeded. For the one committer of a syncing medium.</summary>
    internal void ConfirmSynced()
    {
        lock (_lock)
            _unsynced.Confirm(Directory);
    }

    /// <summary>Takes a sealed segment for one cleaner; false: another one was faster.</summary>
    public static bool TryBeginCleaning(Segment segment) => segment.TryMoveTo(SegmentState.Sealed, SegmentState.Cleaning);

    /// <summary>The cleaner has finished with it, or gives it up.</summary>
    public static void EndCleaning(Segment segment) => segment.MoveTo(SegmentState.Cleaning, SegmentState.Sealed);

    /// <summary>A sealed segment holds nothing live: it is freed as soon as nobody can see it any more. False: another thread was faster.</summary>
    public bool TryRetire(Segment segment)
    {
        if (!segment.TryMoveTo(SegmentState.Sealed, SegmentState.Retired))
            return false;
        Debug.Assert(segment.IsClosed, "nothing more is committed in a segment that is retired");
        lock (_lock)
            _retired.Add(segment);
        return true;
    }

    /// <summary>
    /// Reserves this many free slots for one cleaner until <see cref="EndPromise"/>: a cleaner that begins a victim must be able to finish it, or all
    /// cleaners of a full pool would wait for each other. False: there are not enough.
    /// </summary>
    public bool TryPromise(int slots)
    {
        lock (_lock)
        {
            Debug.Assert(slots >= 0, "slots are promised, not taken back");
            if (FreeForCleaning < slots)
                return false;
            Reserves.Promise(slots);
            return true;
        }
    }

    /// <summary>The cleaner has finished its victim.</summary>
    public void EndPromise(int slots)
    {
        lock (_lock)
            Reserves.Promise(-slots);
    }

    /// <summary>
    /// From now on the slots from <paramref name="first"/> on are withheld, as they become free, for a segment of this many slots; 0: no longer.
    /// </summary>
    public void Withhold(int first, int slots)
    {
        Debug.Assert(first >= 0 && slots >= 0 && first + slots <= CeilingSlots, "the window lies within the pool");
        lock (_lock)
            _free.Withhold(first, first + slots);
    }

    /// <summary>Slots are being withheld. Any thread; may be slightly out of date.</summary>
    public bool IsWithholding => _free.HasWindow;

    /// <summary>
    /// The length of the longest run of free slots, not counting withheld ones: what a value that is moved there may take. Stops
    /// looking once it has found a run of <paramref name="enough"/>.
    /// </summary>
    public int LongestFreeRun(int enough)
    {
        lock (_lock)
            return _free.LongestRun(enough);
    }

    /// <summary>Whether space is about to become free: segments being cleaned, and retired ones that no slow reader holds. Any thread.</summary>
    public bool IsReclaiming
    {
        get
        {
            if (_reclaim.IsWiping || Reserves.Promised != 0)
                return true;
            lock (_lock)
                return _retired.AnyUnpinned;
        }
    }

    /// <summary>
    /// Frees segments that were retired and are no longer visible. On media that need a sync this takes two: what made the
    /// segments dead must be on the device before they are wiped, and the wipe before they are reused.
    /// Background work; one caller at a time.
    /// </summary>
    public void Reclaim() => _reclaim.Reclaim();

    /// <summary>
    /// Lets the pool grow to this many bytes from now on. False: less than its current limit, or more than was mapped at the
    /// start.
    /// </summary>
    public bool TryRaise(long maxBytes)
    {
        lock (_lock)
            return _growth.TryRaise((maxBytes - PoolHeader.SegmentsOffset) / PoolHeader.SlotBytes);
    }

    /// <summary>Every segment now in the pool, in slot order.</summary>
    public List<Segment> Snapshot()
    {
        List<Segment> segments = [];
        lock (_lock)
        {
            for (int slot = 0; slot < Slots; slot += Math.Max(1, _bySlot[slot]?.Slots ?? 1))
            {
                if (_bySlot[slot] is { } segment)
                    segments.Add(segment);
            }
        }
        return segments;
    }

    /// <summary>Prefaults the slots that will be opened next, and grows the pool when few are left. Background work.</summary>
    /// <param name="ahead">How many slots to keep ready.</param>
    public void PrepareAhead(int ahead)
    {
        for (int i = 0; i < ahead; i++)
        {
            int slot;
            lock (_lock)
            {
                if (_free.Count < ahead && !GrowLocked(1))
                    ahead = _free.Count;
                slot = _free.NextUnpopulated(ahead);
            }
            // Meanwhile the slot may be taken and populated twice, which is harmless.
            if (slot < 0 || !Medium.Populate(SlotBase(slot), PoolHeader.SlotBytes))
                return;
            lock (_lock)
                _free.SetPopulated(slot);
        }
    }

    // The background thread was not fast enough, or the medium requires it.
    private bool PopulateLocked(int first, int slots)
    {
        for (int slot = first; slot < first + slots && Medium.MustPopulate; slot++)
        {
            if (!_free.IsPopulated(slot) && !Populate(slot))
                return false;
        }
        return true;
    }

    public void Dispose()
    {
        Epochs.Dispose();
        Medium.Dispose();
    }

    internal byte* SlotBase(int slot)
    {
        Debug.Assert(slot >= 0, "slots count from 0");
        return Medium.Base + PoolHeader.SegmentsOffset + (long)slot * PoolHeader.SlotBytes;
    }

    /// <summary>Recovery found a segment: it is sealed from now on.</summary>
    internal void Adopt(Segment segment)
    {
        Debug.Assert(IsEmpty(segment.Slot, segment.Slots), "no two segments share a slot");
        for (int i = 0; i < segment.Slots; i++)
            _bySlot[segment.Slot + i] = segment;
        UsedSlots += segment.Slots;
        _generation = Math.Max(_generation, segment.Generation);
        segment.MoveTo(SegmentState.Open, SegmentState.Sealed);
    }

    /// <summary>Recovery continues appending to this segment: its free tail holds nothing that validates.</summary>
    internal void Reopen(Segment segment)
    {
        Debug.Assert(segment.DurableEntries == segment.EntryCount && segment.NotedEnd <= segment.Tail, "where a recovery goes on, all that is there is durable");
        segment.MoveTo(SegmentState.Sealed, SegmentState.Open);
        // Deletions in it act on records in segments that exist now.
        segment.TombstoneBound = segment.HoldsTombstones ? Generation : 0;
        if (!Medium.DrainIsDurable)
            _unsynced.Add(segment);
    }

    /// <summary>The generation that the next segment to be opened gets.</summary>
    internal ulong NextGeneration => _generation + 1;

    /// <summary>Recovery has finished: every slot that no segment holds is free. Low slots are used first.</summary>
    internal void AdoptFree()
    {
        for (int slot = Slots - 1; slot >= 0; slot--)
        {
            if (_bySlot[slot] is null)
                _free.Add(slot);
        }
    }

    private int TakeOne(int reserve)
    {
        if (_free.Count - _free.Withheld <= reserve)
            GrowLocked(1);
        return _free.Count - _free.Withheld > reserve ? _free.Take() : -1;
    }

    // Withheld slots are for writes: the cleaner moves data out of them.
    private int TakeAdjacent(int slots, AppendPurpose purpose)
    {
        Debug.Assert(slots > 1, "one slot has no neighbour to look for");
        int reserve = Reserves.For(purpose);
        bool mayTakeWindow = purpose != AppendPurpose.Clean;
        int first = _free.Count - slots < reserve ? -1 : _free.TakeAdjacent(slots, mayTakeWindow);
        if (first < 0 && GrowLocked((uint)slots) && _free.Count - slots >= reserve)
            first = _free.TakeAdjacent(slots, mayTakeWindow);
        return first;
    }

    private bool GrowLocked(uint atLeast)
    {
        int before = Slots;
        bool grown = _growth.TryGrow(atLeast, NextGeneration);
        Debug.Assert(before <= Slots, "a pool only grows");
        _free.AddBehind(before, Slots);
        return grown;
    }

    private bool Populate(int slot)
    {
        if (!Medium.Populate(SlotBase(slot), PoolHeader.SlotBytes))
            return false;
        _free.SetPopulated(slot);
        return true;
    }

    /// <summary>Nobody sees the segment any more, and its header says that it is free.</summary>
    internal void ReleaseLocked(Segment segment)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread && !segment.IsPinned, "a slot becomes free when nothing is sent from it");
        for (int slot = segment.Slot + segment.Slots - 1; slot >= segment.Slot; slot--)
        {
            Debug.Assert(_bySlot[slot] == segment, "a slot is freed by the segment that lies in it");
            _bySlot[slot] = null;
            _free.SetPopulated(slot);
            _free.Add(slot);
        }
        segment.MoveTo(SegmentState.Retired, SegmentState.Free);
        UsedSlots -= segment.Slots;
        Interlocked.Add(ref _slotsGained, segment.Slots);
        SegmentsFreed++;
        Debug.Assert(UsedSlots >= 0, "no more slots are freed than were used");
    }

    private bool IsEmpty(int first, int slots) => _bySlot.AsSpan(first, slots).IndexOfAnyExcept((Segment?)null) < 0;
}
