using System.Runtime.InteropServices;

namespace Pkv.Linux;

/// <summary>
/// Files: opening, locking, reading, writing, syncing, asking. Each returns -1 on failure, unless it says otherwise, and
/// leaves errno in <see cref="Marshal.GetLastPInvokeError"/>; <see cref="Errno.LastMessage"/> is its text. Source: section 2
/// of the Linux manual, under each call's name.
/// </summary>
public static unsafe partial class FileCalls
{
    /// <summary>Flags of open(2).</summary>
    public const int ORdOnly = 0, ORdWr = 2, OCreat = 0x40, OExcl = 0x80, OCloExec = 0x80000;

    /// <summary>Where lseek(2) counts from, or what it looks for.</summary>
    public const int SeekEnd = 2, SeekData = 3, SeekHole = 4;

    /// <summary>RWF_DSYNC of pwritev2(2): the write returns when its bytes are on the device.</summary>
    public const int WriteDataSync = 2;

    /// <summary>Operations of flock(2).</summary>
    public const int LockSh = 1, LockEx = 2, LockNb = 4, LockUn = 8;

    /// <summary>F_SETFL of fcntl(2), POSIX_FADV_DONTNEED of posix_fadvise(2), SYNC_FILE_RANGE_WAIT_BEFORE of sync_file_range(2).</summary>
    public const int SetStatusFlags = 4, AdviseDontNeed = 4, WaitBefore = 1;

    /// <summary>O_DIRECT, which is not the same number everywhere.</summary>
    public static readonly int ODirect = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x10000 : 0x4000;

    /// <summary>Opens or makes a file; <paramref name="mode"/> counts only with <see cref="OCreat"/>. A descriptor.</summary>
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, uint mode);

    /// <summary>Gives a descriptor back. Not to be repeated, whatever it returns.</summary>
    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    /// <summary>Takes or gives up a lock on the open file; it ends with the last descriptor of that opening.</summary>
    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Flock(int fd, int operation);

    /// <summary>Sets the length of a file, bytes; what is added is a hole.</summary>
    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int Ftruncate(int fd, long length);

    /// <summary>Reserves blocks for a stretch of a file, bytes; mode 0 makes the file longer where it must.</summary>
    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    public static partial int Fallocate(int fd, int mode, long offset, long length);

    /// <summary>fsync(2): content and metadata of a file or folder are on the device when it returns.</summary>
    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Fsync(int fd);

    /// <summary>The content of a file is on the device when it returns.</summary>
    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int Fdatasync(int fd);

    /// <summary>Waits for, or begins, the writing of cached pages; says nothing of the device's own cache.</summary>
    [LibraryImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
    public static partial int SyncFileRange(int fd, long offset, long bytes, uint flags);

    /// <summary>Returns the errno instead of setting it.</summary>
    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    public static partial int Fadvise(int fd, long offset, long bytes, int advice);

    /// <summary>Changes how a descriptor behaves; see <see cref="SetStatusFlags"/>.</summary>
    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Fcntl(int fd, int command, int argument);

    /// <summary>Moves the position, or finds data and holes. The new position, bytes from the start.</summary>
    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static partial long Lseek(int fd, long offset, int whence);

    /// <summary>What the file system of a path is: struct statfs, 120 bytes.</summary>
    [LibraryImport("libc", EntryPoint = "statfs", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Statfs(string path, byte* buffer);

    /// <summary>What the file system of an open file is: struct statfs, 120 bytes.</summary>
    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    public static partial int Fstatfs(int fd, byte* buffer);

    /// <summary>What a file is: struct statx, 256 bytes.</summary>
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Statx(int folder, string path, int flags, uint mask, byte* buffer);

    /// <summary>Sets the permissions of a file.</summary>
    [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Chmod(string path, uint mode);

    /// <summary>Removes a name.</summary>
    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unlink(string path);

    /// <summary>Reads at an offset. Bytes read; 0 at the end of the file.</summary>
    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    public static partial nint Pread(int fd, byte* target, nuint length, long offset);

    /// <summary>One vector: its address and its length, 8 bytes each.</summary>
    [LibraryImport("libc", EntryPoint = "pwritev2", SetLastError = true)]
    public static partial nint Pwritev2(int fd, nint* vector, int vectors, long offset, int flags);
}
