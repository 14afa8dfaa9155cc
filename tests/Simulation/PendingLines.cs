namespace Pkv.Tests.Simulation;

/// <summary>Lines that one thread has flushed and not drained yet, as they were at the flush. Under the medium's lock.</summary>
internal sealed unsafe class PendingLines
{
    public const int LineBytes = 64;

    private readonly List<(long Offset, int Bytes, int At, uint Number)> _ranges = [];
    private byte[] _content = new byte[1 << 16];
    private int _used;

    /// <summary>Takes the lines of [from, end) as they are now.</summary>
    /// <param name="image">The volatile image.</param>
    /// <param name="from">Offset of the first byte.</param>
    /// <param name="end">Offset behind the last.</param>
    /// <param name="number">The flush's event.</param>
    public void Add(byte* image, long from, long end, uint number)
    {
        from = from / LineBytes * LineBytes;
        int bytes = (int)((end - from + LineBytes - 1) / LineBytes * LineBytes);
        if (_used + bytes > _content.Length)
            Array.Resize(ref _content, Math.Max(_content.Length * 2, _used + bytes));
        new ReadOnlySpan<byte>(image + from, bytes).CopyTo(_content.AsSpan(_used));
        _ranges.Add((from, bytes, _used, number));
        _used += bytes;
    }

    /// <summary>They are durable now, but for lines that another thread flushed later and drained before.</summary>
    /// <param name="image">The durable image.</param>
    /// <param name="drained">For each line the flush that it is durable by.</param>
    public void DrainTo(byte* image, uint[] drained)
    {
        foreach ((long offset, int bytes, int at, uint number) in _ranges)
        {
            for (int i = 0; i < bytes; i += LineBytes)
            {
                ref uint last = ref drained[(offset + i) / LineBytes];
                if (last > number)
                    continue;
                last = number;
                _content.AsSpan(at + i, LineBytes).CopyTo(new Span<byte>(image + offset + i, LineBytes));
            }
        }
        _ranges.Clear();
        _used = 0;
    }
}
