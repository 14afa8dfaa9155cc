namespace Pkv.Ycsb.Redis;

/// <summary>
/// Bytes that came from the server, up to the last reply of which not all is there. Grows until the longest reply fits and
/// then allocates no more. Not thread-safe.
/// </summary>
internal sealed class ReplyBuffer
{
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);
    private int _from;
    private int _to;

    /// <summary>Where to receive; never empty. The start of what is unfinished has been moved to the front.</summary>
    public Span<byte> Free()
    {
        int held = _to - _from;
        if (_from > 0)
        {
            Buffer.BlockCopy(_bytes, _from, _bytes, 0, held);
            (_from, _to) = (0, held);
        }
        if (held == _bytes.Length)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>(_bytes.Length * 2, pinned: true);
            Buffer.BlockCopy(_bytes, 0, larger, 0, held);
            _bytes = larger;
        }
        return _bytes.AsSpan(_to);
    }

    /// <summary>So many bytes have been received.</summary>
    public void Received(int count) => _to += count;

    /// <summary>Takes the next reply when all of it is there. It is valid until the next <see cref="Free"/>.</summary>
    /// <exception cref="IOException">What came is no RESP2.</exception>
    public bool TryTake(out ReadOnlySpan<byte> reply)
    {
        int length = Reply.LengthOf(_bytes.AsSpan(_from, _to - _from));
        reply = _bytes.AsSpan(_from, length);
        _from += length;
        return length > 0;
    }
}
