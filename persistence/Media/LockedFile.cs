using System.Runtime.InteropServices;

namespace Pkv.Persistence.Media;

/// <summary>
/// A pool file opened for one server alone, and grown by it. The lock belongs to the open file: writes still on their way
/// through this descriptor when a process is killed keep the next server out until they are done.
/// </summary>
internal sealed class LockedFile : IDisposable
{
    private const int LockAttempts = 50;

    private readonly string _path;

    /// <param name="path">Made, with its folder, where there is none.</param>
    /// <param name="extraOpenFlags">Added to open(2)'s flags.</param>
    /// <param name="isReader">Opens for reading alone, makes nothing, and shares the lock with other readers.</param>
    /// <exception cref="MediumException">It cannot be opened, or another server has it. Errno tells EINVAL apart: the file system refuses a flag.</exception>
    public LockedFile(string path, int extraOpenFlags = 0, bool isReader = false)
    {
        _path = path;
        string? directory = Path.GetDirectoryName(Path.GetFullPath(path));
        if (directory is not null && !isReader)
            Directory.CreateDirectory(directory);
        int access = isReader ? Posix.ORdOnly : Posix.ORdWr | Posix.OCreat;
        Descriptor = Posix.Open(path, access | Posix.OCloExec | extraOpenFlags, 0x180 /* 0600 */);
        if (Descriptor < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            throw new MediumException($"cannot open the pool {path}: {Marshal.GetPInvokeErrorMessage(error)}", error);
        }
        try
        {
            Lock(isReader ? Posix.LockSh : Posix.LockEx);
            BackedBytes = Posix.Lseek(Descriptor, 0, Posix.SeekEnd);
            if (BackedBytes < 0)
                throw new MediumException($"cannot size the pool {path}: {Posix.LastError()}");
        }
        catch
        {
            Posix.Close(Descriptor);
            throw;
        }
    }

    public int Descriptor { get; }

    /// <summary>The file system reserves no blocks: a store may find the device full, unless its page is populated first.</summary>
    public bool IsSparse { get; private set; }

    /// <summary>Length of the file.</summary>
    public long BackedBytes { get; private set; }

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
            {
                IsSparse = true;
                break;
            }
            throw new MediumException($"cannot grow the pool {_path} to {bytes} bytes: {Marshal.GetPInvokeErrorMessage(error)}", error);
        }
        BackedBytes = bytes;
    }

    /// <summary>
    /// Gives blocks to the holes that the file came with (a sparse copy): a store into one could find the device full and
    /// end the process by SIGBUS.
    /// </summary>
    /// <exception cref="MediumException">The device is full.</exception>
    public void FillHoles()
    {
        while (BackedBytes > 0 && Posix.Fallocate(Descriptor, 0, 0, BackedBytes) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error == Posix.EIntr)
                continue;
            IsSparse = true;
            if (error == Posix.EOpNotSupp)
                return;
            throw new MediumException($"cannot reserve the blocks that the pool {_path} lacks: {Marshal.GetPInvokeErrorMessage(error)}", error);
        }
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

    /// <summary>fdatasync. Returns 0 or errno.</summary>
    public int SyncData()
    {
        while (Posix.Fdatasync(Descriptor) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != Posix.EIntr)
                return error;
        }
        return 0;
    }

    public void Dispose()
    {
        // Unlocked by name: a child that this process is just forking holds a copy of the descriptor until its exec.
        Posix.Flock(Descriptor, Posix.LockUn);
        Posix.Close(Descriptor);
    }

    // A killed server's last writes hold the lock for moments after its end; a living server's, for good.
    private void Lock(int kind)
    {
        SpinWait spin = default;
        for (int i = 0; Posix.Flock(Descriptor, kind | Posix.LockNb) != 0; i++)
        {
            if (i == LockAttempts)
                throw new MediumException($"the pool {_path} is in use by another server (it holds the lock)");
            spin.SpinOnce(sleep1Threshold: 1);
        }
    }
}
