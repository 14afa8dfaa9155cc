namespace Pkv.Engine.Rdb;

/// <summary>One value in DUMP's format, in memory that stays in place: type byte, value, footer.</summary>
public sealed unsafe class RdbPayload(byte* data, long bytes) : IRdbSource
{
    private long _taken;

    /// <inheritdoc/>
    public long Remaining => bytes - _taken;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Take(long count)
    {
        if (count > Remaining || count > int.MaxValue)
            throw Malformed($"{count} bytes where {Remaining} are left");
        byte* start = data + _taken;
        _taken += count;
        return new ReadOnlySpan<byte>(start, (int)count);
    }

    /// <inheritdoc/>
    public Exception Malformed(string what) => new RdbFormatException(what);

    /// <summary>Whether bytes that were taken lie in the payload itself, and so stay.</summary>
    public bool Holds(byte* p) => p >= data && p < data + bytes;
}
