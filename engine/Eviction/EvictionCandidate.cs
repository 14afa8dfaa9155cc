using Pkv.Engine.Keyspace;

namespace Pkv.Engine.Eviction;

/// <summary>A key that may be evicted: where it was found. It may be gone, or elsewhere, when its turn comes.</summary>
internal struct EvictionCandidate
{
    public Database Database;
    public ulong Hash;

    /// <summary>Pool offset of its bulk string when it was found.</summary>
    public ulong Address;

    /// <summary>The higher, the sooner it goes.</summary>
    public ulong Score;
}
