using Pkv.Server.Keyspace;

namespace Pkv.Server.Blocking;

/// <summary>The clients that wait for one key, in the order in which they came. Only under the lock of <see cref="BlockingTable"/>.</summary>
public sealed class WaitQueue(int database, ulong hash, byte[] key)
{
    public int Database { get; } = database;
    public ulong Hash { get; } = hash;
    public byte[] Key { get; } = key;

    /// <summary>Another key of the same hash, or null.</summary>
    internal WaitQueue? Next { get; set; }

    internal LinkedList<BlockedClient> Clients { get; } = new();

    internal bool IsFor(int database, ReadOnlySpan<byte> key) => Database == database && key.SequenceEqual(Key);
}

/// <summary>A key that has come to hold values of a kind that clients wait for.</summary>
public readonly record struct ReadyKey(WaitQueue Queue, ValueKind Kind);
