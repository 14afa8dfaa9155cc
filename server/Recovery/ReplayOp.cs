using Pkv.Server.Keyspace;

namespace Pkv.Server.Recovery;

/// <summary>What one logged command does to one key.</summary>
internal unsafe struct ReplayOp
{
    public ulong Hash;

    /// <summary>The key's bulk string, in the pool.</summary>
    public byte* KeyBulk;

    /// <summary>Set: Unix ms or -1. ExpireAt: Unix ms.</summary>
    public long ExpiryMs;

    public ushort Database;
    public ReplayAction Action;
    public ValueKind Kind;
}

internal enum ReplayAction : byte
{
    Set,
    Delete,
    ExpireAt,
    Persist,
}
