using System.Runtime.InteropServices;

namespace Pkv.Bench.Native;

/// <summary>Memory mapping calls and their flags (Linux x86-64 and arm64 share these values).</summary>
internal static unsafe partial class MemoryMap
{
    public const int ProtectRead = 1, ProtectWrite = 2;
    public const int MapShared = 1, MapPrivate = 2, MapAnonymous = 0x20, MapPopulate = 0x8000;
    public const int AdviseDontNeed = 4, AdviseHugePage = 14, AdviseNoHugePage = 15;

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial void* Map(void* hint, nuint lengthBytes, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(void* address, nuint lengthBytes);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    public static partial int Advise(void* address, nuint lengthBytes, int advice);

    /// <summary>Maps or throws; the kernel answers (void*)-1 for failure.</summary>
    public static byte* MapOrThrow(long lengthBytes, int flags, int descriptor)
    {
        void* address = Map(null, (nuint)lengthBytes, ProtectRead | ProtectWrite, flags, descriptor, 0);
        return (nint)address == -1 ? throw Libc.Failure("mmap") : (byte*)address;
    }
}
