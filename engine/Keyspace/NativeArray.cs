using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pkv.Engine.Keyspace;

/// <summary>
/// Growable arrays off the managed heap for the index: a 64-byte header (capacity, used, free list) before the
/// first element. Counts every byte, so that INFO can tell what the index costs.
/// </summary>
internal static unsafe class NativeArray
{
    private const int HeaderBytes = 64;

    private static long s_bytes;

    /// <summary>Bytes held by all arrays.</summary>
    public static long BytesHeld => Volatile.Read(ref s_bytes);

    public static uint Capacity(void* array) => array == null ? 0 : ((Header*)((byte*)array - HeaderBytes))->Capacity;

    /// <summary>Elements handed out so far, free ones included.</summary>
    public static ref uint Used(void* array) => ref ((Header*)((byte*)array - HeaderBytes))->Used;

    /// <summary>First free element plus one; 0 when there is none.</summary>
    public static ref uint FreeHead(void* array) => ref ((Header*)((byte*)array - HeaderBytes))->FreeHead;

    /// <summary>Grows to hold at least <paramref name="needed"/> elements: by an eighth, so that little lies idle.</summary>
    public static void* Grow(void* array, uint needed, int elementBytes)
    {
        uint old = Capacity(array);
        Debug.Assert(array == null || Used(array) <= old, "no more elements were handed out than there are");
        uint capacity = Math.Max(Math.Max(needed, 2), old + old / 8);
        nuint oldBytes = array == null ? 0 : HeaderBytes + (nuint)old * (uint)elementBytes;
        nuint bytes = HeaderBytes + (nuint)capacity * (uint)elementBytes;
        byte* block = (byte*)NativeMemory.AlignedRealloc(array == null ? null : (byte*)array - HeaderBytes, bytes, 64);
        NativeMemory.Clear(block + oldBytes, bytes - oldBytes);
        ((Header*)block)->Capacity = capacity;
        Interlocked.Add(ref s_bytes, (long)(bytes - oldBytes));
        return block + HeaderBytes;
    }

    public static void Free(void* array, int elementBytes)
    {
        if (array == null)
            return;
        Debug.Assert(Used(array) <= Capacity(array) && FreeHead(array) <= Used(array), "no more elements were handed out than there are");
        Interlocked.Add(ref s_bytes, -(long)(HeaderBytes + (nuint)Capacity(array) * (uint)elementBytes));
        NativeMemory.AlignedFree((byte*)array - HeaderBytes);
    }

    private struct Header
    {
        public uint Capacity;
        public uint Used;
        public uint FreeHead;
    }
}
