using System.Runtime.InteropServices;
using Pkv.Linux;
using Pkv.Persistence.Media;

namespace Pkv.Tests.Simulation;

/// <summary>Anonymous memory of the size of a pool, of which only the touched pages take any. Zeros at first.</summary>
internal sealed unsafe partial class AnonymousMap : IDisposable
{
    public const int PageBytes = 4096;

    private const int MadvNoHugePage = 15;

    private byte[] _resident;

    public AnonymousMap(long bytes)
    {
        Bytes = (bytes + PageBytes - 1) / PageBytes * PageBytes;
        nint start = MemoryCalls.Mmap(0, (nuint)Bytes, MemoryCalls.ProtRead | MemoryCalls.ProtWrite, MemoryCalls.MapPrivateAnonymous | MemoryCalls.MapNoReserve, -1, 0);
        if (start == MemoryCalls.MapFailed)
            throw new OutOfMemoryException($"cannot map {Bytes} bytes");
        Base = (byte*)start;
        // Which pages are touched is what is asked of this memory: small ones only.
        MemoryCalls.Madvise(start, (nuint)Bytes, MadvNoHugePage);
        _resident = new byte[Bytes / PageBytes];
    }

    public byte* Base { get; }

    public long Bytes { get; }

    public int Pages => _resident.Length;

    /// <summary>For each page whether it was touched: lowest bit. The same array each time.</summary>
    public ReadOnlySpan<byte> Residency()
    {
        fixed (byte* vector = _resident)
        {
            if (Mincore((nint)Base, (nuint)Bytes, vector) != 0)
                throw new InvalidOperationException($"mincore: {Errno.LastMessage()}");
        }
        return _resident;
    }

    /// <summary>Takes over the touched pages of another map of the same size. This one is still untouched.</summary>
    public void CopyFrom(AnonymousMap other)
    {
        ReadOnlySpan<byte> touched = other.Residency();
        for (int page = 0; page < touched.Length; page++)
        {
            long at = (long)page * PageBytes;
            ReadOnlySpan<byte> source = new(other.Base + at, PageBytes);
            if ((touched[page] & 1) != 0 && source.IndexOfAnyExcept((byte)0) >= 0)
                source.CopyTo(new Span<byte>(Base + at, PageBytes));
        }
    }

    public void Dispose()
    {
        if (_resident.Length > 0)
            _ = MemoryCalls.Munmap((nint)Base, (nuint)Bytes);
        _resident = [];
    }

    [LibraryImport("libc", EntryPoint = "mincore", SetLastError = true)]
    private static partial int Mincore(nint start, nuint bytes, byte* vector);
}
