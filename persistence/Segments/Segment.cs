using System.Diagnostics;
using System.Runtime.CompilerServices;
using Pkv.Persistence.Format;

namespace Pkv.Persistence.Segments;

/// <summary>
/// The in-memory state of one segment: its position and how far it is filled. Fields without a note are written by the
/// thread that opened it. Records grow up from the header, commit entries down from the end.
/// </summary>
public sealed unsafe class Segment
{
    /// <summary>Margin between records and entries, so that a batch can always note its last commands.</summary>
    public const uint EntryMarginBytes = 64 * CommitEntry.SizeBytes;

    private uint _tail;
    private int _pins;
    private int _state;
    private int _reservations;
    private int _committedEntries;
    private int _promisedEntries;
    private bool _holdsGlobals;
    private bool _movesInPieces;
    private ulong _oldestContent;
    private long _tombstoneBytes;
    private int _attestedEntries;
    private int _chainedEntries;

    internal Segment(int slot, int slots, byte* start, uint salt, ulong generation)
    {
        Debug.Assert(slot >= 0 && slots is >= 1 and <= MaxSlots, "a segment takes at least one slot, and no more than its length can tell");
        Slot = slot;
        Slots = slots;
        Base = start;
        Bytes = (uint)((long)slots * PoolHeader.SlotBytes);
        Salt = salt;
        Generation = _oldestContent = generation;
        Tail = SegmentHeader.SizeBytes;
        _state = (int)SegmentState.Open;
    }

    /// <summary>The longest segment: entries have 32 bits for lengths.</summary>
    public const int MaxSlots = (int)(uint.MaxValue / PoolHeader.SlotBytes);

    /// <summary>Slots of a segment with room for records of this many bytes.</summary>
    public static long SlotsFor(long recordBytes) =>
        (recordBytes + SegmentHeader.SizeBytes + EntryMarginBytes + CommitEntry.SizeBytes + PoolHeader.SlotBytes - 1) / PoolHeader.SlotBytes;

    /// <summary>First slot that it takes.</summary>
    public int Slot { get; }

    /// <summary>Adjacent slots that it takes.</summary>
    public int Slots { get; }

    public byte* Base { get; }

    /// <summary>Length of the whole segment, header and entries included.</summary>
    public uint Bytes { get; }

    public uint Salt { get; }

    public ulong Generation { get; }

    /// <summary>Offset of the first byte that no record or reservation holds. Never below <see cref="NotedEnd"/>.</summary>
    public uint Tail
    {
        get => _tail;
        set
        {
            if (value < NotedEnd || value > Bytes)
                ThrowOutside(value);
            Debug.Assert(value >= SegmentHeader.SizeBytes, "nothing is appended over the header");
            _tail = value;
        }
    }

    /// <summary>Offset after the last byte that was noted since it was opened.</summary>
    public uint NotedEnd { get; private set; }

    /// <summary>Commit entries written.</summary>
    public int EntryCount { get; set; }

    /// <summary>
    /// Entries of completely fenced batches: all entries of a batch are written before any of them is counted here.
    /// Written by the owner, read by the committer of a syncing medium.
    /// </summary>
    public int CommittedEntries
    {
        get => Volatile.Read(ref _committedEntries);
        set => Volatile.Write(ref _committedEntries, value);
    }

    /// <summary>Entries promised to commands that are still being received, or that this batch will write.</summary>
    public int PromisedEntries
    {
        get => Volatile.Read(ref _promisedEntries);
        set
        {
            Debug.Assert(value >= 0, "an entry is kept before its promise, once");
            Volatile.Write(ref _promisedEntries, value);
        }
    }

    /// <summary>Entries known durable. Written by the thread that made them durable; read by the owner.</summary>
    public int DurableEntries { get; set; }

    /// <summary>Commands still being received into space reserved here.</summary>
    public int Reservations
    {
        get => Volatile.Read(ref _reservations);
        set
        {
            Debug.Assert(value >= 0, "a reservation is given back once");
            Volatile.Write(ref _reservations, value);
        }
    }

    /// <summary>Lowest and highest command number committed here; 0 if there is none.</summary>
    public ulong MinSequence { get; set; }

    /// <inheritdoc cref="MinSequence"/>
    public ulong MaxSequence { get; set; }

    /// <summary>
    /// Bytes of records that are not a key's value but act on older ones (DEL, PEXPIREAT, PERSIST): they must outlive what
    /// they act on. Recovery's threads, then the owner, add; any thread reads.
    /// </summary>
    public long TombstoneBytes => Volatile.Read(ref _tombstoneBytes);

    /// <summary>Holds records that act on whole databases (FLUSHALL, FLUSHDB, SWAPDB). Never cleared.</summary>
    public bool HoldsGlobals
    {
        get => Volatile.Read(ref _holdsGlobals);
        set => Volatile.Write(ref _holdsGlobals, value);
    }

    /// <summary>Whether anything in it acts on records of other segments.</summary>
    public bool HoldsTombstones => TombstoneBytes != 0 || HoldsGlobals;

    /// <summary>
    /// The highest generation that its tombstones may act on; 0 while it is not known (see
    /// <see cref="Cleaning.SegmentReaper"/>). A segment opened later holds only what was live, or written, after them.
    /// </summary>
    public ulong TombstoneBound { get; set; }

    /// <summary>
    /// Generation of the pool's newest segment when this one was first seen closed: pieces of its transactions lie in
    /// segments up to that. 0: not seen yet.
    /// </summary>
    public ulong ClosedGeneration { get; set; }

    /// <summary>The epoch that ended when this segment was first seen closed; 0: not seen yet. The keeper's.</summary>
    public long ClosedEpoch { get; set; }

    /// <summary>
    /// The oldest generation whose records, unchanged, it may hold: its own, or an older one if the cleaner has repeated records
    /// here that deletions, expiry changes or database swaps elsewhere still act on. Set by the owner, before the
    /// segments that the records come from can go.
    /// </summary>
    public ulong OldestContent
    {
        get => Volatile.Read(ref _oldestContent);
        set => Volatile.Write(ref _oldestContent, value);
    }

    /// <summary>
    /// The first entry with copies of a victim's deletions that count only once the cleaner has finished it; the highest
    /// number: there are none. Recovery may cut them, so no entry counts them as durable. The owner's.
    /// </summary>
    public int RunStart { get; set; } = int.MaxValue;

    /// <summary>It ends with such copies.</summary>
    public bool HasOpenRun => RunStart != int.MaxValue;

    /// <summary>Filled by the cleaner: it has one deletion or expiry change for each key.</summary>
    public bool HoldsSurvivors { get; set; }

    /// <summary>Entries up to the last one that is a piece of a transaction of several: they need <see cref="AttestedEntries"/>.</summary>
    public int ChainedEntries
    {
        get => Volatile.Read(ref _chainedEntries);
        set => Volatile.Write(ref _chainedEntries, value);
    }

    /// <summary>Entries that the medium itself attests: by the header once sealed, or by a later committed entry. Only rises.</summary>
    public int AttestedEntries => Volatile.Read(ref _attestedEntries);

    /// <summary>When it was last written to, Unix ms (after a recovery: the mean time of its records). Its age when the cleaner looks for a victim.</summary>
    public long WrittenMs { get; set; }

    /// <summary>A cleaner has walked it, and every tombstone that is still needed has been moved.</summary>
    public bool IsEmptied { get; set; }

    /// <summary>
    /// The cleaner that walks it has left a record in place, because a copy elsewhere would miss what acts on it from within this
    /// segment. The segment stays and is taken again later.
    /// </summary>
    public bool IsPutOff { get; set; }

    /// <summary>Its owner has been asked to seal it. The keeper's.</summary>
    public bool IsSealAsked { get; set; }

    /// <summary>Its tombstones have nothing older left to act on, and never will again. Set by the keeper.</summary>
    public bool DropsTombstones { get; set; }

    /// <summary>
    /// The large value in it, if there is one, has become several pieces: its live parts can be moved a little at a time. Any thread; never
    /// cleared.
    /// </summary>
    public bool MovesInPieces
    {
        get => Volatile.Read(ref _movesInPieces);
        set => Volatile.Write(ref _movesInPieces, value);
    }

    /// <summary>Records in it fail their checksums: it is left alone until nothing in it is live.</summary>
    public bool IsDamaged { get; set; }

    /// <summary>Notes tombstones recorded here. Recovery's threads; then the owner.</summary>
    public void AddTombstoneBytes(long bytes)
    {
        Debug.Assert(bytes > 0, "tombstones leave a segment only with it");
        Interlocked.Add(ref _tombstoneBytes, bytes);
    }

    /// <summary>Bytes before this offset may be in the log from now on: nothing is received over them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void NoteUpTo(uint end)
    {
        Debug.Assert(end > SegmentHeader.SizeBytes && end <= Bytes, "what is noted lies between header and end");
        if (end > NotedEnd)
            NotedEnd = end;
    }

    /// <summary>Nothing more will be committed here.</summary>
    public bool IsClosed => State != SegmentState.Open && Reservations == 0 && PromisedEntries == 0;

    /// <summary>Entries that the header counts, once sealed. Written by the thread that writes the header.</summary>
    internal int SealedEntries { get; set; }

    internal void Attest(int entries)
    {
        Debug.Assert(entries >= 0 && entries <= EntryCount, "only entries that were written are attested");
        int seen = AttestedEntries;
        while (entries > seen)
        {
            int was = Interlocked.CompareExchange(ref _attestedEntries, entries, seen);
            if (was == seen)
                return;
            seen = was;
        }
    }

    /// <summary>Attests the entries that the last durable entry attests.</summary>
    internal void AttestByEntry(int durableEntries)
    {
        Debug.Assert(durableEntries <= EntryCount, "only entries that were written are durable");
        if (durableEntries > 0)
            Attest(EntryAt(durableEntries - 1)->DurableBefore);
    }

    public SegmentState State => (SegmentState)Volatile.Read(ref _state);

    /// <summary>Bytes between the last record and where entries may grow to, less a margin.</summary>
    public uint FreeBytes
    {
        get
        {
            long free = (long)Bytes - Tail - (long)(EntryCount + PromisedEntries) * CommitEntry.SizeBytes - EntryMarginBytes;
            return free > 0 ? (uint)free : 0;
        }
    }

    /// <summary>Whether one more entry can be promised without running into the records.</summary>
    public bool HasEntryRoom =>
        Tail + (long)(EntryCount + PromisedEntries + 1) * CommitEntry.SizeBytes <= Bytes;

    /// <summary>
    /// Whether a record of this many bytes and its entry fit if they may use the margin that is otherwise kept for the last commands of a
    /// batch. Entries that were promised still fit.
    /// </summary>
    public bool HasMarginFor(long bytes) => Tail + bytes + (long)(EntryCount + PromisedEntries + 1) * CommitEntry.SizeBytes <= Bytes;

    /// <summary>The entry with this index, 0 being the one at the segment's very end.</summary>
    public CommitEntry* EntryAt(int index)
    {
        Debug.Assert(index >= 0 && (index + 1L) * CommitEntry.SizeBytes <= Bytes, "an entry lies in its segment");
        return (CommitEntry*)(Base + Bytes) - (index + 1);
    }

    public bool Contains(byte* p) => p >= Base && p < Base + Bytes;

    /// <summary>Keeps the segment's bytes in place for a send that outlives its batch. Any thread.</summary>
    public void Pin()
    {
        Debug.Assert(State != SegmentState.Free, "what is sent from lies in a segment that is not free");
        Interlocked.Increment(ref _pins);
    }

    public void Unpin()
    {
        int left = Interlocked.Decrement(ref _pins);
        Debug.Assert(left >= 0, "a segment is unpinned as often as it was pinned");
    }

    public bool IsPinned => Volatile.Read(ref _pins) != 0;

    internal bool TryMoveTo(SegmentState from, SegmentState to)
    {
        Debug.Assert(IsStep(from, to), "a segment lives as SegmentState says");
        return Interlocked.CompareExchange(ref _state, (int)to, (int)from) == (int)from;
    }

    private void ThrowOutside(uint tail) => throw new InvalidOperationException(tail > Bytes
        ? $"segment {Slot}: its tail cannot rise to {tail}, it ends at {Bytes}"
        : $"segment {Slot}: its tail cannot fall to {tail}, records up to {NotedEnd} are noted");

    internal void MoveTo(SegmentState from, SegmentState to)
    {
        if (!TryMoveTo(from, to))
            throw new InvalidOperationException($"segment {Slot} is {State}, not {from}: it cannot become {to}");
    }

    private static bool IsStep(SegmentState from, SegmentState to) => (from, to) is (SegmentState.Open, SegmentState.Sealed)
        or (SegmentState.Sealed, SegmentState.Cleaning or SegmentState.Retired or SegmentState.Open)
        or (SegmentState.Cleaning, SegmentState.Sealed) or (SegmentState.Retired, SegmentState.Free);
}
