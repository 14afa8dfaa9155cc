namespace Pkv.Server.Configuration;

/// <summary>
/// Which clients may use a dangerous feature; the values of Redis 7.0's <c>enable-debug-command</c> and related options.
/// </summary>
public enum ClientAccess
{
    /// <summary>Nobody.</summary>
    No,

    /// <summary>Everybody.</summary>
    Yes,

    /// <summary>Clients of a loopback address or the Unix socket.</summary>
    Local,
}
