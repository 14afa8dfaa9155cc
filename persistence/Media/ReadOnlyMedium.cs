using Pkv.Linux;

namespace Pkv.Persistence.Media;

/// <summary>
/// A pool for callers that only inspect it. The file is opened read-only and mapped privately: a store changes a copy of
/// the page in memory, and the kernel guarantees that the file does not change. Readers share the pool's lock; a server
/// that has the pool keeps readers out, and they keep it out.
/// </summary>
public sealed unsafe class ReadOnlyMedium : IMedium
{
    private readonly LockedFile _file;
    private readonly string _path;

    /// <param name="path">The pool; must exist.</param>
    /// <param name="kind">As what its server opens it: that decides how its header is read.</param>
    /// <exception cref="MediumException">It is not there, in use, or not a file that can be mapped so.</exception>
    public ReadOnlyMedium(string path, MediumKind kind)
    {
        _path = path;
        Kind = kind;
        if (path.StartsWith("/dev/dax", StringComparison.Ordinal))
            throw new MediumException($"{path} is a device-DAX node, which cannot be mapped privately: copy it to a file and use that");
        if (Directory.Exists(path))
            throw new MediumException($"cannot open the pool {path}: it is a directory");
        _file = new LockedFile(path, isReader: true);
        try
        {
            // Less than a header is no pool; an empty file cannot be mapped.
            if (BackedBytes < Format.PoolHeader.SizeBytes)
                throw new MediumException($"the file {path} is not a Pkv pool (it has {BackedBytes} bytes)");
            nint address = MappedFile.MapAligned(_file.Descriptor, BackedBytes, MemoryCalls.MapPrivate | MemoryCalls.MapNoReserve);
            if (address == MemoryCalls.MapFailed)
                throw new MediumException($"cannot map the pool {path} ({BackedBytes} bytes): {Errno.LastMessage()}");
            Base = (byte*)address;
            if (FileSystemRoom.IsInMemory(_file.Descriptor))
                FileHoles.Cover(path, _file.Descriptor, Base, BackedBytes, isPrivate: true);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Whether no pool was made in this file yet, or not to its end: its first bytes, where there are any, are zeros.</summary>
    /// <exception cref="MediumException">It cannot be read, or a server has it.</exception>
    public static bool BeginsWithZeros(string path)
    {
        using LockedFile file = new(path, isReader: true);
        ulong magic = 0;
        if (FileCalls.Pread(file.Descriptor, (byte*)&magic, sizeof(ulong), 0) < 0)
            throw new MediumException($"cannot read the pool {path}: {Errno.LastMessage()}");
        return magic == 0;
    }

    public MediumKind Kind { get; }
    public string Promise => "changes nothing (private mapping)";
    public byte* Base { get; }
    public long MappedBytes => BackedBytes;
    public long BackedBytes => _file.BackedBytes;
    public bool DrainIsDurable => Kind != MediumKind.File;
    public bool MustPopulate => false;

    public void Extend(long bytes)
    {
        if (bytes > BackedBytes)
            throw new MediumException($"the pool {_path} is open for reading only");
    }

    public bool Populate(byte* start, long bytes) => true;

    public void Flush(byte* start, nuint bytes)
    {
    }

    public void Drain()
    {
    }

    public int Sync() => 0;

    public override string ToString() => _path;

    public void Dispose()
    {
        MemoryCalls.Munmap((nint)Base, (nuint)BackedBytes);
        _file.Dispose();
    }
}
