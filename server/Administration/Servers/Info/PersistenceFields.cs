namespace Pkv.Server.Administration.Servers.Info;

/// <summary>What the fields of INFO persistence mean: the part of <see cref="InfoFields"/> that is mostly Pkv's own.</summary>
public static class PersistenceFields
{
    /// <summary>The fields, in the order of the reply.</summary>
    public static IReadOnlyList<InfoField> All { get; } =
    [
        Field("loading async_loading", "0: the server listens only after recovery"),
        Field("rdb_changes_since_last_save rdb_bgsave_in_progress", "0: Pkv writes no RDB files"),
        Field("rdb_last_save_time", "time of the startup, Unix seconds"),
        Field("rdb_last_bgsave_status rdb_last_bgsave_time_sec rdb_current_bgsave_time_sec rdb_saves rdb_last_load_keys_expired rdb_last_load_keys_loaded", "those of a Redis that never saved"),
        Field("aof_enabled", "1: the log is always on"),
        Field("aof_rewrite_in_progress", "1 while the cleaning pass that BGREWRITEAOF requested is running"),
        Field("aof_rewrite_scheduled aof_last_rewrite_time_sec aof_current_rewrite_time_sec aof_last_bgrewrite_status", "constant: the log is never rewritten"),
        Field("aof_last_write_status", "`err` while writes are refused because of a [disk fault](durability.md#disk-faults) or a missing pool file, otherwise `ok`"),
        Field("aof_current_size", "bytes of the pool's used slots"),
        Field("pkv_medium pkv_medium_reason pkv_medium_promise", "the medium, why it was chosen, and what survives which failure"),
        Field("pkv_appendfsync", "the policy in force; `not needed` where a fence makes data durable"),
        Field("pkv_syncs", "syncs done"),
        Field("pkv_sync_error pkv_sync_failures", "errno of the current sync failure, 0 if none; number of failures"),
        Field("pkv_medium_state", "`ok`; `the file system has no room for N bytes of the pool` (a pool with holes on a full tmpfs); after a failed write `failed`, `written directly since a failure` or `restart needed: …` ([disk faults](durability.md#disk-faults))"),
        Field("pool_path", "the pool's file"),
        Field("pool_file_missing", "1: the pool's file was [deleted, moved or replaced](operations.md#the-pool-file-was-deleted-or-moved)"),
        Field("pool_slot_bytes", "bytes of a slot"),
        Field("pool_slots pool_slots_max pool_slots_used pool_slots_free", "slots that the file backs now; slots it may grow to; used slots; slots that can still be used"),
        Field("pool_bytes_max pool_bytes_used pool_bytes_free", "the same in bytes"),
        Field("pool_segments_opened pool_segments_freed", "segments opened and freed since startup"),
        Field("pool_segments_free pool_segments_open pool_segments_sealed pool_segments_retired", "free slots, and segments by state; taken from a survey that is repeated several times a second"),
        Field("pool_live_bytes", "bytes that live keys need"),
        Field("pool_live_fraction", "live bytes as a share of the used segments"),
        Field("pool_live_limit", "live bytes at which the pool counts as full"),
        Field("pool_fill", "live bytes as a share of the whole pool"),
        Field("pool_tombstone_bytes", "deletions and expiry changes that are still needed, and segments kept because of FLUSHALL, FLUSHDB or SWAPDB"),
        Field("cleaner_segments cleaner_bytes_cleaned", "victims cleaned completely; bytes of those segments"),
        Field("cleaner_bytes_moved cleaner_records_moved", "bytes and number of live records that were appended again"),
        Field("cleaner_tombstones_moved cleaner_tombstones_dropped", "deletions and expiry changes appended again; those no longer needed"),
        Field("cleaner_segments_damaged", "victims left alone because a checksum failed; the log names them"),
        Field("cleaner_stalls", "times the cleaner found no room to append to"),
        Field("cleaner_busy_us cleaner_mb_per_busy_second", "time that cleaning took on the I/O threads, and bytes cleaned in that time"),
        Field("write_amplification", "bytes committed divided by bytes committed other than by the cleaner, since startup"),
        Field("orp_bytes_received", "bytes received from sockets"),
        Field("orp_bytes_moved", "bytes copied because they could not stay where they landed"),
        Field("orp_bytes_rewound", "received bytes whose space was reused"),
        Field("orp_bytes_retained", "received bytes that stayed in place as records, including the gaps between them"),
        Field("orp_bytes_claimed orp_bytes_outside", "bytes of unfinished commands in the pool, and in memory outside it"),
        Field("log_bytes_committed log_entries_committed log_batches", "bytes of records and entries; entries; batches. Entries per batch show how many commands share a fence"),
        Field("log_conflict_waits", "commands that waited for another thread's commit"),
        Field("index_bytes index_bytes_per_key", "DRAM of the index, in total and per key"),
        Field("recovery_keys recovery_commands recovery_bytes recovery_seconds recovery_threads", "size, duration and threads of the last recovery"),
        Field("recovery_torn_entries", "entries of writes that were in progress when the server died; none was acknowledged"),
        Field("recovery_damages", "damaged places found (only with `recovery-mode salvage`; otherwise the server does not start)"),
    ];

    private static InfoField Field(string names, string meaning) => new("Persistence", names, meaning);
}
