using Pkv.Linux;

namespace Pkv.Server.Monitoring;

/// <summary>The C library's heap, which holds the index and the clients' buffers.</summary>
internal static class NativeHeap
{
    /// <summary>Gives free memory back to the system, where the C library can (glibc). Takes milliseconds. Any thread.</summary>
    public static void Trim()
    {
        try
        {
            _ = HeapCalls.Trim(0);
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
        try
        {
            _ = HeapCalls.SetOption(HeapCalls.MmapThreshold, 1 << 20);
            _ = HeapCalls.SetOption(HeapCalls.TrimThreshold, 8 << 20);
        }
        catch (EntryPointNotFoundException)
        {
            // musl has no such borders.
        }
    }
}
