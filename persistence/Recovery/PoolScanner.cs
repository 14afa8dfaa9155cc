using System.Runtime.InteropServices;
using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;

namespace Pkv.Persistence.Recovery;

/// <summary>
/// Reads every segment of an opened pool and determines which commit entries are valid, where a torn tail was cut, and what
/// is damaged. docs/on-media-format.md, "Recovery", has the decision for each header and entry.
/// </summary>
public sealed unsafe class PoolScanner(Pool pool)
{
    // Ranges of one segment's entries do not overlap, so the entries that a crash left of this use of the segment, or of an earlier one, cover at most the
    // segment's bytes. More than this is left by neither, and not worth computing checksums for.
    private const int MaxWastedChecksumFactor = 4;

    private readonly ScanFindings _findings = new();
    private readonly Lock _lock = new();

    /// <summary>Damage that no crash explains. Empty: the pool may be used.</summary>
    public IReadOnlyList<PoolDamage> Damages => _findings.Damages;

    /// <summary>Entries that were not completely written when the server stopped, and were cut.</summary>
    public int TornEntries { get; private set; }

    /// <summary>Bytes of valid records.</summary>
    public long RecordBytes { get; private set; }

    /// <summary>
    /// Scans all segments on <paramref name="threads"/> threads; makes them known to the pool as sealed. Returns all
    /// valid entries ordered by sequence number, then by writer.
    /// </summary>
    /// <param name="progress">Called with (bytes done, total bytes), from several threads.</param>
    public RecoveredEntry[] Scan(int threads, Action<long, long>? progress = null)
    {
        SlotReader slots = new(pool, _findings);
        slots.Read();
        List<Segment> segments = slots.Segments;
        RecoveredEntry[][] found = new RecoveredEntry[segments.Count][];
        FoundMarks[] marks = [.. segments.Select(static _ => new FoundMarks())];
        long total = segments.Sum(s => (long)s.Bytes), done = 0;
        try
        {
            Parallel.For(0, segments.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            {
                found[i] = ScanSegment(segments[i], marks[i]);
                progress?.Invoke(Interlocked.Add(ref done, segments[i].Bytes), total);
            });
        }
        catch (AggregateException e) when (e.InnerException is Media.MediumException cause)
        {
            // The device cannot read a segment: one line for the operator, not an aggregate exception.
            throw new Media.MediumException(cause.Message);
        }
        SettleMarks(segments, found, marks);
        foreach (Segment segment in segments)
            pool.Adopt(segment);
        _findings.Damages.Sort((a, b) => a.Offset.CompareTo(b.Offset));
        slots.BeingFreed.ForEach(pool.Recovery.AddBeingFreed);
        pool.AdoptFree();
        List<RecoveredEntry> dropped = [];
        RecoveredEntry[] kept = EntryMerge.Merge(found, dropped);
        if (dropped.Count > 0)
            Drop(dropped, kept);
        return kept;
    }

    // Victims that the cleaner was through with need not be cleaned again; of another one that is still there, the copies that were begun
    // are cut, if only for the room: they will be made once more. A seal that counts them is put right when recovery ends; one cannot count none.
    private void SettleMarks(List<Segment> segments, RecoveredEntry[][] found, FoundMarks[] marks)
    {
        Dictionary<ulong, Segment> present = [];
        foreach (Segment segment in segments)
            present.TryAdd(segment.Generation, segment);
        HashSet<ulong> emptied = [];
        foreach (FoundMarks of in marks)
            of.FindEmptied(emptied, present);
        foreach (ulong generation in emptied)
        {
            if (present.TryGetValue(generation, out Segment? victim) && !victim.IsDamaged)
                pool.Recovery.AddEmptied(victim);
        }
        for (int i = 0; i < segments.Count; i++)
        {
            Segment segment = segments[i];
            if (!marks[i].TryFindRun(out int start, out ulong victim))
                continue;
            segment.RunStart = start;
            bool isSealed = start < segment.SealedEntries;
            if (emptied.Contains(victim) || !present.TryGetValue(victim, out Segment? original) || original.IsDamaged || segment.IsDamaged
                || (isSealed && start == 0))
                continue;
            if (isSealed)
                pool.Recovery.AddCut(segment);
            found[i] = [.. found[i].Where(e => e.Index < start)];
            marks[i].Cut(start);
            Count(segment, found[i], marks[i]);
            segment.RunStart = int.MaxValue;
        }
    }

    // What is left of a torn transaction is made void when recovery ends, before anything counts the entries around it: a piece
    // that is attested would attest its transaction, and the next recovery would keep what this one has dropped. The batch
    // was never acknowledged, so whatever a crash makes of an entry that is being made void, nothing promised is lost.
    private void Drop(List<RecoveredEntry> dropped, RecoveredEntry[] kept)
    {
        HashSet<Segment> segments = [];
        foreach (RecoveredEntry entry in dropped)
        {
            Segment segment = pool.SegmentAt(entry.Start)!;
            segment.ChainedEntries = 0;
            segments.Add(segment);
            pool.Recovery.AddDropped(segment, entry.Index);
        }
        foreach (RecoveredEntry entry in kept)
        {
            if ((entry.Flags & CommitEntry.Chained) != 0 && pool.SegmentAt(entry.Start) is { } segment && segments.Contains(segment))
                segment.ChainedEntries = Math.Max(segment.ChainedEntries, entry.Index + 1);
        }
    }

    /// <summary>
    /// Marks what <see cref="Damages"/> lists as lost, so that the next start finds a sound pool. Until then nothing in the
    /// pool is changed. After <see cref="Scan"/>, before <see cref="Pool.Recovery.Seal"/>.
    /// </summary>
    public void Repair() => new PoolRepair(pool).Apply(_findings);

    private RecoveredEntry[] ScanSegment(Segment segment, FoundMarks marks)
    {
        pool.Medium.Load(segment.Base, segment.Bytes);
        List<RecoveredEntry> found = [];
        List<int> foundAt = [];
        List<(int First, int Count)> invalid = [];
        int limit = (int)((segment.Bytes - SegmentHeader.SizeBytes) / CommitEntry.SizeBytes);
        int sealedEntries = SealedEntries(segment), counted = 0;
        int durable = Math.Min(sealedEntries, limit);
        // Entries grow down without gaps. After the last one there may be bytes of an earlier use, or zeros, down to the
        // records: none of that validates. All of it is examined, because a later entry may attest those that are missing.
        byte* recordsEnd = segment.Base + SegmentHeader.SizeBytes;
        long vain = MaxWastedChecksumFactor * (long)segment.Bytes;
        for (int i = 0; i < limit && (i < durable || vain > 0) && (byte*)segment.EntryAt(i) >= recordsEnd; i++)
        {
            CommitEntry* entry = segment.EntryAt(i);
            if (IsBlank(entry))
            {
                int blank = Math.Min(limit - i, BlankEntries(entry, recordsEnd));
                Extend(invalid, i, blank);
                i += blank - 1;
                continue;
            }
            if (!EntryCheck.IsValid(segment, entry, i))
            {
                vain -= i < durable ? 0 : EntryCheck.SummedBytes(segment, entry, i);
                Extend(invalid, i, 1);
                continue;
            }
            counted = Math.Max(counted, entry->DurableBefore);
            durable = Math.Max(durable, counted);
            if (entry->Length == 0)
            {
                marks.Add(entry, i);
                continue;
            }
            if (segment.Base + entry->Offset + entry->Length > recordsEnd)
                recordsEnd = segment.Base + entry->Offset + entry->Length;
            found.Add(Recovered(segment, entry, i));
            foundAt.Add(i);
        }
        // A seal that counts more entries than fit above the records is invalid: it would attest records as entries.
        if (sealedEntries > limit || (sealedEntries > 0 && (byte*)segment.EntryAt(sealedEntries - 1) < recordsEnd))
        {
            _findings.AddSeal(pool, segment, SlotDecision.SealDamaged);
            durable = counted;
        }
        return Settle(segment, found, foundAt, marks, invalid, durable);
    }

    // An invalid entry among those that were counted as durable is damage; the first one after them was being
    // written when the server stopped, and is cut with all that follows.
    private RecoveredEntry[] Settle(Segment segment, List<RecoveredEntry> found, List<int> foundAt, FoundMarks marks, List<(int First, int Count)> invalid, int durable)
    {
        int cut = int.MaxValue;
        foreach ((int first, int count) in invalid)
        {
            segment.IsDamaged |= first < durable;
            if (first < durable)
                _findings.AddEntries(pool, segment, first, Math.Min(count, durable - first), durable);
            if (first + count > durable)
            {
                cut = Math.Max(first, durable);
                break;
            }
        }
        int kept = foundAt.TakeWhile(i => i < cut).Count();
        int torn = found.Count - kept;
        found.RemoveRange(kept, torn);
        Span<RecoveredEntry> entries = CollectionsMarshal.AsSpan(found);
        for (int i = 0; i < entries.Length; i++)
            entries[i].IsAttested = foundAt[i] < durable;
        marks.Cut(cut);
        Count(segment, entries, marks);
        SettleAttested(segment, entries, foundAt, durable);
        lock (_lock)
        {
            TornEntries += torn;
            RecordBytes += found.Sum(e => (long)e.Length);
        }
        return [.. found];
    }

    private static void Count(Segment segment, ReadOnlySpan<RecoveredEntry> entries, FoundMarks marks)
    {
        int count = Math.Max(entries.Length == 0 ? 0 : entries[^1].Index + 1, marks.EntryCount);
        segment.EntryCount = segment.CommittedEntries = segment.DurableEntries = count;
        segment.Tail = SegmentHeader.SizeBytes;
        (segment.MinSequence, segment.MaxSequence) = (entries.Length == 0 ? 0 : ulong.MaxValue, 0);
        foreach (ref readonly RecoveredEntry entry in entries)
        {
            segment.Tail = (uint)Math.Max(segment.Tail, entry.Start + entry.Length - segment.Base);
            segment.MinSequence = Math.Min(segment.MinSequence, entry.Sequence);
            // An entry has the number of its first command only; no command is shorter than 8 bytes.
            segment.MaxSequence = Math.Max(segment.MaxSequence, entry.Sequence + entry.Length / 8);
        }
    }

    // What the cleaner needs to know: pieces of transactions, what the medium attests, the age.
    private static void SettleAttested(Segment segment, ReadOnlySpan<RecoveredEntry> entries, List<int> foundAt, int durable)
    {
        long times = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            if ((entries[i].Flags & CommitEntry.Chained) != 0)
                segment.ChainedEntries = foundAt[i] + 1;
            times += entries[i].TimeMs;
        }
        segment.WrittenMs = entries.Length == 0 ? 0 : times / entries.Length;
        segment.SealedEntries = SealedEntries(segment);
        segment.Attest(Math.Min(durable, segment.EntryCount));
    }

    private static int SealedEntries(Segment segment) =>
        PoolHeader.TryUnpackSlots(((SegmentHeader*)segment.Base)->SealedEntries, out uint count) ? (int)count : 0;

    private static void Extend(List<(int First, int Count)> runs, int index, int count)
    {
        if (runs.Count > 0 && runs[^1].First + runs[^1].Count == index)
            runs[^1] = (runs[^1].First, runs[^1].Count + count);
        else
            runs.Add((index, count));
    }

    // The number of blank entries from this one down, at least one: most of an open segment was never written, so blank
    // entries are skipped 64 bytes at a time.
    private static int BlankEntries(CommitEntry* entry, byte* recordsEnd)
    {
        long below = (byte*)entry - recordsEnd;
        if (below <= 0)
            return 1;
        int written = new ReadOnlySpan<byte>(recordsEnd, (int)Math.Min(below, int.MaxValue)).LastIndexOfAnyExcept((byte)0);
        return 1 + (int)((Math.Min(below, int.MaxValue) - (written + 1)) / CommitEntry.SizeBytes);
    }

    private static bool IsBlank(CommitEntry* entry)
    {
        ulong* words = (ulong*)entry;
        return (words[0] | words[1] | words[2] | words[3]) == 0;
    }

    private static RecoveredEntry Recovered(Segment segment, CommitEntry* entry, int index) => new()
    {
        Index = index,
        Sequence = entry->Sequence,
        Start = segment.Base + entry->Offset,
        Length = entry->Length,
        Database = entry->Database,
        Flags = entry->Flags,
        TimeMs = entry->TimeMs,
    };
}
