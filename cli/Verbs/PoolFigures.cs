using Pkv.Engine.Records;
using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;
using Pkv.Server.Offline;

namespace Pkv.Cli.Verbs;

/// <summary>The figures of a replayed pool that <c>stat</c> shows.</summary>
internal sealed class PoolFigures
{
    /// <summary>Rows of the histogram: tenths of a segment that are live.</summary>
    public const int Tenths = 10;

    private const int LargestCount = 5;

    public required string Path { get; init; }
    public required string Medium { get; init; }

    /// <summary>The half of the pool's id that is not secret; the other one validates segment headers.</summary>
    public required string PoolId { get; init; }

    public required uint Version { get; init; }
    public required long CreatedMs { get; init; }
    public required long FileBytes { get; init; }
    public required int Slots { get; init; }
    public required int SlotsUsed { get; init; }
    public required int SlotsDamaged { get; init; }
    public int SlotsFree => Slots - SlotsUsed - SlotsDamaged;

    public int Segments { get; private set; }

    /// <summary>Segments whose header has the number of durable entries: all except those that were open.</summary>
    public int SegmentsSealed { get; private set; }

    /// <summary>Segments with damage in their entries or records.</summary>
    public int SegmentsDamaged { get; private set; }

    public required int Damages { get; init; }
    public required int TornEntries { get; init; }
    public required LogCensus Census { get; init; }

    /// <summary>Commit entries of the segments, in bytes.</summary>
    public long EntryBytes { get; private set; }

    public required long RecordBytes { get; init; }

    /// <summary>Bytes between records: received but not kept.</summary>
    public long GapBytes { get; private set; }

    /// <summary>What live keys point at: their keys and values with RESP around them.</summary>
    public long LiveBytes { get; private set; }

    /// <summary>Bytes of all segments.</summary>
    public long UsedBytes { get; private set; }

    /// <summary>Segments by live share: the first row below a tenth, the last from nine tenths.</summary>
    public int[] SegmentsByLiveTenth { get; } = new int[Tenths];

    public required long Keys { get; init; }
    public long KeysExpired { get; private set; }
    public long KeysThatExpire { get; private set; }

    /// <summary>Keys by database, for those that have any.</summary>
    public SortedDictionary<int, long> KeysByDatabase { get; } = [];

    /// <summary>The largest values, largest first.</summary>
    public List<LargeValue> Largest { get; } = [];

    /// <summary>Takes the figures of a pool that is replayed.</summary>
    public static PoolFigures Take(OfflinePool pool)
    {
        PoolHeader header = pool.Header;
        HashSet<int> damagedSlots = [.. pool.Damages.Select(d => d.Slot)];
        PoolFigures figures = new()
        {
            Path = pool.Medium.Path,
            Medium = pool.Medium.Medium.Kind.ToString().ToLowerInvariant(),
            PoolId = header.PoolIdHigh.ToString("x16"),
            Version = header.Version,
            CreatedMs = header.CreatedMs,
            FileBytes = pool.Medium.Medium.BackedBytes,
            Slots = pool.Pool.Slots,
            SlotsUsed = pool.Pool.UsedSlots,
            SlotsDamaged = damagedSlots.Count(slot => pool.Pool.SegmentAt(OffsetOf(slot)) is null),
            Damages = pool.Damages.Count + pool.Census.Unreadable.Count,
            TornEntries = pool.TornEntries,
            Census = pool.Census,
            RecordBytes = pool.RecordBytes,
            Keys = pool.KeyCount,
        };
        foreach (Segment segment in pool.Pool.Snapshot())
            figures.Add(pool, segment, damagedSlots.Contains(segment.Slot));
        figures.GapBytes -= pool.RecordBytes;
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        pool.VisitKeys((in StoredKey key) => figures.Add(key, now));
        return figures;
    }

    private static long OffsetOf(int slot) => PoolHeader.SegmentsOffset + (long)slot * PoolHeader.SlotBytes;

    private unsafe void Add(OfflinePool pool, Segment segment, bool isDamaged)
    {
        Segments++;
        SegmentsSealed += ((SegmentHeader*)segment.Base)->SealedEntries != 0 ? 1 : 0;
        SegmentsDamaged += isDamaged ? 1 : 0;
        EntryBytes += (long)segment.EntryCount * CommitEntry.SizeBytes;
        GapBytes += segment.Tail - SegmentHeader.SizeBytes;
        UsedBytes += segment.Bytes;
        long live = pool.LiveBytesOf(segment);
        LiveBytes += live;
        SegmentsByLiveTenth[(int)Math.Clamp(live * Tenths / segment.Bytes, 0, Tenths - 1)]++;
    }

    private void Add(in StoredKey key, long nowMs)
    {
        KeysByDatabase[key.Database] = KeysByDatabase.GetValueOrDefault(key.Database) + 1;
        KeysThatExpire += key.ExpiryMs >= 0 ? 1 : 0;
        KeysExpired += key.ExpiryMs >= 0 && key.ExpiryMs <= nowMs ? 1 : 0;
        long bytes = key.ValueBytes;
        if (Largest.Count == LargestCount && bytes <= Largest[^1].Bytes)
            return;
        int at = Largest.FindIndex(l => l.Bytes < bytes);
        Largest.Insert(at < 0 ? Largest.Count : at, new LargeValue(key.Database, key.Key.ToArray(), key.TypeName, key.Count, bytes));
        if (Largest.Count > LargestCount)
            Largest.RemoveAt(LargestCount);
    }
}
