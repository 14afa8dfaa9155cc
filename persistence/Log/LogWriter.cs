using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;

namespace Pkv.Persistence.Log;

/// <summary>
/// Writes one thread's part of the log: notes which ranges of which segments became commands in this batch, and commits
/// them all with one fence. Thread rule: one owner; others read only <see cref="CommittedBatch"/>. The ordered positions,
/// for every segment: noted ≤ written ≤ committed (fenced) ≤ durable (synced).
/// </summary>
public sealed unsafe class LogWriter
{
    private readonly Pool _pool;

    // Off the managed heap: an array for a transaction of hundreds of thousands of ranges would make the garbage collector stop all threads.
    private Range* _ranges = (Range*)NativeMemory.Alloc(FirstCapacity, (nuint)sizeof(Range));
    private int _capacity = FirstCapacity;

    // The batch's segments, indexed by the numbers in the ranges; a segment that is used alternately may occur more than once.
    private Segment[] _segments = new Segment[8];
    private int _segmentCount;

    /// <summary>
    /// A batch is committed before it holds more ranges than this: recovery looks no further than this many invalid entries
    /// for a valid one.
    /// </summary>
    public const int MaxRangesPerBatch = 4096;

    // Larger ranges are checksummed when they are noted, while the receive has them in the cache; smaller ones together at the commit.
    private const uint ChecksumAtOnceMinBytes = 32 * 1024;

    // Commands join a range up to about this length, so that when it is cleaned its records are still in the cache after its checksum.
    private const uint MaxJoinedBytes = 128 * 1024;

    // Memory that a longer batch took is freed down to this: 3 MB.
    private const int MaxRangesKept = 64 * 1024;
    private const int FirstCapacity = 256;

    private readonly EntryFlags _writer;
    private int _count;
    private long _committedBatch;
    private long _durableBatch;
    private int _transactionStart = -1;
    private int _transactionDepth;
    private bool _rangeEnded;

    /// <param name="pool">Where the segments live.</param>
    /// <param name="writer">This writer's number, 0 to 127: unique among the pool's writers.</param>
    public LogWriter(Pool pool, int writer)
    {
        Debug.Assert(writer is >= 0 and < 128, "an entry has seven bits for its writer");
        _pool = pool;
        _writer = (EntryFlags)(writer << CommitEntry.WriterShift);
    }

    ~LogWriter() => NativeMemory.Free(_ranges);

    /// <summary>The batch that ranges are being noted for; the first is 1.</summary>
    public long CurrentBatch { get; private set; } = 1;

    /// <summary>The last batch whose entries are fenced: visible to recovery after a killed process. Any thread.</summary>
    public long CommittedBatch => Volatile.Read(ref _committedBatch);

    /// <summary>The last batch that is on the device; set by <see cref="SyncCoordinator"/>. Any thread.</summary>
    public long DurableBatch
    {
        get => Volatile.Read(ref _durableBatch);
        internal set
        {
            Debug.Assert(value >= _durableBatch && value <= CommittedBatch, "batches become durable in their order, once they are committed");
            Volatile.Write(ref _durableBatch, value);
        }
    }

    /// <summary>Whether the batch holds anything to commit.</summary>
    public bool HasWork => _count != 0;

    /// <summary>Bytes of records and entries committed.</summary>
    public long BytesCommitted { get; private set; }

    /// <summary>Commit entries written.</summary>
    public long EntriesCommitted { get; private set; }

    /// <summary>Batches committed.</summary>
    public long Commits { get; private set; }

    /// <summary>Number of the first command in the range that the next one may join; the highest number if there is none.</summary>
    public ulong RangeStart => _count > 0 ? _ranges[_count - 1].Sequence : ulong.MaxValue;

    /// <summary>
    /// The next command begins a new range. Recovery orders ranges by their first numbers only, so a command that
    /// follows another writer's numbered above <see cref="RangeStart"/> must not hide behind that start.
    /// </summary>
    public void EndRange() => _rangeEnded = true;

    /// <summary>
    /// Notes that [start, start + length) holds <paramref name="commands"/> commands numbered from
    /// <paramref name="sequence"/>. Joins the range before it when both bytes and numbers follow on.
    /// Returns false, noting nothing, when the segment has no room for another entry.
    /// </summary>
    public bool TryNote(Segment segment, byte* start, uint length, ulong sequence, uint commands, int database, EntryFlags flags)
    {
        uint offset = (uint)(start - segment.Base);
        Debug.Assert(length > 0 && commands > 0, "a range holds commands: an entry of no bytes is a mark");
        Debug.Assert(start >= segment.Base + SegmentHeader.SizeBytes && start + length <= segment.Base + segment.Bytes, "a range lies in its segment, behind the header");
        Debug.Assert(segment.State == SegmentState.Open || (segment.State == SegmentState.Sealed && segment.Reservations > 0), "a sealed segment takes only what was being received when it was sealed");
        Debug.Assert(database is >= 0 and <= ushort.MaxValue, "an entry has 16 bits for its database");
        if (_count > 0 && _count != _transactionStart && !_rangeEnded)
        {
            ref Range last = ref _ranges[_count - 1];
            if (_segments[last.SegmentNumber] == segment && last.Offset + last.Length == offset && last.NextSequence == sequence
                && last.Database == database && ((last.Flags == flags && last.Length < MaxJoinedBytes) || _transactionStart >= 0))
            {
                last.Flags |= flags;
                last.Length += length;
                last.NextSequence += commands;
                segment.NoteUpTo(offset + length);
                if (last.Length - last.Summed >= ChecksumAtOnceMinBytes)
                    Sum(ref last, segment);
                return true;
            }
        }
        Range range = new()
        {
            SegmentNumber = NumberOf(segment),
            Offset = offset,
            Length = length,
            Sequence = sequence,
            NextSequence = sequence + commands,
            Database = database,
            Flags = flags,
            Crc = segment.Salt,
        };
        if (!TryAdd(range, segment))
            return false;
        segment.NoteUpTo(offset + length);
        if (segment.MinSequence == 0 || sequence < segment.MinSequence)
            segment.MinSequence = sequence;
        _rangeEnded = false;
        if (length >= ChecksumAtOnceMinBytes)
            Sum(ref _ranges[_count - 1], segment);
        return true;
    }

    /// <summary>Notes a mark of the cleaner about a victim. False, noting nothing: the segment has no room for another entry.</summary>
    /// <param name="segment">The segment to append to.</param>
    /// <param name="mark">The kind of mark.</param>
    /// <param name="generation">Generation of the segment that the mark is about.</param>
    /// <param name="entries">For <see cref="CleanerMark.Relies"/>: the number of its entries.</param>
    public bool TryMark(Segment segment, CleanerMark mark, ulong generation, uint entries = 0)
    {
        Debug.Assert(segment.State == SegmentState.Open, "marks are noted where the cleaner appends");
        Range range = new() { SegmentNumber = NumberOf(segment), Offset = entries, Sequence = generation, Database = (int)mark, Flags = EntryFlags.Moved, Crc = segment.Salt };
        if (!TryAdd(range, segment))
            return false;
        _rangeEnded = true;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryAdd(in Range range, Segment segment)
    {
        if (!segment.HasEntryRoom)
            return false;
        if (_count == _capacity)
            Resize(_count * 2);
        Debug.Assert(_transactionStart <= _count, "what a transaction has noted is not committed under its hands");
        segment.PromisedEntries++;
        _ranges[_count++] = range;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Resize(int capacity)
    {
        _ranges = (Range*)NativeMemory.Realloc(_ranges, (nuint)capacity * (nuint)sizeof(Range));
        _capacity = capacity;
    }

    // Those that records go to by turns are the last two.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int NumberOf(Segment segment)
    {
        int last = _segmentCount - 1;
        return last >= 0 && _segments[last] == segment ? last
            : last >= 1 && _segments[last - 1] == segment ? last - 1
            : AddSegment(segment);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int AddSegment(Segment segment)
    {
        if (_segmentCount == _segments.Length)
            Array.Resize(ref _segments, _segmentCount * 2);
        _segments[_segmentCount] = segment;
        return _segmentCount++;
    }

    /// <summary>Ranges noted in this batch.</summary>
    public int RangeCount => _count;

    /// <summary>
    /// What is noted until the matching <see cref="EndTransaction"/> is recovered completely or not at all. May be nested: the
    /// outermost counts.
    /// </summary>
    public void BeginTransaction()
    {
        Debug.Assert(_transactionDepth >= 0 && (_transactionDepth > 0) == (_transactionStart >= 0), "a transaction that is open knows where it began");
        if (_transactionDepth++ == 0)
            _transactionStart = _count;
    }

    /// <summary>Chains the transaction's ranges, where there are several (its segment was full, or it changed database).</summary>
    public void EndTransaction()
    {
        Debug.Assert(_transactionDepth > 0, "a transaction ends once");
        if (--_transactionDepth > 0)
            return;
        Debug.Assert(_transactionStart >= 0 && _transactionStart <= _count, "what the transaction has noted is still uncommitted: its pieces are chained here");
        int last = _count - 1;
        for (int i = _transactionStart; i <= last && last > _transactionStart; i++)
        {
            _ranges[i].Flags |= (i < last ? EntryFlags.Continued : 0) | (i > _transactionStart ? EntryFlags.Continuation : 0)
                | (EntryFlags)((i - _transactionStart & (1 << CommitEntry.PieceBits) - 1) << CommitEntry.PieceShift);
        }
        _transactionStart = -1;
    }

    /// <summary>A transaction is open that has noted something: its ranges must not be committed yet.</summary>
    public bool HoldsOpenRanges => _transactionStart >= 0 && _transactionStart < _count;

    /// <summary>
    /// An open transaction that has noted nothing yet stands back while others note and commit here. Returns what
    /// <see cref="ContinueTransaction"/> takes.
    /// </summary>
    public int SuspendTransaction()
    {
        Debug.Assert(!HoldsOpenRanges, "a transaction that has noted something keeps its writer");
        int depth = _transactionDepth;
        (_transactionStart, _transactionDepth) = (-1, 0);
        return depth;
    }

    /// <summary>Undoes <see cref="SuspendTransaction"/>. Everything is committed.</summary>
    public void ContinueTransaction(int depth)
    {
        Debug.Assert(_transactionStart < 0 && _transactionDepth == 0 && _count == 0, "what others noted meanwhile is committed");
        _transactionDepth = depth;
        _transactionStart = depth > 0 ? _count : -1;
    }

    /// <summary>Commits what was noted before the transaction that is open; without one, all.</summary>
    /// <param name="timeMs">The clock by which it ran, Unix ms.</param>
    public void CommitEarlier(long timeMs)
    {
        if (_transactionStart < 0)
        {
            Commit(timeMs);
            return;
        }
        Debug.Assert(_transactionStart <= _count, "what a transaction has noted is not committed under its hands");
        int start = _transactionStart, open = _count - start;
        if (start == 0)
            return;
        Segment[] segments = _segments[.._segmentCount];
        _count = start;
        CommitRanges(timeMs);
        for (int i = 0; i < open; i++)
        {
            _ranges[i] = _ranges[start + i];
            _ranges[i].SegmentNumber = NumberOf(segments[_ranges[i].SegmentNumber]);
        }
        (_count, _transactionStart) = (open, 0);
    }

    /// <summary>
    /// Makes the batch's ranges recoverable: writes their entries, flushes records and entries, fences once.
    /// The checksum over the record stands in for a fence between record and entry.
    /// </summary>
    /// <param name="timeMs">The clock by which the batch ran, Unix ms.</param>
    public void Commit(long timeMs)
    {
        if (_count == 0)
            return;
        CommitRanges(timeMs);
        if (_capacity > MaxRangesKept)
            Resize(MaxRangesKept);
    }

    private void CommitRanges(long timeMs)
    {
        Debug.Assert(!HoldsOpenRanges, "no piece of a transaction is committed before the rest");
        Media.IMedium medium = _pool.Medium;
        for (int i = 0; i < _count; i++)
        {
            ref Range range = ref _ranges[i];
            Segment segment = _segments[range.SegmentNumber];
            WriteEntry(ref range, segment, timeMs);
            if (range.Length != 0)
                medium.Flush(segment.Base + range.Offset, range.Length);
        }
        FlushEntries(medium);
        medium.Drain();
        for (int i = 0; i < _count; i++)
        {
            Segment segment = _segments[_ranges[i].SegmentNumber];
            segment.CommittedEntries = segment.EntryCount;
            Debug.Assert(segment.PromisedEntries >= 0 && segment.NotedEnd <= segment.Bytes - (uint)segment.EntryCount * CommitEntry.SizeBytes, "records and entries of a segment have not met");
            if (medium.DrainIsDurable)
                SettleDurable(segment);
        }
        EntriesCommitted += _count;
        for (int i = 0; i < _segmentCount; i++)
            _segments[i] = null!;
        _count = _segmentCount = 0;
        // A command may wait for a stripe, and commit before that, in a transaction that it has noted nothing in yet: that begins here now.
        _transactionStart = Math.Min(_transactionStart, 0);
        Commits++;
        Debug.Assert(CurrentBatch == _committedBatch + 1, "batches are committed one after the other");
        Volatile.Write(ref _committedBatch, CurrentBatch);
        CurrentBatch++;
    }

    // All that is committed here is durable; where a transaction or the seal depends on it, the medium is to say so itself.
    private void SettleDurable(Segment segment)
    {
        Debug.Assert(segment.CommittedEntries == segment.EntryCount, "only what is fenced is durable");
        segment.DurableEntries = segment.EntryCount;
        if (segment.State != SegmentState.Open)
        {
            if (segment.SealedEntries < segment.EntryCount)
                _pool.SealAgain(segment);
        }
        else if (segment.ChainedEntries > segment.AttestedEntries)
            segment.AttestByEntry(segment.EntryCount);
    }

    private void WriteEntry(ref Range range, Segment segment, long timeMs)
    {
        int index = segment.EntryCount;
        range.EntryIndex = index;
        CommitEntry* entry = segment.EntryAt(index);
        if ((byte*)entry < segment.Base + Math.Max(segment.NotedEnd, range.Offset + (ulong)range.Length))
            ThrowMeets(segment, index);
        Debug.Assert(segment.DurableEntries <= segment.CommittedEntries && segment.CommittedEntries <= index, "noted, written, committed, durable: none is ahead of the one before");
        Debug.Assert(segment.SealedEntries <= segment.DurableEntries, "the header tells of durable entries only");
        Debug.Assert(range.Length == 0 || range.Offset + range.Length <= segment.NotedEnd, "a range that is written was noted");
        Debug.Assert(segment.PromisedEntries > 0, "the entry was promised when its range was noted");
        entry->Offset = range.Offset;
        entry->Length = range.Length;
        entry->Sequence = range.Sequence;
        entry->TimeAndFlags = CommitEntry.PackTimeAndFlags(timeMs, range.Flags | _writer);
        entry->Database = (ushort)range.Database;
        if (range.Length == 0 && range.Database != (int)CleanerMark.Relies)
            segment.RunStart = range.Database == (int)CleanerMark.Run && range.Sequence != 0 ? index : int.MaxValue;
        entry->DurableBefore = (ushort)Math.Min(Math.Min(segment.DurableEntries, segment.RunStart), ushort.MaxValue);
        if (range.Length != 0)
        {
            Sum(ref range, segment);
            segment.MaxSequence = Math.Max(segment.MaxSequence, range.NextSequence - 1);
        }
        entry->Checksum = CommitEntry.ComputeChecksum(range.Crc, entry, index);
        segment.EntryCount = index + 1;
        segment.WrittenMs = timeMs;
        if ((range.Flags & CommitEntry.Chained) != 0)
            segment.ChainedEntries = index + 1;
        segment.PromisedEntries--;
        BytesCommitted += range.Length + CommitEntry.SizeBytes;
    }

    private static void ThrowMeets(Segment segment, int entry) =>
        throw new InvalidOperationException($"segment {segment.Slot}: entry {entry} would be written over records that end at {segment.NotedEnd}");

    // Brings the checksum up to the range's end.
    private static void Sum(ref Range range, Segment segment)
    {
        Debug.Assert(range.Summed <= range.Length, "a range only grows");
        range.Crc = Crc32C.Append(range.Crc, segment.Base + range.Offset + range.Summed, range.Length - range.Summed);
        range.Summed = range.Length;
    }

    // Entries of one segment are neighbours: one flush for each stretch of them.
    private void FlushEntries(Media.IMedium medium)
    {
        for (int i = 0; i < _count;)
        {
            int number = _ranges[i].SegmentNumber;
            Segment segment = _segments[number];
            int first = _ranges[i].EntryIndex;
            int last = first;
            for (i++; i < _count && _ranges[i].SegmentNumber == number; i++)
            {
                Debug.Assert(_ranges[i].EntryIndex == last + 1, "entries of one segment are written without gaps");
                last = _ranges[i].EntryIndex;
            }
            medium.Flush((byte*)segment.EntryAt(last), (nuint)((last - first + 1) * CommitEntry.SizeBytes));
        }
    }

    private struct Range
    {
        public int SegmentNumber;
        public uint Offset;
        public uint Length;
        public ulong Sequence;
        public ulong NextSequence;
        public int Database;
        public int EntryIndex;
        public EntryFlags Flags;

        /// <summary>Checksum of the first <see cref="Summed"/> bytes.</summary>
        public uint Crc;
        public uint Summed;
    }
}
