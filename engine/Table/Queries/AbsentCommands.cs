namespace Pkv.Engine.Table.Queries;

/// <summary>The commands of Redis 7.0 that the table does not have, and why: for docs/commands.md. A test compares both with the real server's list.</summary>
public static class AbsentCommands
{
    /// <summary>By what they are about: names as COMMAND LIST gives them, and the reason.</summary>
    public static (string About, string[] Names, string Why)[] All { get; } =
    [
        ("Consumer groups", ["xack", "xautoclaim", "xclaim", "xgroup", "xinfo|consumers", "xinfo|groups", "xpending", "xreadgroup"], "not implemented yet"),
        ("Replication", ["failover", "psync", "replconf", "sync"], "not implemented yet; `REPLICAOF NO ONE` is accepted"),
        ("Cluster", ["migrate", "restore-asking"], "not implemented yet; CLUSTER and related commands reply like a Redis outside a cluster"),
        ("Users", ["acl"], "there is one user, whose password is `requirepass`"),
        ("Client-side caching", ["client|caching", "client|tracking"], "not implemented yet"),
    ];
}
