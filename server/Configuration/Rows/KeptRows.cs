using static Pkv.Server.Configuration.Kept;

namespace Pkv.Server.Configuration;

/// <summary>
/// Directives of Redis 7.0 that have no effect here: checked, kept and shown with Redis's defaults, so that its files load
/// and tools that set them get a reply; startup names them in a warning.
/// </summary>
internal static class KeptRows
{
    internal static IEnumerable<ConfigOption> Rows => [.. Memories, .. Files, .. Replication, .. Cluster, .. Processes];

    private static IEnumerable<ConfigOption> Memories =>
    [
        Flag("activedefrag", false, "Redis: move values to defragment memory; here the cleaner does that."),
        Integer("active-defrag-cycle-min", 1, 99, 1, "Redis: minimum CPU share for defragmentation.", "percent"),
        Integer("active-defrag-cycle-max", 1, 99, 25, "Redis: maximum CPU share for defragmentation.", "percent"),
        Memory("active-defrag-ignore-bytes", 1, 100L << 20, "Redis: fragmentation below which nothing is done."),
        Integer("active-defrag-threshold-lower", 0, 1000, 10, "Redis: fragmentation at which defragmentation starts.", "percent"),
        Integer("active-defrag-threshold-upper", 0, 1000, 100, "Redis: fragmentation at which the CPU share is at its maximum.", "percent"),
        Integer("active-defrag-max-scan-fields", 1, long.MaxValue, 1000, "Redis: elements processed in one step.", "elements"),
        Integer("active-expire-effort", 1, 10, 1, "Redis: effort spent on removing expired keys."),
        Flag("activerehashing", true, "Redis: rehash tables in the background."),
        Flag("jemalloc-bg-thread", true, "Redis: let the allocator purge in the background."),
        new KeptOption("maxmemory-clients", ConfigKind.Text, "0", ReadMemoryOrPercent)
        {
            HasEffect = false, AllowedText = "bytes or percent", Comment = "Redis: total client memory at which clients are disconnected. Here: client-output-buffer-limit.",
        },
        Integer("tracking-table-max-keys", 0, long.MaxValue, 1_000_000, "Redis: keys remembered for client-side caching.", "keys"),
        Flag("disable-thp", true, "Redis: turn huge pages off for the process.").Fixed(),
        Flag("io-threads-do-reads", false, "Redis: let I/O threads read as well; here they always do.").Fixed(),
    ];

    private static IEnumerable<ConfigOption> Files =>
    [
        Flag("stop-writes-on-bgsave-error", true, "Redis: refuse writes after a failed snapshot; here after a failed write to the pool, always."),
        Flag("rdbcompression", true, "Redis: compress snapshots."),
        Flag("rdbchecksum", true, "Redis: checksum snapshots; the pool always is.").Fixed(),
        Flag("rdb-del-sync-files", false, "Redis: delete snapshots made for replication."),
        Flag("rdb-save-incremental-fsync", true, "Redis: fsync snapshots incrementally."),
        Choice("sanitize-dump-payload", "no", "Redis: how thoroughly RESTORE checks.", "no", "yes", "clients"),
        Text("appendfilename", "appendonly.aof", "Redis: name of the append-only files.").Fixed(),
        Text("appenddirname", "appendonlydir", "Redis: directory of the append-only files.").Fixed(),
        Flag("no-appendfsync-on-rewrite", false, "Redis: no fsync while the log is rewritten; here it is never rewritten."),
        Integer("auto-aof-rewrite-percentage", 0, int.MaxValue, 100, "Redis: growth at which the log is rewritten; here it is cleaned continuously.", "percent"),
        Memory("auto-aof-rewrite-min-size", 0, 64L << 20, "Redis: size below which the log is not rewritten."),
        Flag("aof-load-truncated", true, "Redis: load a truncated log; here see recovery-mode."),
        Flag("aof-use-rdb-preamble", true, "Redis: start a rewritten log with a snapshot."),
        Flag("aof-timestamp-enabled", false, "Redis: write timestamps to the log."),
        Flag("aof-rewrite-incremental-fsync", true, "Redis: fsync a rewrite incrementally."),
        Flag("aof-disable-auto-gc", false, "Redis: keep old logs after a rewrite."),
    ];

    private static IEnumerable<ConfigOption> Replication =>
    [
        Memory("repl-backlog-size", 1, 1L << 20, "Redis: backlog for replicas that reconnect."),
        Integer("repl-backlog-ttl", 0, long.MaxValue, 3600, "Redis: time after which the backlog is freed.", "seconds"),
        Flag("repl-disable-tcp-nodelay", false, "Redis: delay packets to replicas to send fewer."),
        Choice("repl-diskless-load", "disabled", "Redis: load from the socket.", "disabled", "on-empty-db", "swapdb"),
        Flag("repl-diskless-sync", true, "Redis: send snapshots without a file."),
        Integer("repl-diskless-sync-delay", 0, int.MaxValue, 5, "Redis: wait for more replicas.", "seconds"),
        Integer("repl-diskless-sync-max-replicas", 0, int.MaxValue, 0, "Redis: number of replicas that ends the wait.", "replicas"),
        Integer("repl-ping-replica-period", 1, int.MaxValue, 10, "Redis: time between pings to replicas.", "seconds", "repl-ping-slave-period"),
        Integer("repl-timeout", 1, int.MaxValue, 60, "Redis: silence after which a link counts as lost.", "seconds"),
        Text("replica-announce-ip", "", "Redis: the address to announce.", "slave-announce-ip"),
        Integer("replica-announce-port", 0, 65535, 0, "Redis: the port to announce.", "", "slave-announce-port"),
        Flag("replica-announced", true, "Redis: show this replica to Sentinel."),
        Flag("replica-ignore-disk-write-errors", false, "Redis: let replicas continue when the disk fails."),
        Flag("replica-ignore-maxmemory", true, "Redis: replicas do not evict.", "slave-ignore-maxmemory"),
        Flag("replica-lazy-flush", false, "Redis: flush in the background before a full sync.", "slave-lazy-flush"),
        Integer("replica-priority", 0, int.MaxValue, 100, "Redis: priority for Sentinel.", "", "slave-priority"),
        Flag("replica-read-only", true, "Redis: replicas refuse writes.", "slave-read-only"),
        Flag("replica-serve-stale-data", true, "Redis: replicas reply while the link is down.", "slave-serve-stale-data"),
        Choice("propagation-error-behavior", "ignore", "Redis: reaction to a replication error.", "ignore", "panic", "panic-on-replicas"),
    ];

    private static IEnumerable<ConfigOption> Cluster =>
    [
        Text("cluster-config-file", "nodes.conf", "Redis: file with the cluster's state.").Fixed(),
        Integer("cluster-port", 0, 65535, 0, "Redis: port of the cluster's bus.").Fixed(),
        Integer("cluster-node-timeout", 0, long.MaxValue, 15_000, "Redis: silence after which a node counts as failed.", "milliseconds"),
        Memory("cluster-link-sendbuf-limit", 0, 0, "Redis: limit of unsent bytes of a link."),
        Integer("cluster-migration-barrier", 0, int.MaxValue, 1, "Redis: minimum number of replicas that a master keeps.", "replicas"),
        Integer("cluster-replica-validity-factor", 0, int.MaxValue, 10, "Redis: how stale a replica may be for a failover.", "", "cluster-slave-validity-factor"),
        Flag("cluster-allow-pubsubshard-when-down", true, "Redis: allow sharded pub/sub while the cluster is down."),
        Flag("cluster-allow-reads-when-down", false, "Redis: allow reads while the cluster is down."),
        Flag("cluster-allow-replica-migration", true, "Redis: migrate replicas to masters that have none."),
        Flag("cluster-replica-no-failover", false, "Redis: replicas start no failover.", "cluster-slave-no-failover"),
        Flag("cluster-require-full-coverage", true, "Redis: refuse commands while hash slots are not covered."),
        Integer("cluster-announce-port", 0, 65535, 0, "Redis: the port to announce."),
        Integer("cluster-announce-bus-port", 0, 65535, 0, "Redis: the bus's port to announce."),
        Integer("cluster-announce-tls-port", 0, 65535, 0, "Redis: the TLS port to announce."),
        Text("cluster-announce-ip", "", "Redis: the address to announce."),
        new TextOption("cluster-announce-hostname", static o => o.Kept.Text("cluster-announce-hostname", ""), static (o, v) => o.Kept = o.Kept.With("cluster-announce-hostname", v))
        {
            HasEffect = false, AllowedText = "a host name", Check = CheckHostName, Comment = "Redis: the host name to announce.",
        },
        Choice("cluster-preferred-endpoint-type", "ip", "Redis: which kind of address is given to clients.", "ip", "hostname", "unknown-endpoint"),
    ];

    private static IEnumerable<ConfigOption> Processes =>
    [
        Choice("acl-pubsub-default", "resetchannels", "Redis: channel permissions of new users.", "allchannels", "resetchannels"),
        Integer("acllog-max-len", 0, long.MaxValue, 128, "Redis: maximum number of ACL LOG entries.", "entries"),
        Text("bind-source-addr", "", "Redis: the address of connections to other servers; here there are none."),
        Flag("latency-tracking", true, "Redis: track latency per command; here always on, sampled."),
        new KeptOption("latency-tracking-info-percentiles", ConfigKind.List, "50 99 99.9", ReadPercentiles)
        {
            HasEffect = false, AllowedText = "numbers from 0 to 100", Comment = "Redis: the percentiles of INFO latencystats.",
        },
        Flag("crash-log-enabled", true, "Redis: log a crash."),
        Flag("crash-memcheck-enabled", true, "Redis: test memory after a crash."),
        Text("ignore-warnings", "", "Redis: startup warnings to ignore."),
        Choice("oom-score-adj", "no", "Redis: adjust the process's OOM score.", "no", "yes", "relative", "absolute"),
        new KeptOption("oom-score-adj-values", ConfigKind.List, "0 200 800", ReadOomScores)
        {
            HasEffect = false, AllowedText = "three numbers from -2000 to 2000", Comment = "Redis: the OOM scores to set.",
        },
        Flag("set-proc-title", true, "Redis: show the state in the process title.").Fixed(),
        Text("proc-title-template", "{title} {listen-addr} {server-mode}", "Redis: template of the process title."),
        Choice("shutdown-on-sigint", "default", "Redis: what SIGINT does; here a clean stop.", "default", "save", "nosave", "now", "force"),
        Choice("shutdown-on-sigterm", "default", "Redis: what SIGTERM does; here a clean stop.", "default", "save", "nosave", "now", "force"),
        Integer("shutdown-timeout", 0, int.MaxValue, 10, "Redis: how long to wait for replicas at shutdown.", "seconds"),
        Choice("supervised", "no", "Redis: notify upstart or systemd.", "upstart", "systemd", "auto", "no").Fixed(),
        Flag("syslog-enabled", false, "Redis: log to syslog.").Fixed(),
        Text("syslog-ident", "redis", "Redis: the name in syslog.").Fixed(),
        Choice("syslog-facility", "local0", "Redis: the facility of syslog.", "user", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7").Fixed(),
        Text("server_cpulist", "", "Redis: cores of the server.").Fixed(),
        Text("bio_cpulist", "", "Redis: cores of background threads.").Fixed(),
        Text("aof_rewrite_cpulist", "", "Redis: cores of rewrites.").Fixed(),
        Text("bgsave_cpulist", "", "Redis: cores of snapshots.").Fixed(),
    ];
}
