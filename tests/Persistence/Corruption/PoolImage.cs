using System.Text;
using Pkv.Persistence.Format;
using Pkv.Persistence.Log;
using Pkv.Persistence.Recovery;
using Pkv.Persistence.Segments;

namespace Pkv.Tests.Persistence.Corruption;

/// <summary>
/// A pool written by the engine, whose bytes are then edited: each edit is taken back, so that thousands of them cost no more
/// than their scans.
/// </summary>
internal sealed unsafe class PoolImage : IDisposable
{
    public const long Bytes = PoolHeader.SegmentsOffset + 6L * PoolHeader.SlotBytes;

    // Records begin so near to the entries that a scan need not look far for more of those.
    private const int RoomBytes = 128 * 1024;

    private readonly List<(long At, byte[] Was)> _edits = [];

    public PoolImage(bool drainIsDurable = true)
    {
        Medium = new ImageMedium(Bytes, drainIsDurable);
        Pool = Open();
        Log = new LogWriter(Pool, 0);
    }

    public ImageMedium Medium { get; }

    /// <summary>The pool as it is being written, or as it was opened last.</summary>
    public Pool Pool { get; private set; }

    public LogWriter Log { get; }

    public SegmentHeader* Header(int slot) => (SegmentHeader*)Pool.SlotBase(slot);

    public long HeaderAt(int slot) => Pool.SlotBase(slot) - Medium.Base;

    public long WordAt(int slot) => Pool.Directory.AddressOf(slot) - Medium.Base;

    /// <summary>Writes a record and its entry; the segment stays open.</summary>
    public void Write(Segment segment, ulong sequence, string record, bool commit = true)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(record);
        byte* at = segment.Base + segment.Tail;
        bytes.CopyTo(new Span<byte>(at, bytes.Length));
        if (!Log.TryNote(segment, at, (uint)bytes.Length, sequence, 1, 0, default))
            throw new InvalidOperationException("no room for an entry");
        segment.Tail += (uint)bytes.Length;
        if (commit)
            Log.Commit(1);
    }

    /// <summary>A segment of its own with these records, one entry each.</summary>
    public Segment WriteSegment(ulong firstSequence, bool seal, params string[] records)
    {
        Segment segment = Pool.TryOpen(100, AppendPurpose.Clean)!;
        segment.Tail = segment.Bytes - RoomBytes;
        for (int i = 0; i < records.Length; i++)
            Write(segment, firstSequence + (ulong)i, records[i]);
        if (seal)
            Pool.Seal(segment);
        return segment;
    }

    /// <summary>Changes bytes until <see cref="TakeBack"/>.</summary>
    public void Edit(long at, ReadOnlySpan<byte> bytes)
    {
        Span<byte> place = Medium.All.Slice((int)at, bytes.Length);
        _edits.Add((at, place.ToArray()));
        bytes.CopyTo(place);
    }

    public void Edit(long at, ulong value) => Edit(at, BitConverter.GetBytes(value));

    public void TakeBack()
    {
        for (int i = _edits.Count - 1; i >= 0; i--)
            _edits[i].Was.CopyTo(Medium.All[(int)_edits[i].At..]);
        _edits.Clear();
    }

    /// <summary>Opens the pool as a server does and scans it: "sequence:record" of what is found, and the damage.</summary>
    public (List<string> Found, PoolScanner Scanner) Scan()
    {
        Pool = Open();
        return Scan(Pool);
    }

    /// <summary>The same of another image.</summary>
    public static (List<string> Found, IReadOnlyList<PoolDamage> Damages) Scan(ImageMedium medium)
    {
        (List<string> found, PoolScanner scanner) = Scan(Open(medium));
        return (found, scanner.Damages);
    }

    /// <summary>What a salvage start does behind its replay, and then the next start's scan.</summary>
    public (List<string> Found, PoolScanner Scanner) RepairAndScan(PoolScanner scanner)
    {
        scanner.Repair();
        Pool.Recovery.Seal();
        return Scan();
    }

    public void Dispose() => Medium.Close();

    private static (List<string> Found, PoolScanner Scanner) Scan(Pool pool)
    {
        PoolScanner scanner = new(pool);
        List<string> found = [];
        foreach (RecoveredEntry entry in scanner.Scan(threads: 1))
            found.Add($"{entry.Sequence}:{Encoding.Latin1.GetString(entry.Start, (int)Math.Min(entry.Length, 100))}");
        return (found, scanner);
    }

    private Pool Open() => Open(Medium);

    private static Pool Open(ImageMedium medium) => Pool.Open(medium, new PoolOptions { MaxBytes = Bytes, Threads = 1 });
}
