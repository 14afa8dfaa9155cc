using System.Runtime.InteropServices;
using Pkv.Linux;

namespace Pkv.Persistence.Media;

/// <summary>
/// Persistent memory mapped with MAP_SYNC through libpmem2, which chooses the flush that the platform needs (CLWB,
/// CLFLUSHOPT, CLFLUSH, or none if the CPU caches are inside the power-fail domain).
/// </summary>
public sealed unsafe class DaxMedium : IMedium
{
    private readonly int _descriptor;
    private readonly delegate* unmanaged<void*, nuint, void> _flush;
    private readonly delegate* unmanaged<void> _drain;
    private readonly bool _cachesPersist;
    private nint _map;

    /// <param name="path">A file on an fs-dax mount, or a device-DAX node (/dev/daxX.Y).</param>
    /// <param name="bytes">Size to give a new file; a device-DAX node has its own.</param>
    public DaxMedium(string path, long bytes)
    {
        if (!Pmem2.IsInstalled)
            throw new MediumException("medium dax needs libpmem2 (libpmem2.so.1), which is not installed; install it or choose --medium file");
        _descriptor = OpenAndSize(path, bytes);
        try
        {
            _map = Map(path, _descriptor);
            Base = (byte*)Pmem2.MapGetAddress(_map);
            MappedBytes = (long)Pmem2.MapGetSize(_map);
            _cachesPersist = Pmem2.MapGetGranularity(_map) == Pmem2.GranularityByte;
            _flush = Pmem2.GetFlushFunction(_map);
            _drain = Pmem2.GetDrainFunction(_map);
        }
        catch
        {
            FileCalls.Close(_descriptor);
            throw;
        }
    }

    public MediumKind Kind => MediumKind.Dax;

    public string Promise =>
        "survives a killed process, a kernel crash and a power loss (MAP_SYNC; libpmem2 reports store granularity "
        + (_cachesPersist ? "byte: CPU caches are power-fail safe)" : "cache line: flushed before each reply)");

    public byte* Base { get; }
    public long MappedBytes { get; }
    public long BackedBytes => MappedBytes;
    public bool DrainIsDurable => true;

    public void Extend(long bytes)
    {
        if (bytes > MappedBytes)
            throw new MediumException($"a dax pool cannot grow while it is mapped ({MappedBytes} bytes)");
    }

    // Persistent memory has no page to allocate; its mapping faults are taken once per 2 MiB.
    public bool Populate(byte* start, long bytes)
    {
        MappedFile.Populate(start, bytes);
        return true;
    }

    public bool MustPopulate => false;

    public void Flush(byte* start, nuint bytes)
    {
        if (!_cachesPersist)
            _flush(start, bytes);
    }

    public void Drain() => _drain();

    public int Sync() => 0;

    public void Dispose()
    {
        Pmem2.MapDelete(ref _map);
        FileCalls.Close(_descriptor);
    }

    private static int OpenAndSize(string path, long bytes)
    {
        bool isDevice = path.StartsWith("/dev/dax", StringComparison.Ordinal);
        bool existed = FileIdentity.Of(path, out _) == 0;
        int descriptor = FileCalls.Open(path, FileCalls.ORdWr | (isDevice ? 0 : FileCalls.OCreat) | FileCalls.OCloExec, 0x180);
        if (descriptor < 0)
            throw new MediumException($"cannot open the pool {path}: {Errno.LastMessage()}");
        if (FileCalls.Flock(descriptor, FileCalls.LockEx | FileCalls.LockNb) != 0)
        {
            FileCalls.Close(descriptor);
            throw new MediumException($"the pool {path} is in use by another server (it holds the lock)");
        }
        if (!isDevice && existed && FileCalls.Lseek(descriptor, 0, 2) == 0)
        {
            FileCalls.Close(descriptor);
            throw new MediumException(LockedFile.EmptyFileLine(path));
        }
        // Allocated whole: a hole would be a block allocation, and so a journal write, inside a store.
        if (!isDevice && FileCalls.Lseek(descriptor, 0, 2) == 0 && FileCalls.Fallocate(descriptor, 0, 0, bytes) != 0)
        {
            string error = Errno.LastMessage();
            FileCalls.Close(descriptor);
            throw new MediumException($"cannot create the pool {path} of {bytes} bytes: {error}");
        }
        return descriptor;
    }

    private static nint Map(string path, int descriptor)
    {
        if (Pmem2.SourceFromFd(out nint source, descriptor) != 0)
            throw new MediumException($"libpmem2 cannot use {path}: {Pmem2.ErrorMessage()}");
        Pmem2.ConfigNew(out nint config);
        try
        {
            Pmem2.ConfigSetRequiredGranularity(config, Pmem2.GranularityCacheLine);
            if (Pmem2.MapNew(out nint map, config, source) != 0)
                throw new MediumException(
                    $"{path} cannot be mapped as persistent memory ({Pmem2.ErrorMessage()}): the mount refuses MAP_SYNC; "
                    + "use a file on an ext4 or xfs mount with -o dax over real (or emulated) persistent memory, or choose --medium file");
            return map;
        }
        finally
        {
            Pmem2.ConfigDelete(ref config);
            Pmem2.SourceDelete(ref source);
        }
    }
}
