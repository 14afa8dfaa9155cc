using Pkv.Linux;

namespace Pkv.Persistence.Media;

/// <summary>
/// A file opened exclusively by one server and mapped once at its maximum size, so that growing it never moves it. Beyond
/// the end of the file, the mapping is address space only.
/// </summary>
internal sealed unsafe class MappedFile : IDisposable
{
    public const int HugePageBytes = 2 << 20;

    private readonly LockedFile _file;

    public int Descriptor => _file.Descriptor;
    public byte* Base { get; }
    public long MappedBytes { get; }
    public long BackedBytes => _file.BackedBytes;

    public MappedFile(string path, long mappedBytes, int extraMapFlags = 0)
    {
        _file = new LockedFile(path);
        try
        {
            MappedBytes = Math.Max(mappedBytes, BackedBytes);
            int flags = extraMapFlags != 0 ? MemoryCalls.MapSharedValidate | extraMapFlags : MemoryCalls.MapShared | MemoryCalls.MapNoReserve;
            if (extraMapFlags != 0 && BackedBytes < MappedBytes)
                Extend(MappedBytes);
            nint address = MapAligned(Descriptor, MappedBytes, flags);
            if (address == MemoryCalls.MapFailed)
                throw new MediumException($"cannot map the pool {path} ({MappedBytes} bytes): {Errno.LastMessage()}", System.Runtime.InteropServices.Marshal.GetLastPInvokeError());
            Base = (byte*)address;
            MemoryCalls.Madvise(address, (nuint)MappedBytes, MemoryCalls.MadvDontDump);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="LockedFile.Extend"/>
    public void Extend(long bytes) => _file.Extend(bytes);

    /// <inheritdoc cref="LockedFile.HasRoomFor"/>
    public bool HasRoomFor(long bytes) => _file.HasRoomFor(bytes);

    /// <inheritdoc cref="LockedFile.IsDeviceFull"/>
    public bool IsDeviceFull => _file.IsDeviceFull;

    /// <inheritdoc cref="LockedFile.SyncData"/>
    public int SyncData() => _file.SyncData();

    /// <inheritdoc cref="LockedFile.FillHoles"/>
    public void FillHoles() => _file.FillHoles();

    /// <inheritdoc cref="LockedFile.IsSparse"/>
    public bool IsSparse => _file.IsSparse;

    /// <summary>
    /// Makes the mapping private, in one step for all threads: what was stored before is seen through the page cache, what
    /// is stored from now on stays in this process's memory. False: not possible, nothing changed.
    /// </summary>
    public bool TryMakePrivate()
    {
        // Tried elsewhere first: some kernels have taken the old mapping away when they find that the file system refuses.
        nint probe = MemoryCalls.Mmap(0, DirtyBlocks.BlockBytes, MemoryCalls.ProtRead | MemoryCalls.ProtWrite, MemoryCalls.MapPrivate, Descriptor, 0);
        if (probe == MemoryCalls.MapFailed)
            return false;
        MemoryCalls.Munmap(probe, DirtyBlocks.BlockBytes);
        nint address = MemoryCalls.Mmap((nint)Base, (nuint)MappedBytes, MemoryCalls.ProtRead | MemoryCalls.ProtWrite,
            MemoryCalls.MapPrivate | MemoryCalls.MapNoReserve | MemoryCalls.MapFixed, Descriptor, 0);
        if (address == MemoryCalls.MapFailed)
            return false;
        MemoryCalls.Madvise(address, (nuint)MappedBytes, MemoryCalls.MadvDontDump);
        return true;
    }

    /// <summary>Faults a range in for writing. False: there is no memory (or no room on the file system) for it.</summary>
    public static bool Populate(byte* start, long bytes) =>
        MemoryCalls.Madvise((nint)start, (nuint)bytes, MemoryCalls.MadvPopulateWrite) == 0;

    /// <summary>Maps at an address aligned to huge pages, as the file is, or the kernel could not use any.</summary>
    internal static nint MapAligned(int descriptor, long bytes, int flags)
    {
        nint reserved = MemoryCalls.Mmap(0, (nuint)(bytes + HugePageBytes), 0, 0x4022 /* private, anonymous, no reserve */, -1, 0);
        if (reserved == MemoryCalls.MapFailed)
            return reserved;
        nint aligned = (nint)(((nuint)reserved + HugePageBytes - 1) & ~(nuint)(HugePageBytes - 1));
        return MemoryCalls.Mmap(aligned, (nuint)bytes, MemoryCalls.ProtRead | MemoryCalls.ProtWrite, flags | MemoryCalls.MapFixed, descriptor, 0);
    }

    public void Dispose()
    {
        MemoryCalls.Munmap((nint)Base, (nuint)MappedBytes);
        _file.Dispose();
    }
}
