namespace Pkv.Persistence.Media;

/// <summary>
/// A pool file on an ordinary disk, mapped through the page cache. A store is the kernel's the moment it is
/// made, so a killed process loses nothing under any appendfsync; the device has it after <see cref="Sync"/>.
/// </summary>
public sealed unsafe class FileMedium : IMedium
{
    private readonly MappedFile _file;
    private readonly string _path;

    public FileMedium(string path, long mappedBytes)
    {
        _path = path;
        _file = new MappedFile(path, mappedBytes);
    }

    public MediumKind Kind => MediumKind.File;
    public string Promise => "survives a killed process; a power loss as appendfsync says (page cache and fdatasync)";
    public byte* Base => _file.Base;
    public long MappedBytes => _file.MappedBytes;
    public long BackedBytes => _file.BackedBytes;
    public bool DrainIsDurable => false;

    public void Extend(long bytes) => _file.Extend(bytes);

    public bool MustPopulate => false;

    public bool Populate(byte* start, long bytes) => MappedFile.Populate(start, bytes);

    // The page cache is coherent: nothing to write back before Sync.
    public void Flush(byte* start, nuint bytes)
    {
    }

    public void Drain() => Thread.MemoryBarrier();

    public int Sync() => _file.SyncData();

    public override string ToString() => _path;

    public void Dispose() => _file.Dispose();
}
