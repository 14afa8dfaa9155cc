namespace Pkv.Server.Configuration;

/// <summary>Whether CONFIG SET may change an option.</summary>
public enum ConfigMutability
{
    /// <summary>Yes.</summary>
    Mutable,

    /// <summary>No: it is read once, at the start.</summary>
    Immutable,

    /// <summary>No, because writing files of a client's choice is a way into the machine (Redis 7.0's protected configs).</summary>
    Protected,
}
