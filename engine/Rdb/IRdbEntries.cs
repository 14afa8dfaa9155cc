namespace Pkv.Engine.Rdb;

/// <summary>Receives the entries of a stream as they are read.</summary>
public interface IRdbEntries
{
    /// <summary>An entry begins.</summary>
    /// <param name="ms">First half of its ID, above those before it.</param>
    /// <param name="seq">Second half.</param>
    /// <param name="pairs">Fields with values, at least one: the next parts, alternately.</param>
    void Begin(ulong ms, ulong seq, long pairs);

    /// <summary>The next field or value, valid during the call.</summary>
    void Add(ReadOnlySpan<byte> part);
}
