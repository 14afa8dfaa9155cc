using Pkv.Persistence.Format;
using Pkv.Persistence.Media;

namespace Pkv.Tests.Simulation;

/// <summary>
/// The durable image as a medium for one recovery that only looks: recovery writes headers, of the pool and of slots,
/// and the directory of segments; these are put back by <see cref="Restore"/>. A flush of anything else is a mistake of the engine and is remembered.
/// </summary>
internal sealed unsafe class RecoveryMedium : IMedium
{
    private readonly DurableImage _image;
    private readonly SimulatedKind _kind;
    private readonly byte[] _headers;

    public RecoveryMedium(DurableImage image, SimulatedKind kind)
    {
        _image = image;
        _kind = kind;
        _headers = new byte[PoolHeader.SizeBytes + Slots * (DirectoryWord.SizeBytes + SegmentHeader.SizeBytes)];
        VisitHeaders((saved, header) => header.CopyTo(saved));
    }

    private readonly List<(long At, byte[] Entry)> _voided = [];

    private delegate void HeaderVisit(Span<byte> saved, Span<byte> header);

    /// <summary>A range that was flushed though it is neither header nor directory, or null.</summary>
    public string? StrayFlush { get; private set; }

    public MediumKind Kind => SimulatedMedium.KindOf(_kind);
    public string Promise => "a crash state";
    public byte* Base => _image.Map.Base;
    public long MappedBytes => _image.Map.Bytes;
    public long BackedBytes => _image.BackedBytes;
    public bool DrainIsDurable => _kind == SimulatedKind.PersistentMemory;
    public bool NeedsSyncBeforeReply => _kind == SimulatedKind.DirectFile;
    public bool MustPopulate => false;

    private int Slots => (int)((MappedBytes - PoolHeader.SegmentsOffset) / PoolHeader.SlotBytes);

    public void Extend(long bytes)
    {
        if (bytes > MappedBytes)
            throw new MediumException("the crash state is no longer than that");
        _image.BackedBytes = Math.Max(_image.BackedBytes, bytes);
    }

    public bool Populate(byte* start, long bytes) => true;

    public void Flush(byte* start, nuint bytes)
    {
        long at = start - Base;
        long inSlot = (at - PoolHeader.SegmentsOffset) % PoolHeader.SlotBytes;
        bool inHeader = at >= PoolHeader.SegmentsOffset ? inSlot + (long)bytes <= SegmentHeader.SizeBytes
            : at >= PoolHeader.DirectoryOffset ? at + (long)bytes <= PoolHeader.DirectoryOffset + Slots * DirectoryWord.SizeBytes
            : at + (long)bytes <= PoolHeader.SizeBytes;
        // What is left of a transaction that is not whole is made void.
        bool isVoid = bytes == CommitEntry.SizeBytes && (PoolHeader.SlotBytes - inSlot) % CommitEntry.SizeBytes == 0 && ((CommitEntry*)start)->Length == 0;
        if (!inHeader && !isVoid)
            StrayFlush ??= $"recovery flushes {at}..{at + (long)bytes - 1}, which is no header and no directory";
    }

    public void Drain()
    {
    }

    public int Sync() => 0;

    public void Dispose()
    {
    }

    /// <summary>Puts the headers, and entries that were made void, back as they were.</summary>
    public void Restore()
    {
        VisitHeaders((saved, header) => saved.CopyTo(header));
        foreach ((long at, byte[] entry) in _voided)
            entry.CopyTo(new Span<byte>(Base + at, entry.Length));
        _voided.Clear();
    }

    // An entry is looked at once more before it is made void.
    public void Load(byte* start, long bytes)
    {
        if (bytes == CommitEntry.SizeBytes)
            _voided.Add((start - Base, new ReadOnlySpan<byte>(start, CommitEntry.SizeBytes).ToArray()));
    }

    private void VisitHeaders(HeaderVisit visit)
    {
        int saved = 0;
        Visit(0, PoolHeader.SizeBytes);
        Visit(PoolHeader.DirectoryOffset, Slots * DirectoryWord.SizeBytes);
        for (int slot = 0; slot < Slots; slot++)
            Visit(PoolHeader.SegmentsOffset + (long)slot * PoolHeader.SlotBytes, SegmentHeader.SizeBytes);

        void Visit(long at, int bytes)
        {
            visit(_headers.AsSpan(saved, bytes), new Span<byte>(Base + at, bytes));
            saved += bytes;
        }
    }
}
