namespace Pkv.Server.Administration.Servers.Info;

/// <summary>
/// What each field of INFO means, in the order of the reply; the source of docs/info.md. A test compares the names with the
/// reply of a running server, so that no field is missing here and none is left over.
/// </summary>
public static class InfoFields
{
    /// <summary>Every field of every section.</summary>
    public static IReadOnlyList<InfoField> All { get; } =
        [.. Server, .. Clients, .. Memory, .. PersistenceFields.All, .. Stats, .. Small];

    private static InfoField[] Server =>
    [
        new("Server", "redis_version", "the Redis release whose commands and replies Pkv implements"),
        new("Server", "redis_git_sha1 redis_git_dirty redis_build_id", "constant"),
        new("Server", "redis_mode", "`standalone`"),
        new("Server", "pkv_version", "version of Pkv"),
        new("Server", "os arch_bits monotonic_clock multiplexing_api", "platform"),
        new("Server", "runtime", "version of .NET"),
        new("Server", "code_prepared", "`yes`: every function of the server is compiled, so that no command waits for that; some seconds after startup"),
        new("Server", "compiled_functions", "functions compiled since startup"),
        new("Server", "process_id process_supervised run_id tcp_port", "as in Redis"),
        new("Server", "server_time_usec", "Unix time, µs"),
        new("Server", "uptime_in_seconds uptime_in_days", "time since startup"),
        new("Server", "hz configured_hz lru_clock executable config_file", "as in Redis"),
        new("Server", "io_threads io_threads_active", "number of I/O threads; 1 if there is more than one"),
    ];

    private static InfoField[] Clients =>
    [
        new("Clients", "connected_clients cluster_connections maxclients", "as in Redis; there is no cluster"),
        new("Clients", "client_recent_max_input_buffer", "largest unfinished command held in memory now, bytes"),
        new("Clients", "client_recent_max_output_buffer", "largest output queue of a client now, bytes"),
        new("Clients", "blocked_clients", "clients in a blocking command or held by CLIENT PAUSE"),
        new("Clients", "tracking_clients", "0: no client-side caching"),
        new("Clients", "clients_in_timeout_table", "blocked clients with a timeout"),
        new("Clients", "paused_clients", "clients held by CLIENT PAUSE"),
        new("Clients", "monitor_clients", "clients in MONITOR"),
    ];

    private static InfoField[] Memory =>
    [
        new("Memory", "used_memory used_memory_human", "`used_memory_dataset` plus `used_memory_overhead`, bytes"),
        new("Memory", "used_memory_rss used_memory_rss_human", "resident memory of the process, bytes"),
        new("Memory", "used_memory_peak used_memory_peak_human used_memory_peak_perc", "highest `used_memory`, and the current one as a share of it"),
        new("Memory", "used_memory_overhead", "DRAM of index, collections, managed heap and client buffers, bytes"),
        new("Memory", "used_memory_startup", "managed heap at startup, bytes"),
        new("Memory", "used_memory_dataset used_memory_dataset_perc", "bytes that live keys need in the pool, and their share of `used_memory`"),
        new("Memory", "used_memory_index", "DRAM of the index, bytes"),
        new("Memory", "used_memory_collections", "DRAM of hashes, lists, sets and sorted sets, bytes"),
        new("Memory", "used_memory_managed", "managed heap, bytes"),
        new("Memory", "managed_full_collections", "full garbage collections of the managed heap"),
        new("Memory", "managed_full_pause_us_max", "longest pause of a full garbage collection, µs"),
        new("Memory", "managed_pause_us", "total pause time of all garbage collections, µs"),
        new("Memory", "allocator_allocated allocator_active allocator_resident", "`used_memory`, `used_memory`, `used_memory_rss`"),
        new("Memory", "total_system_memory total_system_memory_human", "memory that the process may use, bytes"),
        new("Memory", "used_memory_lua used_memory_lua_human used_memory_vm_eval", "what scripts hold, bytes"),
        new("Memory", "used_memory_scripts_eval", "source of cached scripts, bytes"),
        new("Memory", "number_of_cached_scripts number_of_functions number_of_libraries", "scripts and functions"),
        new("Memory", "used_memory_vm_functions", "what functions hold, bytes"),
        new("Memory", "used_memory_vm_total used_memory_vm_total_human", "what scripts and functions hold, bytes"),
        new("Memory", "used_memory_functions", "source of libraries, bytes"),
        new("Memory", "used_memory_scripts used_memory_scripts_human", "source of scripts and libraries, bytes"),
        new("Memory", "maxmemory maxmemory_human maxmemory_policy", "as configured"),
        new("Memory", "mem_fragmentation_ratio mem_fragmentation_bytes", "`used_memory_rss` divided by `used_memory`, and their difference"),
        new("Memory", "mem_not_counted_for_evict mem_replication_backlog mem_clients_slaves", "0"),
        new("Memory", "mem_clients_normal", "output queues, unfinished commands and queued transactions of clients, bytes"),
        new("Memory", "mem_aof_buffer", "0"),
        new("Memory", "mem_allocator", "`pool`"),
        new("Memory", "active_defrag_running lazyfree_pending_objects lazyfreed_objects", "0"),
    ];

    private static InfoField[] Stats =>
    [
        new("Stats", "total_connections_received total_commands_processed instantaneous_ops_per_sec", "as in Redis"),
        new("Stats", "total_net_input_bytes total_net_output_bytes", "as in Redis"),
        new("Stats", "total_net_repl_input_bytes total_net_repl_output_bytes", "0: no replication"),
        new("Stats", "instantaneous_input_kbps instantaneous_output_kbps", "as in Redis"),
        new("Stats", "rejected_connections", "connections refused because of `maxclients` or a lack of descriptors"),
        new("Stats", "sync_full sync_partial_ok sync_partial_err", "0: no replication"),
        new("Stats", "expired_keys", "keys that expired"),
        new("Stats", "expired_stale_perc expired_time_cap_reached_count", "0"),
        new("Stats", "evicted_keys", "keys evicted by `maxmemory-policy`"),
        new("Stats", "evicted_clients", "0"),
        new("Stats", "keyspace_hits keyspace_misses", "as in Redis"),
        new("Stats", "pubsub_channels pubsub_patterns pubsubshard_channels", "channels and patterns with subscribers"),
        new("Stats", "latest_fork_usec total_forks", "0: Pkv never forks"),
        new("Stats", "migrate_cached_sockets slave_expires_tracked_keys", "0"),
        new("Stats", "tracking_total_keys tracking_total_items tracking_total_prefixes", "0: no client-side caching"),
        new("Stats", "unexpected_error_replies", "0"),
        new("Stats", "total_error_replies", "error replies sent"),
        new("Stats", "dump_payload_sanitizations", "0"),
        new("Stats", "io_turns", "event loop turns that ran commands"),
        new("Stats", "inner_turns", "turns run in the middle of a long command ([inner turns](architecture.md#inner-turns))"),
        new("Stats", "suspended_commands", "long commands that such a turn interrupts right now"),
        new("Stats", "client_output_limit_disconnections", "clients disconnected by `client-output-buffer-limit`"),
    ];

    private static InfoField[] Small =>
    [
        new("Replication", "role connected_slaves master_failover_state master_replid master_replid2 master_repl_offset", "those of a master without replicas"),
        new("Replication", "second_repl_offset repl_backlog_active repl_backlog_size repl_backlog_first_byte_offset repl_backlog_histlen", "constant"),
        new("CPU", "used_cpu_sys used_cpu_user", "CPU time of the process, seconds"),
        new("CPU", "used_cpu_sys_children used_cpu_user_children", "0: there are no child processes"),
        new("Commandstats", "cmdstat_COMMAND", "calls, time and errors of a command; times of commands that are timed by sample are scaled up to all calls"),
        new("Errorstats", "errorstat_CODE", "error replies that begin with this code"),
        new("Latencystats", "latency_percentiles_usec_COMMAND", "percentiles of a command's execution time, µs"),
        new("Cluster", "cluster_enabled", "0"),
        new("Keyspace", "dbN", "keys of a database, and those that have an expiry; `avg_ttl` is always 0"),
    ];
}
