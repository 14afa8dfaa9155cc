using System.Collections.Concurrent;
using Pkv.Linux;

namespace Pkv.Server.Net;

/// <summary>
/// Memory for replies that wait. Small blocks come from the C library's heap; what a client piles up beyond that is mapped by itself,
/// so that it goes back to the system when it is freed: the heap would keep its peak. Any thread.
/// </summary>
internal static unsafe class OutputBlock
{
    /// <summary>Bytes of a mapped block: mapping one costs little beside filling it.</summary>
    public const nint MappedBytes = 1 << 20;

    // Giving back so much takes about a millisecond; more is left to the keeper.
    private const int FreedAtOnce = 16;

    private static readonly ConcurrentQueue<List<(nint Block, nint Bytes)>> s_left = new();

    private const int PageMask = 4095;

    /// <summary>A block of its own of at least so many bytes, which becomes its size.</summary>
    public static nint Map(ref nint bytes)
    {
        bytes = (bytes + PageMask) & ~(nint)PageMask;
        nint block = MemoryCalls.Mmap(0, (nuint)bytes, MemoryCalls.ProtRead | MemoryCalls.ProtWrite, MemoryCalls.MapPrivateAnonymous, -1, 0);
        return block != -1 ? block : throw new InsufficientMemoryException($"no memory for {bytes} bytes of replies");
    }

    public static void Unmap(nint block, nint bytes) => MemoryCalls.Munmap(block, (nuint)bytes);

    /// <summary>Gives many blocks back. A client that had a gigabyte waiting must not stop the others while it leaves.</summary>
    public static void UnmapAll(List<(nint Block, nint Bytes)> blocks)
    {
        if (blocks.Count <= FreedAtOnce)
            Free(blocks);
        else
            s_left.Enqueue(blocks);
    }

    /// <summary>Gives back what clients left behind. In the background.</summary>
    public static void FreeLeft()
    {
        while (s_left.TryDequeue(out List<(nint Block, nint Bytes)>? blocks))
            Free(blocks);
    }

    private static void Free(List<(nint Block, nint Bytes)> blocks)
    {
        foreach ((nint block, nint bytes) in blocks)
            Unmap(block, bytes);
    }
}
