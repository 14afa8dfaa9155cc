using System.Runtime.InteropServices;
using Pkv.Persistence.Media;

namespace Pkv.Tests.Persistence.Corruption;

/// <summary>
/// A pool in plain memory, to be opened many times and edited in between: disposing a pool leaves the bytes. Every fence and
/// sync can be watched.
/// </summary>
internal sealed unsafe class ImageMedium : IMedium
{
    private byte* _memory;

    public ImageMedium(long bytes, bool drainIsDurable = true)
    {
        MappedBytes = bytes;
        DrainIsDurable = drainIsDurable;
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, 4096);
        new Span<byte>(_memory, (int)bytes).Clear();
    }

    public MediumKind Kind { get; set; } = MediumKind.Dram;
    public string Promise => "survives its owner's Close";
    public byte* Base => _memory;
    public long MappedBytes { get; }
    public long BackedBytes { get; set; }
    public bool DrainIsDurable { get; set; }
    public bool MustPopulate => false;

    /// <summary>Pages of 4 KiB that were flushed and not yet taken note of by the test.</summary>
    public SortedSet<int> Flushed { get; } = [];

    /// <summary>Called after each fence.</summary>
    public Action? Drained { get; set; }

    /// <summary>Called by each sync.</summary>
    public Action? Synced { get; set; }

    public Span<byte> All => new(_memory, (int)MappedBytes);

    public void Extend(long bytes) => BackedBytes = Math.Max(BackedBytes, bytes);

    public bool Populate(byte* start, long bytes) => true;

    public void Flush(byte* start, nuint bytes)
    {
        for (long page = start - _memory >> 12; page <= start - _memory + (long)bytes - 1 >> 12; page++)
            Flushed.Add((int)page);
    }

    public void Drain() => Drained?.Invoke();

    public int Sync()
    {
        Synced?.Invoke();
        return 0;
    }

    public void Dispose()
    {
    }

    public void Close()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
