namespace Pkv.Engine.Keyspace.Streams;

/// <summary>What Redis would hold in one node of a stream (stream-node-max-entries, stream-node-max-bytes): trimming with "~" goes by whole nodes.</summary>
/// <param name="Entries">0: as many as the bytes allow.</param>
/// <param name="Bytes">0: Redis's own bound.</param>
public readonly record struct NodeLimits(long Entries, long Bytes)
{
    private const long MostBytes = 1L << 30;

    /// <summary>Whether an entry goes to another node, where one has so many entries, and would have so many bytes with it.</summary>
    public bool AreFull(uint entries, long bytes) => (Entries > 0 && entries >= Entries) || bytes >= (Bytes is > 0 and < MostBytes ? Bytes : MostBytes);
}
