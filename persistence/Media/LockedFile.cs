using System.Runtime.InteropServices;
using Pkv.Linux;

namespace Pkv.Persistence.Media;

/// <summary>
/// A pool file opened exclusively by one server, and grown by it. The lock belongs to the open file: when a process is
/// killed, writes still in flight through this descriptor keep the next server out until they are finished.
/// </summary>
internal sealed class LockedFile : IDisposable
{
    private const int LockAttempts = 50;

    // A device that has refused a length is not asked for that, or more, again for so long: each refused write would ask.
    private const int FullForMs = 100;

    private readonly string _path;
    private readonly bool _created;
    private long _fullUntilMs, _refusedBytes;

    /// <param name="path">Created, with its folder, if it does not exist.</param>
    /// <param name="extraOpenFlags">Added to open(2)'s flags.</param>
    /// <param name="isReader">Opens for reading alone, makes nothing, and shares the lock with other readers.</param>
    /// <exception cref="MediumException">It cannot be opened, or another server has it. Errno is EINVAL if the file system refuses a flag.</exception>
    public LockedFile(string path, int extraOpenFlags = 0, bool isReader = false)
    {
        _path = path;
        if (!isReader)
            MakeFolder(path);
        int flags = (isReader ? FileCalls.ORdOnly : FileCalls.ORdWr) | FileCalls.OCloExec | extraOpenFlags;
        Descriptor = isReader ? FileCalls.Open(path, flags, 0) : OpenOrCreate(path, flags, out _created);
        if (Descriptor < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            throw new MediumException($"cannot open the pool {path}: {Marshal.GetPInvokeErrorMessage(error)}", error);
        }
        try
        {
            Lock(isReader ? FileCalls.LockSh : FileCalls.LockEx);
            BackedBytes = FileCalls.Lseek(Descriptor, 0, FileCalls.SeekEnd);
            if (BackedBytes < 0)
                throw new MediumException($"cannot get the size of the pool {path}: {Errno.LastMessage()}");
            if (BackedBytes == 0 && !isReader && !_created)
                throw new MediumException(EmptyFileLine(path));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>
    /// What is said of a file without a byte. It is not taken for a pool to be made: a pool that was cut to nothing would
    /// silently become an empty data set.
    /// </summary>
    internal static string EmptyFileLine(string path) =>
        $"the file {path} is not a Pkv pool (it has 0 bytes); if it never held data you need, remove it and a new pool will be created";

    public int Descriptor { get; }

    /// <summary>The file system reserves no blocks: a store may find the device full, unless its page is populated first.</summary>
    public bool IsSparse { get; private set; }

    /// <summary>Length of the file.</summary>
    public long BackedBytes { get; private set; }

    /// <summary>The last attempt to make the file longer found no room.</summary>
    public bool IsDeviceFull { get; private set; }

    /// <summary>Whether the file system says that it has the blocks for that length. Asking is cheap, a failed growth may not be.</summary>
    public bool HasRoomFor(long bytes) =>
        IsSparse || bytes <= BackedBytes || FileSystemRoom.Of(Descriptor) is not { } room || room.FreeBytes >= bytes - BackedBytes;

    /// <summary>
    /// Backs [0, bytes) with blocks of the device. Reserving them (rather than leaving a hole) turns a full
    /// device into an error here instead of a SIGBUS at a later store.
    /// </summary>
    public void Extend(long bytes)
    {
        if (bytes <= BackedBytes)
            return;
        // A failed fallocate of tmpfs takes all the room there is and gives it back: 5 ms, for an answer that statfs has.
        if ((bytes >= _refusedBytes && Environment.TickCount64 < _fullUntilMs) || (FileSystemRoom.IsInMemory(Descriptor) && !HasRoomFor(bytes)))
            throw NoRoom(bytes, Errno.ENoSpc);
        while (FileCalls.Fallocate(Descriptor, 0, BackedBytes, bytes - BackedBytes) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error == Errno.EIntr)
                continue;
            if (error == Errno.EOpNotSupp && FileCalls.Ftruncate(Descriptor, bytes) == 0)
            {
                IsSparse = true;
                break;
            }
            _fullUntilMs = Environment.TickCount64 + FullForMs;
            _refusedBytes = bytes;
            throw NoRoom(bytes, error);
        }
        IsDeviceFull = false;
        BackedBytes = bytes;
    }

    private MediumException NoRoom(long bytes, int error)
    {
        IsDeviceFull = true;
        return new MediumException($"cannot grow the pool {_path} to {bytes} bytes: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    /// <summary>
    /// Gives blocks to the holes that the file came with (a sparse copy): a store into one could find the device full and
    /// end the process by SIGBUS.
    /// </summary>
    /// <exception cref="MediumException">The device is full.</exception>
    public void FillHoles()
    {
        while (BackedBytes > 0 && FileCalls.Fallocate(Descriptor, 0, 0, BackedBytes) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error == Errno.EIntr)
                continue;
            IsSparse = true;
            if (error == Errno.EOpNotSupp)
                return;
            throw new MediumException($"cannot allocate the missing blocks of the pool {_path}: {Marshal.GetPInvokeErrorMessage(error)}", error);
        }
    }

    /// <summary>fdatasync. Returns 0 or errno.</summary>
    public int SyncData()
    {
        while (FileCalls.Fdatasync(Descriptor) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != Errno.EIntr)
                return error;
        }
        return 0;
    }

    public void Dispose()
    {
        // Nothing was made of it after all: left behind, it would be refused the next time.
        if (_created && FileCalls.Lseek(Descriptor, 0, FileCalls.SeekEnd) == 0)
            FileCalls.Unlink(_path);
        // Unlocked by name: a child that this process is just forking holds a copy of the descriptor until its exec.
        FileCalls.Flock(Descriptor, FileCalls.LockUn);
        FileCalls.Close(Descriptor);
    }

    private static void MakeFolder(string path)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
                Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MediumException($"cannot create the folder of the pool {path}: {e.Message}");
        }
    }

    // The one who makes the file knows it: whoever finds one without a byte must not take it for a new one.
    private static int OpenOrCreate(string path, int flags, out bool created)
    {
        int descriptor = FileCalls.Open(path, flags | FileCalls.OCreat | FileCalls.OExcl, 0x180 /* 0600 */);
        int error = Marshal.GetLastPInvokeError();
        created = descriptor >= 0;
        if (created || error != Errno.EExist)
        {
            // Some file systems make the file and refuse the flag.
            if (error == Errno.EInval && !created && FileIdentity.Of(path, out _) == 0)
                FileCalls.Unlink(path);
            Marshal.SetLastPInvokeError(error);
            return descriptor;
        }
        return FileCalls.Open(path, flags, 0);
    }

    // A killed server's last writes hold the lock for moments after its end; a living server's, for good.
    private void Lock(int kind)
    {
        SpinWait spin = default;
        for (int i = 0; FileCalls.Flock(Descriptor, kind | FileCalls.LockNb) != 0; i++)
        {
            if (i == LockAttempts)
                throw new MediumException($"the pool {_path} is in use by another server (it holds the lock)");
            spin.SpinOnce(sleep1Threshold: 1);
        }
    }
}
