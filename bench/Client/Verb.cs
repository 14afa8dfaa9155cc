namespace Pkv.Bench.Client;

/// <summary>What the requests of a run are.</summary>
internal enum Verb
{
    /// <summary>Only <c>SET key value</c>.</summary>
    Set,

    /// <summary>Only <c>GET key</c>, over a keyspace filled beforehand.</summary>
    Get,

    /// <summary>SET and GET drawn at random in a given share, over a keyspace filled beforehand.</summary>
    Mixed,
}
