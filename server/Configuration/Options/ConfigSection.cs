namespace Pkv.Server.Configuration;

/// <summary>The sections of <c>--help</c> and of the configuration page, in their order.</summary>
public enum ConfigSection
{
    /// <summary>Listening, clients, threads.</summary>
    Network,

    /// <summary>What one client may use.</summary>
    Limits,

    /// <summary>The pool, its medium, durability.</summary>
    Pool,

    /// <summary>Databases, memory, expiry, events.</summary>
    Keyspace,

    /// <summary>The process, logs, diagnosis.</summary>
    Process,

    /// <summary>Borders at which OBJECT ENCODING changes its answer.</summary>
    Encodings,

    /// <summary>Taken so that Redis's files and tools work; without effect.</summary>
    Accepted,

    /// <summary>Directives of Redis about security and durability that cannot be honoured: another value than the default stops the start.</summary>
    Unsupported,
}
