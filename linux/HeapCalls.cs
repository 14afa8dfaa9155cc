using System.Runtime.InteropServices;

namespace Pkv.Linux;

/// <summary>
/// The C library's heap. Only glibc has these: <see cref="EntryPointNotFoundException"/> elsewhere (musl). Source:
/// mallopt(3), malloc_trim(3).
/// </summary>
public static partial class HeapCalls
{
    /// <summary>M_MMAP_THRESHOLD and M_TRIM_THRESHOLD, in bytes each.</summary>
    public const int MmapThreshold = -3, TrimThreshold = -1;

    /// <summary>Sets one of the options. 0 on failure.</summary>
    [LibraryImport("libc", EntryPoint = "mallopt")]
    public static partial int SetOption(int option, int value);

    /// <summary>Returns free heap memory to the system, keeping <paramref name="keepBytes"/> bytes at the top. Returns 1 if any was released.</summary>
    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    public static partial int Trim(nuint keepBytes);
}
