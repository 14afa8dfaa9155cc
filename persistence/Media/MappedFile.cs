using System.Runtime.InteropServices;

namespace Pkv.Persistence.Media;

/// <summary>
/// A file opened for one server alone and mapped once, at the most it may ever hold, so that growing it
/// never moves it. The part beyond the file's end is address space only.
/// </summary>
internal sealed unsafe class MappedFile : IDisposable
{
    public const int HugePageBytes = 2 << 20;

    private readonly string _path;

    public int Descriptor { get; }
    public byte* Base { get; }
    public long MappedBytes { get; }
    public long BackedBytes { get; private set; }

    public MappedFile(string path, long mappedBytes, int extraMapFlags = 0)
    {
        _path = path;
        string? directory = Path.GetDirectoryName(Path.GetFullPath(path));
        if (directory is not null)
            Directory.CreateDirectory(directory);
        Descriptor = Posix.Open(path, Posix.ORdWr | Posix.OCreat | Posix.OCloExec, 0x180 /* 0600 */);
        if (Descriptor < 0)
            throw new MediumException($"cannot open the pool {path}: {Posix.LastError()}");
        try
        {
            if (Posix.Flock(Descriptor, Posix.LockEx | Posix.LockNb) != 0)
                throw new MediumException($"the pool {path} is in use by another server (it holds the lock)");
            BackedBytes = Posix.Lseek(Descriptor, 0, 2);
            if (BackedBytes < 0)
                throw new MediumException($"cannot size the pool {path}: {Posix.LastError()}");
            MappedBytes = Math.Max(mappedBytes, BackedBytes);
            int flags = extraMapFlags != 0 ? Posix.MapSharedValidate | extraMapFlags : Posix.MapShared | Posix.MapNoReserve;
            if (extraMapFlags != 0 && BackedBytes < MappedBytes)
                Extend(MappedBytes);
            nint address = MapAligned(Descriptor, MappedBytes, flags);
            if (address == Posix.MapFailed)
                throw new MediumException($"cannot map the pool {path} ({MappedBytes} bytes): {Posix.LastError()}");
            Base = (byte*)address;
            Posix.Madvise(address, (nuint)MappedBytes, Posix.MadvDontDump);
        }
        catch
        {
            Posix.Close(Descriptor);
            throw;
        }
    }

    /// <summary>
    /// Backs [0, bytes) with blocks of the device. Reserving them (rather than leaving a hole) turns a full
    /// device into an error here instead of a SIGBUS at a later store.
    /// </summary>
    public void Extend(long bytes)
    {
        if (bytes <= BackedBytes)
            return;
        while (Posix.Fallocate(Descriptor, 0, BackedBytes, bytes - BackedBytes) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error == Posix.EIntr)
                continue;
            if (error == Posix.EOpNotSupp && Posix.Ftruncate(Descriptor, bytes) == 0)
                break;
            throw new MediumException($"cannot grow the pool {_path} to {bytes} bytes: {Marshal.GetPInvokeErrorMessage(error)}");
        }
        BackedBytes = bytes;
    }

    /// <summary>Lengthens the file without taking blocks: they are taken when the pages are populated.</summary>
    public void ExtendSparsely(long bytes)
    {
        if (bytes <= BackedBytes)
            return;
        if (Posix.Ftruncate(Descriptor, bytes) != 0)
            throw new MediumException($"cannot grow the pool {_path} to {bytes} bytes: {Posix.LastError()}");
        BackedBytes = bytes;
    }

    /// <summary>Faults a range in for writing. False: there is no memory (or no room on the file system) for it.</summary>
    public static bool Populate(byte* start, long bytes) =>
        Posix.Madvise((nint)start, (nuint)bytes, Posix.MadvPopulateWrite) == 0;

    // Aligned to huge pages in memory as in the file, or the kernel could not use any.
    private static nint MapAligned(int descriptor, long bytes, int flags)
    {
        nint reserved = Posix.Mmap(0, (nuint)(bytes + HugePageBytes), 0, 0x4022 /* private, anonymous, no reserve */, -1, 0);
        if (reserved == Posix.MapFailed)
            return reserved;
        nint aligned = (nint)(((nuint)reserved + HugePageBytes - 1) & ~(nuint)(HugePageBytes - 1));
        return Posix.Mmap(aligned, (nuint)bytes, Posix.ProtRead | Posix.ProtWrite, flags | Posix.MapFixed, descriptor, 0);
    }

    public void Dispose()
    {
        Posix.Munmap((nint)Base, (nuint)MappedBytes);
        Posix.Close(Descriptor);
    }
}
