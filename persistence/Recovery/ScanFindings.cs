using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;

namespace Pkv.Persistence.Recovery;

/// <summary>
/// The damage that a scan has found, as text for the operator and as positions for <see cref="PoolRepair"/>. One thread
/// adds slots; then any thread adds entries and seals.
/// </summary>
internal sealed unsafe class ScanFindings
{
    private readonly Lock _lock = new();

    /// <summary>In the order in which it was found.</summary>
    public List<PoolDamage> Damages { get; } = [];

    /// <summary>Slots where no segment is, whatever header and directory say.</summary>
    public List<int> LostSlots { get; } = [];

    /// <summary>Slots whose word in the directory is wrong.</summary>
    public List<int> WrongWords { get; } = [];

    /// <summary>Segments that are there although their headers' magic, or the directory, says otherwise.</summary>
    public List<Segment> WrongHeaders { get; } = [];

    /// <summary>Segments with an invalid seal.</summary>
    public List<Segment> WrongSeals { get; } = [];

    /// <summary>Entries that were durable and are not whole.</summary>
    public List<(Segment Segment, int First, int Count)> LostEntries { get; } = [];

    /// <param name="pool">That is scanned.</param>
    /// <param name="slot">Whose header it is.</param>
    /// <param name="segment">What is there all the same; null: nothing.</param>
    /// <param name="what">The damage.</param>
    public void AddHeader(Pool pool, int slot, Segment? segment, string what)
    {
        Add(pool, slot, pool.SlotBase(slot), SegmentHeader.SizeBytes, what);
        if (segment is null)
            LostSlots.Add(slot);
        else
            WrongHeaders.Add(segment);
    }

    public void AddWord(Pool pool, int slot, string what)
    {
        Add(pool, slot, pool.Directory.AddressOf(slot), DirectoryWord.SizeBytes, what);
        WrongWords.Add(slot);
    }

    public void AddSeal(Pool pool, Segment segment, string what)
    {
        lock (_lock)
        {
            Add(pool, segment.Slot, (byte*)&((SegmentHeader*)segment.Base)->SealedEntries, sizeof(ulong), what);
            WrongSeals.Add(segment);
        }
    }

    /// <summary>Adjacent entries, with the index of the first; the others are below it.</summary>
    public void AddEntries(Pool pool, Segment segment, int first, int count, int durable)
    {
        string which = count == 1 ? $"commit entry {first}" : $"commit entries {first} to {first + count - 1}";
        lock (_lock)
        {
            Add(pool, segment.Slot, (byte*)segment.EntryAt(first + count - 1), (long)count * CommitEntry.SizeBytes,
                $"{which} of {durable} durable ones, or its record, fails its checksum");
            LostEntries.Add((segment, first, count));
        }
    }

    private void Add(Pool pool, int slot, byte* start, long bytes, string what) =>
        Damages.Add(new PoolDamage(slot, start - pool.Medium.Base, bytes, what));
}
