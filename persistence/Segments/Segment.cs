using Pkv.Persistence.Format;

namespace Pkv.Persistence.Segments;

/// <summary>
/// The DRAM side of one segment: where it lies, how far it is filled. Fields without a note are written by
/// the thread that opened it. Records grow up from the header, commit entries down from the end.
/// </summary>
public sealed unsafe class Segment
{
    /// <summary>Room kept between records and entries, so that a batch can always note its last commands.</summary>
    public const uint EntryMarginBytes = 64 * CommitEntry.SizeBytes;

    private int _pins;
    private int _state;
    private int _reservations;
    private int _committedEntries;
    private bool _holdsTombstones;

    internal Segment(int slot, int slots, byte* start, uint salt, ulong generation)
    {
        Slot = slot;
        Slots = slots;
        Base = start;
        Bytes = (uint)((long)slots * PoolHeader.SlotBytes);
        Salt = salt;
        Generation = generation;
        Tail = SegmentHeader.SizeBytes;
        _state = (int)SegmentState.Open;
    }

    /// <summary>First slot that it takes.</summary>
    public int Slot { get; }

    /// <summary>Adjacent slots that it takes.</summary>
    public int Slots { get; }

    public byte* Base { get; }

    /// <summary>Length of the whole segment, header and entries included.</summary>
    public uint Bytes { get; }

    public uint Salt { get; }

    public ulong Generation { get; }

    /// <summary>Offset of the first byte that no record or reservation holds.</summary>
    public uint Tail { get; set; }

    /// <summary>Commit entries written.</summary>
    public int EntryCount { get; set; }

    /// <summary>
    /// Entries of batches that are fenced whole: all entries of a batch are written before any of them is counted here.
    /// Written by the owner, read by the committer of a syncing medium.
    /// </summary>
    public int CommittedEntries
    {
        get => Volatile.Read(ref _committedEntries);
        set => Volatile.Write(ref _committedEntries, value);
    }

    /// <summary>Entries promised to commands that are still being received, or that this batch will write.</summary>
    public int PromisedEntries { get; set; }

    /// <summary>Entries known durable. Written by whoever made them durable; read by the owner.</summary>
    public int DurableEntries { get; set; }

    /// <summary>Commands still being received into space reserved here.</summary>
    public int Reservations
    {
        get => Volatile.Read(ref _reservations);
        set => Volatile.Write(ref _reservations, value);
    }

    /// <summary>Lowest and highest command number committed here; 0 while there is none.</summary>
    public ulong MinSequence { get; set; }

    /// <inheritdoc cref="MinSequence"/>
    public ulong MaxSequence { get; set; }

    /// <summary>
    /// Holds records that are not a key's value but act on older ones (DEL, PEXPIREAT, FLUSHALL): such a segment
    /// must outlive what it acts on. Any thread sets it; it is never cleared.
    /// </summary>
    public bool HoldsTombstones
    {
        get => Volatile.Read(ref _holdsTombstones);
        set => Volatile.Write(ref _holdsTombstones, value);
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

    /// <summary>Whether one more entry can be promised without meeting the records.</summary>
    public bool HasEntryRoom =>
        Tail + (long)(EntryCount + PromisedEntries + 1) * CommitEntry.SizeBytes <= Bytes;

    /// <summary>The entry with this index, 0 being the one at the segment's very end.</summary>
    public CommitEntry* EntryAt(int index) => (CommitEntry*)(Base + Bytes) - (index + 1);

    public bool Contains(byte* p) => p >= Base && p < Base + Bytes;

    /// <summary>Keeps the segment's bytes in place for a send that outlives its batch. Any thread.</summary>
    public void Pin() => Interlocked.Increment(ref _pins);

    public void Unpin() => Interlocked.Decrement(ref _pins);

    public bool IsPinned => Volatile.Read(ref _pins) != 0;

    internal void MoveTo(SegmentState from, SegmentState to)
    {
        if (Interlocked.CompareExchange(ref _state, (int)to, (int)from) != (int)from)
            throw new InvalidOperationException($"segment {Slot} is {State}, not {from}: it cannot become {to}");
    }
}
