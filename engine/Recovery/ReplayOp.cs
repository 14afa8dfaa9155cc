using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Resp;

namespace Pkv.Engine.Recovery;

/// <summary>What one logged command does to one key.</summary>
internal unsafe struct ReplayOp
{
    public ulong Hash;

    /// <summary>The key's bulk string, in the pool. Global: the record's first byte.</summary>
    public byte* KeyBulk;

    /// <summary>Set: Unix ms or -1. ExpireAt: Unix ms.</summary>
    public long ExpiryMs;

    public ushort Database;
    public ReplayAction Action;
    public ValueKind Kind;

    /// <summary>Put, Remove: which way.</summary>
    public RecordVerb Verb;

    /// <summary>Of an XADD: how many bulk strings stand between the key and the ID. Its time, in Unix ms, is <see cref="ExpiryMs"/>.</summary>
    public byte IdAt;

    /// <summary>Put, Remove, PutPieces: bulk strings behind the key. Global: bytes of the record.</summary>
    public int Bulks;

    /// <summary>The command's Lamport number.</summary>
    public ulong Number;

    /// <summary>Put, Remove, PutPieces: the first bulk string behind the key.</summary>
    public readonly byte* Elements => BulkString.Next(KeyBulk);
}

internal enum ReplayAction : byte
{
    Set,
    Delete,
    ExpireAt,
    Persist,

    /// <summary>Elements of a collection are put.</summary>
    Put,

    /// <summary>Elements of a collection are removed.</summary>
    Remove,

    /// <summary>A command over whole databases: FLUSHALL, FLUSHDB, SWAPDB.</summary>
    Global,

    /// <summary>A string gets some of its bytes.</summary>
    PutPieces,
}
