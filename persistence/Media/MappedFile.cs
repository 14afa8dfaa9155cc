using System.Runtime.InteropServices;

namespace Pkv.Persistence.Media;

/// <summary>
/// A file opened for one server alone and mapped once, at the most it may ever hold, so that growing it
/// never moves it. The part beyond the file's end is address space only.
/// </summary>
internal sealed unsafe class MappedFile : IDisposable
{
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
            nint address = Posix.Mmap(0, (nuint)MappedBytes, Posix.ProtRead | Posix.ProtWrite, flags, Descriptor, 0);
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

    public void Populate(byte* start, long bytes) =>
        Posix.Madvise((nint)start, (nuint)bytes, Posix.MadvPopulateWrite);

    public void Dispose()
    {
        Posix.Munmap((nint)Base, (nuint)MappedBytes);
        Posix.Close(Descriptor);
    }
}
