using System.Runtime.InteropServices;
using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;

namespace Pkv.Persistence.Recovery;

/// <summary>
/// Reads every segment of a pool that was opened: which commit entries are valid, where a torn tail was cut,
/// what is damaged. The decision for each header and entry stands in docs/on-media-format.md, "Recovery".
/// </summary>
public sealed unsafe class PoolScanner(Pool pool)
{
    // A batch is at most this many entries (and those of the command that ends it): what one fence orders.
    private const int MaxUnwritten = Log.LogWriter.MaxRangesPerBatch;

    private readonly List<PoolDamage> _damages = [];
    private readonly Lock _lock = new();

    /// <summary>What no crash explains. Empty: the pool may be used.</summary>
    public IReadOnlyList<PoolDamage> Damages => _damages;

    /// <summary>Entries that were not wholly written when the server stopped, and were cut.</summary>
    public int TornEntries { get; private set; }

    /// <summary>Bytes of valid records.</summary>
    public long RecordBytes { get; private set; }

    /// <summary>
    /// Scans all segments on <paramref name="threads"/> threads; makes them known to the pool as sealed. Returns all
    /// valid entries ordered by sequence number, then by writer.
    /// </summary>
    /// <param name="progress">Told (bytes done, bytes in all), from several threads.</param>
    public RecoveredEntry[] Scan(int threads, Action<long, long>? progress = null)
    {
        List<Segment> segments = FindSegments();
        RecoveredEntry[][] found = new RecoveredEntry[segments.Count][];
        long total = segments.Sum(s => (long)s.Bytes), done = 0;
        try
        {
            Parallel.For(0, segments.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            {
                found[i] = ScanSegment(segments[i]);
                progress?.Invoke(Interlocked.Add(ref done, segments[i].Bytes), total);
            });
        }
        catch (AggregateException e) when (e.InnerException is Media.MediumException cause)
        {
            // The device does not give a segment: one line for the operator, not a bundle.
            throw new Media.MediumException(cause.Message);
        }
        foreach (Segment segment in segments)
            pool.Adopt(segment);
        pool.AdoptFree();
        return EntryMerge.Merge(found);
    }

    private List<Segment> FindSegments()
    {
        List<Segment> segments = [];
        for (int slot = 0; slot < pool.Slots;)
        {
            SegmentHeader* header = (SegmentHeader*)pool.SlotBase(slot);
            pool.Medium.Load((byte*)header, SegmentHeader.SizeBytes);
            int covered = 1;
            switch (header->Magic)
            {
                case 0 or SegmentHeader.MagicFree:
                    break;
                case SegmentHeader.MagicUsed when IsSound(header, slot):
                    segments.Add(new Segment(slot, (int)header->Slots, (byte*)header, header->Salt, header->Generation));
                    covered = (int)header->Slots;
                    break;
                case SegmentHeader.MagicDead when IsSound(header, slot):
                    // The server stopped while it freed this segment: finish that.
                    SegmentHeaders.WriteFreed(pool.Medium, new Segment(slot, (int)header->Slots, (byte*)header, header->Salt, header->Generation));
                    covered = (int)header->Slots;
                    break;
                default:
                    AddDamage(slot, (byte*)header, SegmentHeader.SizeBytes, "the segment header is damaged (magic or checksum)");
                    break;
            }
            slot += covered;
        }
        return segments;
    }

    private bool IsSound(SegmentHeader* header, int slot) =>
        header->Checksum == SegmentHeader.ComputeChecksum(header) && header->PoolId == pool.PoolId && header->Index == slot
        && header->Version == PoolHeader.CurrentVersion && header->Slots >= 1 && slot + (long)header->Slots <= pool.Slots;

    private RecoveredEntry[] ScanSegment(Segment segment)
    {
        pool.Medium.Load(segment.Base, segment.Bytes);
        List<RecoveredEntry> found = [];
        List<int> foundAt = [], invalid = [];
        int limit = (int)((segment.Bytes - SegmentHeader.SizeBytes) / CommitEntry.SizeBytes);
        int durable = Math.Min(SealedEntries(segment), limit);
        // Entries grow down without gaps. Behind the last one there may be bytes of an earlier life or of records, none of
        // which validates: a few misses in a row end the scan, more than any batch can leave unwritten before a written one.
        for (int i = 0, misses = 0; i < limit && (misses < MaxUnwritten || i < durable); i++)
        {
            CommitEntry* entry = segment.EntryAt(i);
            if (IsBlank(entry) || !EntryCheck.IsValid(segment, entry, i))
            {
                misses++;
                invalid.Add(i);
                continue;
            }
            misses = 0;
            durable = Math.Max(durable, entry->DurableBefore);
            found.Add(Recovered(segment, entry));
            foundAt.Add(i);
        }
        return Settle(segment, found, foundAt, invalid, durable);
    }

    // What is invalid among the entries that were counted as durable is damage; the first one behind them was being
    // written when the server stopped, and is cut with all that follows.
    private RecoveredEntry[] Settle(Segment segment, List<RecoveredEntry> found, List<int> foundAt, List<int> invalid, int durable)
    {
        int cut = int.MaxValue;
        for (int i = 0, next; i < invalid.Count; i = next)
        {
            int first = invalid[i];
            next = i + 1;
            if (first >= durable)
            {
                cut = first;
                break;
            }
            while (next < invalid.Count && invalid[next] < durable && invalid[next] == invalid[next - 1] + 1)
                next++;
            int count = next - i;
            segment.IsDamaged = true;
            AddDamage(segment.Slot, (byte*)segment.EntryAt(first + count - 1), (long)count * CommitEntry.SizeBytes,
                (count == 1 ? $"commit entry {first}" : $"commit entries {first} to {first + count - 1}")
                + $" of {durable} durable ones, or the record it stands for, fails its checksum");
        }
        int kept = foundAt.TakeWhile(i => i < cut).Count();
        int torn = found.Count - kept;
        found.RemoveRange(kept, torn);
        Span<RecoveredEntry> entries = CollectionsMarshal.AsSpan(found);
        for (int i = 0; i < entries.Length; i++)
            entries[i].IsAttested = foundAt[i] < durable;
        segment.EntryCount = segment.CommittedEntries = segment.DurableEntries = kept == 0 ? 0 : foundAt[kept - 1] + 1;
        SettleAttested(segment, entries, foundAt, durable);
        segment.Tail = (uint)Math.Max(SegmentHeader.SizeBytes, found.Count == 0 ? 0 : found.Max(e => e.Start + e.Length - segment.Base));
        if (found.Count > 0)
        {
            segment.MinSequence = found.Min(e => e.Sequence);
            // An entry tells the number of its first command only; no command is shorter than 8 bytes.
            segment.MaxSequence = found.Max(e => e.Sequence + e.Length / 8);
        }
        lock (_lock)
        {
            TornEntries += torn;
            RecordBytes += found.Sum(e => (long)e.Length);
        }
        return [.. found];
    }

    // What the cleaner has to know of it: pieces of transactions, what the medium vouches for, how old it is.
    private static void SettleAttested(Segment segment, ReadOnlySpan<RecoveredEntry> entries, List<int> foundAt, int durable)
    {
        long times = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            if ((entries[i].Flags & (EntryFlags.Continued | EntryFlags.Continuation)) != 0)
                segment.ChainedEntries = foundAt[i] + 1;
            times += entries[i].TimeMs;
        }
        segment.WrittenMs = entries.Length == 0 ? 0 : times / entries.Length;
        segment.SealedEntries = SealedEntries(segment);
        segment.Attest(Math.Min(durable, segment.EntryCount));
    }

    private static int SealedEntries(Segment segment) =>
        PoolHeader.TryUnpackSlots(((SegmentHeader*)segment.Base)->SealedEntries, out uint count) ? (int)count : 0;

    private static bool IsBlank(CommitEntry* entry) =>
        new ReadOnlySpan<byte>(entry, CommitEntry.SizeBytes).IndexOfAnyExcept((byte)0) < 0;

    private static RecoveredEntry Recovered(Segment segment, CommitEntry* entry) => new()
    {
        Sequence = entry->Sequence,
        Start = segment.Base + entry->Offset,
        Length = entry->Length,
        Database = entry->Database,
        Flags = entry->Flags,
        TimeMs = entry->TimeMs,
    };

    private void AddDamage(int slot, byte* start, long bytes, string what)
    {
        lock (_lock)
            _damages.Add(new PoolDamage(slot, start - pool.Medium.Base, bytes, what));
    }
}
