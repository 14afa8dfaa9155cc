using System.Runtime.InteropServices;

namespace Pkv.Persistence.Media;

/// <summary>The system calls a pool needs. Linux, 64-bit. Each returns -1 (or MAP_FAILED) and sets errno on failure.</summary>
internal static unsafe partial class Posix
{
    public const int ProtRead = 1, ProtWrite = 2;
    public const int MapShared = 1, MapPrivate = 2, MapFixed = 0x10, MapSharedValidate = 3, MapNoReserve = 0x4000, MapSync = 0x80000;
    public const int ORdOnly = 0, ORdWr = 2, OCreat = 0x40, OExcl = 0x80, OCloExec = 0x80000;
    public const int SeekEnd = 2, SeekData = 3, SeekHole = 4;
    public const int MapPrivateAnonymous = 0x22, MapPopulate = 0x8000;

    /// <summary>RWF_DSYNC of pwritev2(2): the write returns when its bytes are on the device.</summary>
    public const int WriteDataSync = 2;
    public const int LockSh = 1, LockEx = 2, LockNb = 4, LockUn = 8;
    public const int MadvHugePage = 14, MadvDontDump = 16, MadvPopulateWrite = 23, MadvCollapse = 25;
    public const int ENoEnt = 2, EIntr = 4, EIo = 5, EAgain = 11, EExist = 17, ENotDir = 20, EInval = 22, ENoSpc = 28, EOpNotSupp = 95;

    public const int SetStatusFlags = 4 /* F_SETFL */, AdviseDontNeed = 4 /* POSIX_FADV_DONTNEED */, WaitBefore = 1 /* SYNC_FILE_RANGE_WAIT_BEFORE */;

    public static readonly nint MapFailed = -1;

    /// <summary>O_DIRECT, which is not the same number everywhere.</summary>
    public static readonly int ODirect = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x10000 : 0x4000;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Flock(int fd, int operation);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int Ftruncate(int fd, long length);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    public static partial int Fallocate(int fd, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int Fdatasync(int fd);

    [LibraryImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
    public static partial int SyncFileRange(int fd, long offset, long bytes, uint flags);

    /// <summary>Returns the errno instead of setting it.</summary>
    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    public static partial int Fadvise(int fd, long offset, long bytes, int advice);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Fcntl(int fd, int command, int argument);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static partial long Lseek(int fd, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Mmap(nint address, nuint length, int protection, int flags, int fd, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Munmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    public static partial int Mprotect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    public static partial int Madvise(nint address, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "statfs", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Statfs(string path, byte* buffer);

    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    public static partial int Fstatfs(int fd, byte* buffer);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Statx(int folder, string path, int flags, uint mask, byte* buffer);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unlink(string path);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    public static partial nint Pread(int fd, byte* target, nuint length, long offset);

    /// <summary>One vector: its address and its length, 8 bytes each.</summary>
    [LibraryImport("libc", EntryPoint = "pwritev2", SetLastError = true)]
    public static partial nint Pwritev2(int fd, nint* vector, int vectors, long offset, int flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint SystemCall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    /// <summary>The text of the last errno, as strerror gives it.</summary>
    public static string LastError() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
}
