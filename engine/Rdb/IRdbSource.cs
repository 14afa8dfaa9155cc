namespace Pkv.Engine.Rdb;

/// <summary>A source of bytes in Redis's snapshot format: a file, or the payload of RESTORE.</summary>
public interface IRdbSource
{
    /// <summary>Bytes that were not taken yet.</summary>
    long Remaining { get; }

    /// <summary>The next bytes, valid until the next call. Throws what <see cref="Malformed"/> makes where there are not so many.</summary>
    ReadOnlySpan<byte> Take(long bytes);

    /// <summary>The error of a place that does not follow the format.</summary>
    Exception Malformed(string what);
}
