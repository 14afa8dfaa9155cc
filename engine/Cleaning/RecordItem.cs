using Pkv.Engine.Keyspace;
using Pkv.Engine.Recovery;

namespace Pkv.Engine.Cleaning;

/// <summary>What a command in a victim does to one key.</summary>
internal unsafe struct RecordItem
{
    public ReplayOp Op;

    /// <summary>The command's first byte.</summary>
    public byte* Start;

    /// <summary>The command's Lamport number.</summary>
    public ulong Number;

    /// <summary>Where the key belongs, unless databases are exchanged meanwhile: to be asked for early.</summary>
    public Stripe* Stripe;
}
