namespace Pkv.Server.Configuration;

/// <summary>Which clients may use something dangerous; the values of Redis 7.0's <c>enable-debug-command</c> and its kin.</summary>
public enum ClientAccess
{
    /// <summary>Nobody.</summary>
    No,

    /// <summary>Everybody.</summary>
    Yes,

    /// <summary>Clients of a loopback address or the Unix socket.</summary>
    Local,
}
