using System.Runtime.InteropServices;

namespace Pkv.Engine.Rdb;

/// <summary>Copies of byte strings, off the managed heap, that stay in place until <see cref="Clear"/>. One thread at a time.</summary>
public sealed unsafe class KeptBytes : IDisposable
{
    private const int ChunkBytes = 64 * 1024;

    private readonly List<nint> _chunks = [];
    private byte* _free;
    private long _freeBytes;

    /// <summary>Copies a string. An empty one has an address as well.</summary>
    public byte* Keep(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _freeBytes || _free == null)
        {
            _freeBytes = Math.Max(ChunkBytes, bytes.Length);
            _free = (byte*)NativeMemory.Alloc((nuint)_freeBytes);
            _chunks.Add((nint)_free);
        }
        byte* kept = _free;
        bytes.CopyTo(new Span<byte>(kept, bytes.Length));
        _free += bytes.Length;
        _freeBytes -= bytes.Length;
        return kept;
    }

    /// <summary>Gives all of them back.</summary>
    public void Clear()
    {
        foreach (nint chunk in _chunks)
            NativeMemory.Free((void*)chunk);
        _chunks.Clear();
        _free = null;
        _freeBytes = 0;
    }

    public void Dispose() => Clear();
}
