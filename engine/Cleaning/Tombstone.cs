using Pkv.Engine.Keyspace;
using Pkv.Engine.Recovery;

namespace Pkv.Engine.Cleaning;

/// <summary>A logged deletion or expiry change, as the cleaner found it.</summary>
internal struct Tombstone
{
    public ReplayOp Op;

    /// <summary>The command's Lamport number.</summary>
    public ulong Number;

    /// <summary>Whose key it is.</summary>
    public Database Database;
}
