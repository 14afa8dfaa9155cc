using System.Runtime.InteropServices;

namespace Pkv.Bench.Native;

/// <summary>File calls and flags of the media experiment (x86-64 values).</summary>
internal static unsafe partial class DiskCalls
{
    public const int ReadWrite = 2, Create = 0x40, Direct = 0x4000, DataSync = 0x1000;
    public const int AdviseDontNeed = 4;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    public static partial int Allocate(int descriptor, int mode, long offset, long lengthBytes);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int SyncData(int descriptor);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    public static partial nint WriteAt(int descriptor, byte* source, nuint lengthBytes, long offset);

    [LibraryImport("libc", EntryPoint = "posix_fadvise", SetLastError = true)]
    public static partial int Advise(int descriptor, long offset, long lengthBytes, int advice);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint SystemCall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    /// <summary>Writes all or throws.</summary>
    public static void WriteAllAt(int descriptor, byte* source, long lengthBytes, long offset)
    {
        while (lengthBytes > 0)
        {
            nint written = WriteAt(descriptor, source, (nuint)lengthBytes, offset);
            if (written <= 0) throw Libc.Failure("pwrite");
            source += written;
            offset += written;
            lengthBytes -= written;
        }
    }
}
