namespace Pkv.Server.Configuration;

/// <summary>Redis 7.0's directives that mean nothing here: named in a warning, never an error.</summary>
internal static class IgnoredDirectives
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "acl-pubsub-default", "aclfile", "acllog-max-len", "active-defrag-cycle-max", "active-defrag-cycle-min",
        "active-defrag-ignore-bytes", "active-defrag-max-scan-fields", "active-defrag-threshold-lower",
        "active-defrag-threshold-upper", "active-expire-effort", "activedefrag", "activerehashing",
        "aof-disable-auto-gc", "aof-load-truncated", "aof-rewrite-incremental-fsync", "aof-timestamp-enabled",
        "aof-use-rdb-preamble", "aof_rewrite_cpulist", "appenddirname", "appendfilename",
        "auto-aof-rewrite-min-size", "auto-aof-rewrite-percentage", "bgsave_cpulist", "bind-source-addr",
        "bio_cpulist", "busy-reply-threshold", "cluster-allow-pubsubshard-when-down",
        "cluster-allow-reads-when-down", "cluster-allow-replica-migration", "cluster-announce-bus-port",
        "cluster-announce-hostname", "cluster-announce-ip", "cluster-announce-port", "cluster-announce-tls-port",
        "cluster-config-file", "cluster-enabled", "cluster-link-sendbuf-limit", "cluster-migration-barrier",
        "cluster-node-timeout", "cluster-port", "cluster-preferred-endpoint-type", "cluster-replica-no-failover",
        "cluster-replica-validity-factor", "cluster-require-full-coverage", "cluster-slave-no-failover",
        "cluster-slave-validity-factor", "crash-log-enabled", "crash-memcheck-enabled", "disable-thp",
        "enable-module-command", "enable-protected-configs", "ignore-warnings", "io-threads-do-reads",
        "jemalloc-bg-thread", "latency-tracking", "latency-tracking-info-percentiles", "loadmodule",
        "lua-time-limit", "masterauth", "masteruser", "maxmemory-clients", "maxmemory-eviction-tenacity",
        "min-replicas-max-lag", "min-replicas-to-write", "min-slaves-max-lag", "min-slaves-to-write",
        "no-appendfsync-on-rewrite", "oom-score-adj", "oom-score-adj-values", "proc-title-template",
        "propagation-error-behavior", "rdb-del-sync-files", "rdb-save-incremental-fsync", "rdbchecksum",
        "rdbcompression", "repl-backlog-size", "repl-backlog-ttl", "repl-disable-tcp-nodelay",
        "repl-diskless-load", "repl-diskless-sync", "repl-diskless-sync-delay", "repl-diskless-sync-max-replicas",
        "repl-ping-replica-period", "repl-ping-slave-period", "repl-timeout", "replica-announce-ip",
        "replica-announce-port", "replica-announced", "replica-ignore-disk-write-errors",
        "replica-ignore-maxmemory", "replica-lazy-flush", "replica-priority", "replica-read-only",
        "replica-serve-stale-data", "replicaof", "sanitize-dump-payload", "server_cpulist", "set-proc-title",
        "shutdown-on-sigint", "shutdown-on-sigterm", "shutdown-timeout", "slave-announce-ip",
        "slave-announce-port", "slave-ignore-maxmemory", "slave-lazy-flush", "slave-priority", "slave-read-only",
        "slave-serve-stale-data", "slaveof", "socket-mark-id", "stop-writes-on-bgsave-error", "supervised",
        "syslog-enabled", "syslog-facility", "syslog-ident", "tls-auth-clients", "tls-ca-cert-dir",
        "tls-ca-cert-file", "tls-cert-file", "tls-ciphers", "tls-ciphersuites", "tls-client-cert-file",
        "tls-client-key-file", "tls-client-key-file-pass", "tls-cluster", "tls-dh-params-file", "tls-key-file",
        "tls-key-file-pass", "tls-port", "tls-prefer-server-ciphers", "tls-protocols", "tls-replication",
        "tls-session-cache-size", "tls-session-cache-timeout", "tls-session-caching", "tracking-table-max-keys",
        "user",
    };

    private static readonly HashSet<string> LooseNames = new(Names.Select(OptionRows.Loose), StringComparer.OrdinalIgnoreCase);

    internal static IEnumerable<string> All => Names;

    internal static bool Contains(string name) => Names.Contains(name);

    /// <summary>As <see cref="Contains"/>, whatever separates the words.</summary>
    internal static bool ContainsLoose(string name) => LooseNames.Contains(OptionRows.Loose(name));

    /// <summary>What ignoring a directive leaves undone, where that is a matter of safety or data; otherwise null.</summary>
    internal static string? Danger(string name, string value) => name.ToLowerInvariant() switch
    {
        "user" or "aclfile" => "access rules are not applied, requirepass alone guards the data",
        "tls-port" when value != "0" => "connections are not encrypted",
        "replicaof" or "slaveof" => "the server does not follow a master",
        "cluster-enabled" when value.Equals("yes", StringComparison.OrdinalIgnoreCase) => "the server stands alone",
        "loadmodule" => "no module is loaded",
        _ => null,
    };
}
