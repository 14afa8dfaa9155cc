namespace Pkv.Bench.Native;

/// <summary>
/// Anonymous, page-aligned memory that is touched when it is made, so that no measured window pays for page faults.
/// Not thread-safe; the owner disposes it.
/// </summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private const int PageBytes = 4096;
    private byte* _address;

    /// <param name="lengthBytes">Wanted length; rounded up to whole pages.</param>
    /// <param name="hugePages">Ask for transparent huge pages before the first touch.</param>
    public NativeBuffer(long lengthBytes, bool hugePages = false)
    {
        Length = (Math.Max(lengthBytes, 1) + PageBytes - 1) & ~(PageBytes - 1L);
        _address = MemoryMap.MapOrThrow(Length, MemoryMap.MapPrivate | MemoryMap.MapAnonymous, -1);
        // Refused advice is no failure: the kernel may be built without huge pages.
        if (hugePages) _ = MemoryMap.Advise(_address, (nuint)Length, MemoryMap.AdviseHugePage);
        for (long offset = 0; offset < Length; offset += PageBytes) _address[offset] = 0;
    }

    /// <summary>Length in bytes, whole pages.</summary>
    public long Length { get; }

    public byte* Address => _address;

    public Span<byte> Span => new(_address, checked((int)Length));

    public void Dispose()
    {
        if (_address == null) return;
        _ = MemoryMap.Unmap(_address, (nuint)Length);
        _address = null;
    }
}
