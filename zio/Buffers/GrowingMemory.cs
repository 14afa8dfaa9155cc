using System.Diagnostics;
using System.Runtime.InteropServices;
using Pkv.Linux;

namespace Pkv.Zio.Buffers;

/// <summary>
/// Blocks off the managed heap that grow and are freed without stopping other threads. Small ones come from the C library.
/// From <see cref="MappedBytes"/> on, each is mapped separately: it grows by moving its pages, where the C library may copy
/// their bytes (32 MiB took 40 ms), and is returned to the system when it is freed. The owner of a block remembers its
/// size. Any thread.
/// </summary>
public static unsafe class GrowingMemory
{
    /// <summary>Bytes from which on a block is mapped by itself.</summary>
    public const long MappedBytes = 1 << 20;

    // Giving back so much takes about a millisecond.
    private const long FreedAtOnceBytes = 8 << 20;

    // A page is touched once; a block's first bytes link it to the next one that is left.
    private static nint s_left;

    /// <summary>Makes a block larger or smaller, or a new one of null; its bytes are kept, new ones are not cleared.</summary>
    /// <param name="block">Null, or what this returned. Not to be used any more.</param>
    /// <param name="held">Its bytes so far; of null 0.</param>
    /// <param name="wanted">Its bytes from now on.</param>
    /// <exception cref="OutOfMemoryException">There is no memory for it; the block is as it was.</exception>
    public static void* Resize(void* block, long held, long wanted)
    {
        Debug.Assert(held >= 0 && wanted > 0 && (block != null || held == 0), "a block has the size that it was given");
        if (held < MappedBytes && wanted < MappedBytes)
            return NativeMemory.Realloc(block, (nuint)wanted);
        if (held >= MappedBytes && wanted >= MappedBytes)
            return (void*)Mapped(MemoryCalls.Mremap((nint)block, (nuint)held, (nuint)wanted, MemoryCalls.MremapMayMove), wanted);
        void* moved = wanted < MappedBytes ? NativeMemory.Alloc((nuint)wanted)
            : (void*)Mapped(MemoryCalls.Mmap(0, (nuint)wanted, MemoryCalls.ProtRead | MemoryCalls.ProtWrite, MemoryCalls.MapPrivateAnonymous, -1, 0), wanted);
        Buffer.MemoryCopy(block, moved, wanted, Math.Min(held, wanted));
        Free(block, held);
        return moved;
    }

    /// <summary>Gives a block back: a very large one in the background.</summary>
    public static void Free(void* block, long held)
    {
        if (held < MappedBytes)
            NativeMemory.Free(block);
        else if (held < FreedAtOnceBytes)
            Unmap((nint)block, held);
        else
            FreeLater(block, held);
    }

    /// <summary>Leaves a mapped block to <see cref="FreeLeft"/>: one of very many that are freed together.</summary>
    public static void FreeLater(void* block, long held)
    {
        Debug.Assert(held >= MappedBytes, "it is mapped");
        Left* left = (Left*)block;
        left->Bytes = held;
        do
            left->Next = Volatile.Read(ref s_left);
        while (Interlocked.CompareExchange(ref s_left, (nint)left, left->Next) != left->Next);
    }

    /// <summary>Gives back what was left to be freed. In the background.</summary>
    public static void FreeLeft()
    {
        if (Volatile.Read(ref s_left) == 0)
            return;
        for (Left* left = (Left*)Interlocked.Exchange(ref s_left, 0); left != null;)
        {
            (nint block, long bytes) = ((nint)left, left->Bytes);
            left = (Left*)left->Next;
            Unmap(block, bytes);
        }
    }

    private static nint Mapped(nint address, long bytes) =>
        address != MemoryCalls.MapFailed ? address : throw new InsufficientMemoryException($"no memory for {bytes} bytes");

    private static void Unmap(nint block, long bytes)
    {
        int failed = MemoryCalls.Munmap(block, (nuint)bytes);
        Debug.Assert(failed == 0, "what is freed was mapped");
    }

    private struct Left
    {
        public nint Next;
        public long Bytes;
    }
}
