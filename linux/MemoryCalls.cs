using System.Runtime.InteropServices;

namespace Pkv.Linux;

/// <summary>
/// Mappings of the address space. Each returns -1 on failure (mmap: <see cref="MapFailed"/>) and leaves errno in
/// <see cref="Marshal.GetLastPInvokeError"/>. Source: mmap(2), mremap(2), mprotect(2), madvise(2).
/// </summary>
public static unsafe partial class MemoryCalls
{
    /// <summary>What a mapping may be used for; none of them: reserved addresses only.</summary>
    public const int ProtRead = 1, ProtWrite = 2;

    /// <summary>Flags of mmap(2). <see cref="MapSync"/> only with <see cref="MapSharedValidate"/>.</summary>
    public const int MapShared = 1, MapPrivate = 2, MapFixed = 0x10, MapSharedValidate = 3, MapNoReserve = 0x4000, MapSync = 0x80000;

    /// <summary>MAP_PRIVATE with MAP_ANONYMOUS, and MAP_POPULATE, which faults the pages in at once.</summary>
    public const int MapPrivateAnonymous = 0x22, MapPopulate = 0x8000;

    /// <summary>Advice of madvise(2).</summary>
    public const int MadvHugePage = 14, MadvDontDump = 16, MadvPopulateWrite = 23, MadvCollapse = 25;

    /// <summary>MREMAP_MAYMOVE.</summary>
    public const int MremapMayMove = 1;

    /// <summary>What mmap returns when it fails.</summary>
    public static readonly nint MapFailed = -1;

    /// <summary>Maps a file, or memory without one (descriptor -1). The address.</summary>
    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Mmap(nint address, nuint length, int protection, int flags, int fd, long offset);

    /// <summary>Ends what is mapped in a range of whole pages.</summary>
    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Munmap(nint address, nuint length);

    /// <summary>Makes a mapping larger or smaller: its pages move, their bytes are not copied. The address, or <see cref="MapFailed"/>.</summary>
    [LibraryImport("libc", EntryPoint = "mremap", SetLastError = true)]
    public static partial nint Mremap(nint address, nuint length, nuint newLength, int flags);

    /// <summary>Changes what whole pages may be used for.</summary>
    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    public static partial int Mprotect(nint address, nuint length, int protection);

    /// <summary>Tells the kernel what whole pages will be used for; see the constants.</summary>
    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    public static partial int Madvise(nint address, nuint length, int advice);
}
