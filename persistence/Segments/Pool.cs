using System.Security.Cryptography;
using Pkv.Persistence.Format;
using Pkv.Persistence.Media;

namespace Pkv.Persistence.Segments;

/// <summary>
/// One mapped region cut into slots. Hands segments out, takes them back, grows the medium. Opening and
/// freeing take a lock (once per 4 MiB written); address look-ups take none.
/// </summary>
public sealed unsafe class Pool : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Segment?[] _bySlot;
    private readonly FreeSlots _free;
    private readonly RetiredSegments _retired;
    private readonly UnsyncedSegments _unsynced = new();
    private uint _maxSlots;
    private uint _slots;
    private bool _deviceIsFull;
    private int _beingWiped;
    private int _promisedSlots;
    private ulong _generation;
    private readonly List<Segment> _beingFreed = [];
    private readonly List<(Segment Segment, int Index)> _dropped = [];

    private Pool(IMedium medium, PoolOptions options, uint slots, bool created)
    {
        Medium = medium;
        Created = created;
        Epochs = new EpochTable(options.Threads + 1);
        _retired = new RetiredSegments(Epochs);
        _slots = slots;
        long maxBytes = Math.Min(options.MaxBytes, medium.MappedBytes);
        _maxSlots = Math.Max(slots, (uint)((maxBytes - PoolHeader.SegmentsOffset) / PoolHeader.SlotBytes));
        CleanerReserveSlots = (int)Math.Clamp(_maxSlots / 16, 1, (uint)options.Threads);
        DeleteReserveSlots = (int)Math.Clamp(_maxSlots / 8, 1, (uint)options.Threads);
        CeilingSlots = (int)Math.Max(_maxSlots, (medium.MappedBytes - PoolHeader.SegmentsOffset) / PoolHeader.SlotBytes);
        _bySlot = new Segment?[CeilingSlots];
        _free = new FreeSlots(CeilingSlots);
        PoolId = ((PoolHeader*)medium.Base)->PoolIdLow;
        Directory = new SegmentDirectory(medium);
        _generation = Directory.HighestGeneration();
    }

    public IMedium Medium { get; }

    /// <summary>Whether this start made the pool.</summary>
    public bool Created { get; }

    public EpochTable Epochs { get; }

    /// <summary>Secret: see <see cref="SegmentHeader.PoolId"/>.</summary>
    internal ulong PoolId { get; }

    /// <summary>What is in which slot, told apart from the segments.</summary>
    internal SegmentDirectory Directory { get; }

    /// <summary>Slots that the medium backs now.</summary>
    public int Slots => (int)Volatile.Read(ref _slots);

    /// <summary>Slots that the pool may grow to.</summary>
    public int MaxSlots => (int)Volatile.Read(ref _maxSlots);

    /// <summary>Slots that <see cref="MaxSlots"/> may be raised to: what is mapped.</summary>
    public int CeilingSlots { get; }

    /// <summary>Slots that hold records or are being freed.</summary>
    public int UsedSlots { get; private set; }

    /// <summary>Slots that only the cleaner may take: it must have room to make room.</summary>
    public int CleanerReserveSlots { get; }

    /// <summary>Further slots that only deletes, expiries and the cleaner may take.</summary>
    public int DeleteReserveSlots { get; }

    /// <summary>Slots that could still be opened, those that the file does not back yet included. Any thread; a moment old.</summary>
    public int FreeSlots => _free.Count + (Volatile.Read(ref _deviceIsFull) ? 0 : (int)_maxSlots - Slots);

    /// <summary>Those of them that writes can have: not what is kept for deletes and promised to cleaners. Any thread; a moment old.</summary>
    public int FreeForWrites => FreeSlots - ReserveFor(AppendPurpose.Write);

    /// <summary>Segments ever opened by this process.</summary>
    public long SegmentsOpened { get; private set; }

    /// <summary>Segments freed by this process.</summary>
    public long SegmentsFreed { get; private set; }

    /// <summary>Generation of the segment opened last.</summary>
    public ulong Generation => Volatile.Read(ref _generation);

    public static Pool Open(IMedium medium, PoolOptions options)
    {
        uint slots = PoolFile.OpenOrCreate(medium, options.MaxBytes, out bool created);
        Pool pool = new(medium, options, slots, created);
        if (options.Prefault)
            pool.Prefault(options.PrefaultProgress);
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

    public bool Contains(byte* p) => p >= Medium.Base && p < Medium.Base + Medium.MappedBytes;

    /// <summary>
    /// Opens a segment whose record space is at least <paramref name="recordBytes"/>. Returns null when the
    /// pool is full, as far as <paramref name="purpose"/> goes.
    /// </summary>
    public Segment? TryOpen(long recordBytes, AppendPurpose purpose = AppendPurpose.Write)
    {
        long needed = recordBytes + SegmentHeader.SizeBytes + Segment.EntryMarginBytes + CommitEntry.SizeBytes;
        long wanted = (needed + PoolHeader.SlotBytes - 1) / PoolHeader.SlotBytes;
        // Segments and entries tell lengths in 32 bits.
        if (wanted * PoolHeader.SlotBytes > uint.MaxValue)
            return null;
        int slots = (int)wanted;
        lock (_lock)
        {
            if (Medium.DrainIsDurable && _retired.Count > 0)
                ReclaimLocked();
            int first = slots == 1 ? TakeOne(ReserveFor(purpose)) : TakeAdjacent(slots, ReserveFor(purpose));
            if (first < 0)
                return null;
            if (!PopulateLocked(first, slots))
            {
                for (int i = slots - 1; i >= 0; i--)
                    _free.Add(first + i);
                return null;
            }
            Segment segment = Format(first, slots);
            for (int i = 0; i < slots; i++)
                _bySlot[first + i] = segment;
            UsedSlots += slots;
            SegmentsOpened++;
            if (!Medium.DrainIsDurable)
                _unsynced.Add(segment);
            return segment;
        }
    }

    /// <summary>Its owner appends no more. Reservations may still complete.</summary>
    public void Seal(Segment segment)
    {
        if (Medium.CanStore)
            SegmentHeaders.WriteSealed(Medium, segment);
        if (Medium.DrainIsDurable)
            Directory.Confirm(segment, isSealed: true);
        segment.MoveTo(SegmentState.Open, SegmentState.Sealed);
    }

    /// <summary>Entries were committed in a segment that is sealed already: its header is to tell of them too.</summary>
    internal void SealAgain(Segment segment)
    {
        lock (_lock)
        {
            if (!UnsyncedSegments.HoldsNothing(segment))
                SegmentHeaders.WriteSealed(Medium, segment);
        }
    }

    /// <summary>
    /// A sync that began when the pool had so many slots has succeeded: the file's length is on the device, and the
    /// header may tell it. Never before: after a power loss a header that promises more than the file holds would be
    /// taken for a truncated pool.
    /// </summary>
    internal void PublishSlots(int slots)
    {
        lock (_lock)
        {
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

    /// <summary>Takes a sealed segment for one cleaner; false: somebody else was quicker.</summary>
    public static bool TryBeginCleaning(Segment segment) => segment.TryMoveTo(SegmentState.Sealed, SegmentState.Cleaning);

    /// <summary>The cleaner is through with it, or gives it up.</summary>
    public static void EndCleaning(Segment segment) => segment.MoveTo(SegmentState.Cleaning, SegmentState.Sealed);

    /// <summary>A sealed segment holds nothing live: it is freed as soon as nobody can see it any more. False: somebody else was quicker.</summary>
    public bool TryRetire(Segment segment)
    {
        if (!segment.TryMoveTo(SegmentState.Sealed, SegmentState.Retired))
            return false;
        lock (_lock)
            _retired.Add(segment);
        return true;
    }

    /// <summary>
    /// Keeps so many free slots for one cleaner until <see cref="EndPromise"/>: who begins a victim must be able to end it, or all
    /// cleaners of a full pool would wait for each other. False: there are not so many.
    /// </summary>
    public bool TryPromise(int slots)
    {
        lock (_lock)
        {
            if (FreeSlots - _promisedSlots < slots)
                return false;
            _promisedSlots += slots;
            return true;
        }
    }

    /// <summary>The cleaner is through with its victim.</summary>
    public void EndPromise(int slots)
    {
        lock (_lock)
            _promisedSlots -= slots;
    }

    /// <summary>Whether space is on its way back: segments being cleaned, and retired ones that no slow reader holds. Any thread.</summary>
    public bool IsReclaiming
    {
        get
        {
            if (Volatile.Read(ref _beingWiped) != 0 || Volatile.Read(ref _promisedSlots) != 0)
                return true;
            lock (_lock)
                return _retired.AnyUnpinned;
        }
    }

    /// <summary>
    /// Frees what was retired and is no longer visible. On media that need a sync, two of them: what made the
    /// segments dead must be on the device before they are wiped, and the wipe before they are used again.
    /// Background work; one caller at a time.
    /// </summary>
    public void Reclaim()
    {
        if (Medium.DrainIsDurable)
        {
            lock (_lock)
                ReclaimLocked();
            return;
        }
        if (!Medium.CanStore)
            return;
        List<Segment> visibleNoMore;
        lock (_lock)
        {
            visibleNoMore = _retired.TakeInvisible();
            visibleNoMore.ForEach(Directory.BeginRelease);
        }
        if (visibleNoMore.Count == 0)
            return;
        Volatile.Write(ref _beingWiped, visibleNoMore.Count);
        Wipe(visibleNoMore);
        Volatile.Write(ref _beingWiped, 0);
    }

    private void Wipe(List<Segment> visibleNoMore)
    {
        if (Medium.Sync() != 0)
        {
            lock (_lock)
                _retired.PutBack(visibleNoMore);
            return;
        }
        foreach (Segment segment in visibleNoMore)
            SegmentHeaders.WriteFreed(Medium, segment);
        // A failed sync leaves them out of use: better lost space than lost records.
        if (Medium.Sync() != 0)
            return;
        lock (_lock)
        {
            foreach (Segment segment in visibleNoMore)
            {
                Directory.EndRelease(segment);
                ReleaseLocked(segment);
            }
        }
    }

    /// <summary>
    /// Lets the pool grow to so many bytes from now on. False: less than it may hold already, or more than was mapped at the
    /// start.
    /// </summary>
    public bool TryRaise(long maxBytes)
    {
        long slots = (maxBytes - PoolHeader.SegmentsOffset) / PoolHeader.SlotBytes;
        lock (_lock)
        {
            if (slots < _maxSlots || slots > CeilingSlots)
                return false;
            Volatile.Write(ref _maxSlots, (uint)slots);
            return true;
        }
    }

    /// <summary>Every segment now in the pool, in slot order.</summary>
    public List<Segment> Snapshot()
    {
        List<Segment> segments = [];
        lock (_lock)
        {
            for (int slot = 0; slot < _slots; slot += Math.Max(1, _bySlot[slot]?.Slots ?? 1))
            {
                if (_bySlot[slot] is { } segment)
                    segments.Add(segment);
            }
        }
        return segments;
    }

    /// <summary>Faults in the next slots that will be opened, growing the pool when few are left. Background work.</summary>
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
            // Meanwhile the slot may be taken, and populated twice: harmless.
            if (slot < 0 || !Medium.Populate(SlotBase(slot), PoolHeader.SlotBytes))
                return;
            lock (_lock)
                _free.SetPopulated(slot);
        }
    }

    // The background was not quick enough, or the medium insists.
    private bool PopulateLocked(int first, int slots)
    {
        for (int slot = first; slot < first + slots && Medium.MustPopulate; slot++)
        {
            if (!_free.IsPopulated(slot) && !Medium.Populate(SlotBase(slot), PoolHeader.SlotBytes))
                return false;
            _free.SetPopulated(slot);
        }
        return true;
    }

    public void Dispose()
    {
        Epochs.Dispose();
        Medium.Dispose();
    }

    internal byte* SlotBase(int slot) => Medium.Base + PoolHeader.SegmentsOffset + (long)slot * PoolHeader.SlotBytes;

    /// <summary>Recovery found a segment: it is sealed from now on.</summary>
    internal void Adopt(Segment segment)
    {
        for (int i = 0; i < segment.Slots; i++)
            _bySlot[segment.Slot + i] = segment;
        UsedSlots += segment.Slots;
        _generation = Math.Max(_generation, segment.Generation);
        segment.MoveTo(SegmentState.Open, SegmentState.Sealed);
    }

    /// <summary>The generation that the next segment to be opened gets.</summary>
    internal ulong NextGeneration => _generation + 1;

    /// <summary>Recovery found a segment that was being freed when the server stopped.</summary>
    internal void AdoptBeingFreed(Segment segment) => _beingFreed.Add(segment);

    /// <summary>Recovery found an entry that does not count: a piece of a transaction that is not whole.</summary>
    internal void AdoptDropped(Segment segment, int index) => _dropped.Add((segment, index));

    /// <inheritdoc cref="RecoveredSeal.Write"/>
    public bool SealRecovered() => RecoveredSeal.Write(this, _beingFreed, _dropped);

    /// <inheritdoc cref="RecoveredTails.Reopen"/>
    public List<Segment> ReopenRecovered(int count) => RecoveredTails.Reopen(this, count);

    /// <summary>Recovery goes on where this one ends: its free tail holds nothing that validates.</summary>
    internal void Reopen(Segment segment)
    {
        segment.MoveTo(SegmentState.Sealed, SegmentState.Open);
        // What deletions in it act on is in segments that are here now.
        segment.TombstoneBound = segment.HoldsTombstones ? Generation : 0;
        if (!Medium.DrainIsDurable)
            _unsynced.Add(segment);
    }

    /// <summary>
    /// Has the header of an open segment tell of its durable entries, as a seal does: a piece of a transaction at its end is then
    /// attested, and segments with the other pieces may go. The segment's owner only.
    /// </summary>
    public void AttestOpen(Segment segment)
    {
        if (Medium.CanStore && segment.State == SegmentState.Open && segment.DurableEntries >= segment.ChainedEntries
            && segment.ChainedEntries > Math.Max(segment.AttestedEntries, segment.SealedEntries))
            SegmentHeaders.WriteSealed(Medium, segment);
    }

    /// <summary>Recovery is through: every slot that no segment holds is free. Low slots are used first.</summary>
    internal void AdoptFree()
    {
        for (int slot = (int)_slots - 1; slot >= 0; slot--)
        {
            if (_bySlot[slot] is null)
                _free.Add(slot);
        }
    }

    // The reserve holds as well where the device, not the pool's size, ends the growth.
    private int ReserveFor(AppendPurpose purpose) => purpose switch
    {
        AppendPurpose.Write => Math.Max(CleanerReserveSlots, Volatile.Read(ref _promisedSlots)) + DeleteReserveSlots,
        AppendPurpose.Delete => Math.Max(CleanerReserveSlots, _promisedSlots),
        _ => 0,
    };

    private int TakeOne(int reserve)
    {
        if (_free.Count <= reserve)
            GrowLocked(1);
        return _free.Count > reserve ? _free.Take() : -1;
    }

    private int TakeAdjacent(int slots, int reserve)
    {
        int first = _free.Count - slots < reserve ? -1 : _free.TakeAdjacent(slots);
        if (first < 0 && GrowLocked((uint)slots) && _free.Count - slots >= reserve)
            first = _free.TakeAdjacent(slots);
        return first;
    }

    // Grows by an eighth, at least 8 slots, so that growing costs little however large the pool becomes.
    private bool GrowLocked(uint atLeast)
    {
        uint target = Math.Min(_maxSlots, _slots + Math.Max(Math.Max(8, atLeast), _slots / 8));
        if (target < _slots + atLeast)
            return false;
        try
        {
            Medium.Extend(PoolFile.BytesFor(target));
        }
        catch (MediumException)
        {
            Volatile.Write(ref _deviceIsFull, true);
            return false;
        }
        Volatile.Write(ref _deviceIsFull, false);
        Directory.Begin((int)_slots, (int)target, _generation + 1);
        if (Medium.DrainIsDurable)
            PoolFile.SetSlots(Medium, target);
        _free.AddBehind((int)_slots, (int)target);
        Volatile.Write(ref _slots, target);
        return true;
    }

    private Segment Format(int first, int slots)
    {
        uint salt = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));
        Segment segment = new(first, slots, SlotBase(first), salt, ++_generation);
        SegmentHeaders.WriteInnerFree(Medium, segment);
        SegmentHeaders.WriteUsed(Medium, PoolId, segment);
        if (Medium.DrainIsDurable)
            Directory.Confirm(segment, isSealed: false);
        return segment;
    }

    private void ReclaimLocked()
    {
        foreach (Segment segment in _retired.TakeInvisible())
        {
            Directory.BeginRelease(segment);
            SegmentHeaders.WriteFreed(Medium, segment);
            Directory.EndRelease(segment);
            ReleaseLocked(segment);
        }
    }

    private void ReleaseLocked(Segment segment)
    {
        for (int slot = segment.Slot + segment.Slots - 1; slot >= segment.Slot; slot--)
        {
            _bySlot[slot] = null;
            _free.SetPopulated(slot);
            _free.Add(slot);
        }
        segment.MoveTo(SegmentState.Retired, SegmentState.Free);
        UsedSlots -= segment.Slots;
        SegmentsFreed++;
    }

    private void Prefault(Action<long, long>? progress)
    {
        Medium.Extend(PoolFile.BytesFor(_maxSlots));
        Directory.Begin((int)_slots, (int)_maxSlots, _generation + 1);
        if (Medium.DrainIsDurable)
            PoolFile.SetSlots(Medium, _maxSlots);
        _slots = _maxSlots;
        for (int slot = 0; slot < _slots; slot++)
        {
            if (!Medium.Populate(SlotBase(slot), PoolHeader.SlotBytes))
                throw new MediumException($"no memory to fault in the pool beyond {(long)slot * PoolHeader.SlotBytes >> 20} MiB; lower --pool-size or set --prefault no");
            _free.SetPopulated(slot);
            progress?.Invoke((long)(slot + 1) * PoolHeader.SlotBytes, (long)_slots * PoolHeader.SlotBytes);
        }
    }
}
