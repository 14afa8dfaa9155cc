using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Pkv.Engine.Keyspace.Collections;

/// <summary>Blocks off the managed heap for collections; their bytes are counted, so that INFO can tell what they cost.</summary>
internal static unsafe class NativeBlock
{
    private static long s_bytes;

    /// <summary>Bytes held by all blocks.</summary>
    public static long BytesHeld => Volatile.Read(ref s_bytes);

    /// <summary>A block that is aligned to 16 bytes; what is in it is not cleared.</summary>
    public static void* Allocate(int bytes)
    {
        Debug.Assert(bytes > 0, "a block has a length");
        Interlocked.Add(ref s_bytes, bytes);
        return NativeMemory.Alloc((nuint)bytes);
    }

    public static void* Reallocate(void* block, int oldBytes, int bytes)
    {
        Interlocked.Add(ref s_bytes, bytes - oldBytes);
        return NativeMemory.Realloc(block, (nuint)bytes);
    }

    public static void Free(void* block, int bytes)
    {
        long left = Interlocked.Add(ref s_bytes, -bytes);
        Debug.Assert(left >= 0, "no more bytes are given back than were taken");
        NativeMemory.Free(block);
    }
}
