using System.Runtime.InteropServices;

namespace Pkv.Server.Monitoring;

/// <summary>The C library's heap, in which the index and the clients' buffers live.</summary>
internal static partial class NativeHeap
{
    /// <summary>Gives free memory back to the system, where the C library can (glibc). Takes milliseconds. Any thread.</summary>
    public static void Trim()
    {
        try
        {
            _ = MallocTrim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // musl gives memory back by itself.
        }
    }

    /// <summary>
    /// Has large blocks mapped by themselves, whatever their size was before: freed, they are the system's again. glibc would raise that
    /// border to the largest block that it has seen freed, up to 32 MiB, and keep all below it. Once, at the start.
    /// </summary>
    public static void MapLargeBlocks()
    {
        const int mmapThreshold = -3, trimThreshold = -1;
        try
        {
            _ = MallocOption(mmapThreshold, 1 << 20);
            _ = MallocOption(trimThreshold, 8 << 20);
        }
        catch (EntryPointNotFoundException)
        {
            // musl has no such borders.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallocOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint keepBytes);
}
