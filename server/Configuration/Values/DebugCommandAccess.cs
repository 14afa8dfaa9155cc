namespace Pkv.Server.Configuration;

/// <summary>Who may use DEBUG; Redis 7.0's <c>enable-debug-command</c>.</summary>
public enum DebugCommandAccess
{
    /// <summary>Nobody.</summary>
    No,

    /// <summary>Everybody.</summary>
    Yes,

    /// <summary>Clients of a loopback address or the Unix socket.</summary>
    Local,
}
