using Pkv.Engine.Keyspace;
using Pkv.Engine.Table;

namespace Pkv.Server.Net;

/// <summary>A command of a pipeline that is parsed and waits to be run.</summary>
internal unsafe struct ParsedCommand
{
    public byte* Start;
    public long Bytes;

    /// <summary>Where its arguments begin in the list.</summary>
    public int FirstArg;

    public int ArgCount;

    /// <summary>What the command table has under its name, or null.</summary>
    public CommandSpec? Spec;

    /// <summary>Hash and stripe of its first key; no stripe: it has none.</summary>
    public ulong Hash;
    public Stripe* Stripe;
}
