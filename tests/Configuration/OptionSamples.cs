using Pkv.Server.Configuration;

namespace Pkv.Tests.Configuration;

/// <summary>For each visible option: a value that is not the default, how CONFIG GET shows it, and what else it needs.</summary>
internal static class OptionSamples
{
    private static readonly (string Name, string Value, string Shown)[] Written =
    [
        ("port", "7001", "7001"),
        ("bind", "* -::*", "* -::*"),
        ("unixsocket", "/tmp/pkv test.sock", "/tmp/pkv test.sock"),
        ("unixsocketperm", "700", "700"),
        ("tcp-backlog", "100", "100"),
        ("tcp-keepalive", "0", "0"),
        ("timeout", "30", "30"),
        ("maxclients", "4294967295", "4294967295"),
        ("protected-mode", "no", "no"),
        ("requirepass", "pass \"word\"", "pass \"word\""),
        ("io-threads", "64", "64"),
        ("send-gather-threshold", "32kb", "32768"),
        ("proto-max-bulk-len", "1gb", "1073741824"),
        ("client-query-buffer-limit", "1mb", "1048576"),
        ("client-output-buffer-limit", "normal 1mb 2k 3", "normal 1048576 2000 3 slave 268435456 67108864 60 pubsub 33554432 8388608 60"),
        ("pool", "/mnt/pool file", "/mnt/pool file"),
        ("pool-size", "4gb", "4294967296"),
        ("medium", "dram", "dram"),
        ("appendfsync", "always", "always"),
        ("appendonly", "yes", "yes"),
        ("prefault", "yes", "yes"),
        ("recovery-mode", "salvage", "salvage"),
        ("dram-write-latency-ns", "300", "300"),
        ("dram-bandwidth-mbps", "2000", "2000"),
        ("dram-flush", "yes", "yes"),
        ("dir", "/tmp", "/tmp"),
        ("dbfilename", "other.rdb", "other.rdb"),
        ("databases", "32", "32"),
        ("maxmemory", "100m", "100000000"),
        ("maxmemory-policy", "allkeys-lfu", "allkeys-lfu"),
        ("maxmemory-samples", "10", "10"),
        ("maxmemory-eviction-tenacity", "100", "100"),
        ("lfu-log-factor", "1", "1"),
        ("lfu-decay-time", "0", "0"),
        ("hz", "1000", "500"),
        ("dynamic-hz", "no", "no"),
        ("notify-keyspace-events", "KEA", "AKE"),
        ("loglevel", "warning", "warning"),
        ("logfile", "pkv.log", "pkv.log"),
        ("daemonize", "no", "no"),
        ("pidfile", "/run/pkv.pid", "/run/pkv.pid"),
        ("always-show-logo", "yes", "yes"),
        ("slowlog-log-slower-than", "-1", "-1"),
        ("slowlog-max-len", "0", "0"),
        ("busy-reply-threshold", "100", "100"),
        ("script-memory-limit", "32mb", "33554432"),
        ("latency-monitor-threshold", "100", "100"),
        ("enable-debug-command", "yes", "yes"),
        ("enable-protected-configs", "local", "local"),
        ("enable-module-command", "LOCAL", "local"),
        ("allow-unsupported", "yes", "yes"),
        ("hash-max-listpack-entries", "128", "128"),
        ("hash-max-listpack-value", "1kb", "1024"),
        ("list-max-listpack-size", "-5", "-5"),
        ("list-compress-depth", "1", "1"),
        ("set-max-intset-entries", "1", "1"),
        ("zset-max-listpack-entries", "1", "1"),
        ("zset-max-listpack-value", "1", "1"),
        ("hll-sparse-max-bytes", "1k", "1000"),
        ("stream-node-max-bytes", "0", "0"),
        ("stream-node-max-entries", "0", "0"),
        ("save", "900 1 300 10", ""),
        ("lazyfree-lazy-eviction", "yes", "yes"),
        ("lazyfree-lazy-expire", "yes", "yes"),
        ("lazyfree-lazy-server-del", "yes", "yes"),
        ("lazyfree-lazy-user-del", "yes", "yes"),
        ("lazyfree-lazy-user-flush", "yes", "yes"),
    ];

    /// <summary>Those that are written here, and for each row that only keeps its value one that is drawn from what it allows.</summary>
    internal static readonly (string Name, string Value, string Shown)[] All =
        [.. Written, .. ConfigTable.Rows.Where(static row => !row.HasEffect && row.Visible).Select(SampleOf)];

    /// <summary>What else must stand on the command line: the medium that emulation options need, leave for what is not supported.</summary>
    internal static string[] Companions(string name)
        => name.StartsWith("dram-", StringComparison.Ordinal) ? ["--medium", "dram"]
            : ConfigTable.Find(name)!.Unsupported is not null ? ["--allow-unsupported", "yes"] : [];

    private static (string Name, string Value, string Shown) SampleOf(ConfigOption row)
    {
        string[] words = row.Allowed.Replace("one of ", "", StringComparison.Ordinal).Split(", ");
        foreach (string value in (string[])["7", "host 7", "1 2 3", "yes", "no", .. words])
        {
            PkvOptions options = new();
            if (row.Parse(value, out Action<PkvOptions> change) is not null)
                continue;
            change(options);
            if (!row.IsDefault(options))
                return (row.Name, value, row.Format(options));
        }

        throw new InvalidOperationException($"no sample for {row.Name}");
    }
}
