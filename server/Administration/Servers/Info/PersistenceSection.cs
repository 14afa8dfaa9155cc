using Pkv.Engine.Keyspace;
using Pkv.Persistence.Cleaning;
using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;
using Pkv.Server.Monitoring;

namespace Pkv.Server.Administration.Servers.Info;

/// <summary>
/// INFO persistence: Redis's fields as far as they apply (the log is the store: AOF is always on, nothing is ever forked;
/// the fields about RDB files, which Pkv does not write, are those of a Redis that has not saved), the medium and its
/// guarantee, the pool, the log, and figures of Optimistic Receiver Persistence.
/// </summary>
internal static class PersistenceSection
{
    public static void Write(InfoWriter info)
    {
        ServerState server = info.Server;
        string status = server.WriteError is null ? "ok" : "err";
        info.Heading("Persistence");
        info.Add("loading", 0);
        info.Add("async_loading", 0);
        info.Add("rdb_changes_since_last_save", 0);
        info.Add("rdb_bgsave_in_progress", 0);
        info.Add("rdb_last_save_time", server.StartedMs / 1000);
        info.Add("rdb_last_bgsave_status", "ok");
        info.Add("rdb_last_bgsave_time_sec", -1);
        info.Add("rdb_current_bgsave_time_sec", -1);
        info.Add("rdb_saves", 0);
        info.Add("rdb_last_load_keys_expired", 0);
        info.Add("rdb_last_load_keys_loaded", 0);
        info.Add("aof_enabled", 1);
        info.Add("aof_rewrite_in_progress", server.Cleaning.PassRequested ? 1 : 0);
        info.Add("aof_rewrite_scheduled", 0);
        info.Add("aof_last_rewrite_time_sec", -1);
        info.Add("aof_current_rewrite_time_sec", -1);
        info.Add("aof_last_bgrewrite_status", "ok");
        info.Add("aof_last_write_status", status);
        info.Add("aof_current_size", server.Pool.UsedSlots * (long)PoolHeader.SlotBytes);
        WriteMedium(info);
        WritePool(info);
        WriteCleaner(info);
        WriteLog(info);
        WriteIndex(info);
        if (server.LastRecovery is { } recovery)
            WriteRecovery(info, recovery);
    }

    private static void WriteMedium(InfoWriter info)
    {
        ServerState server = info.Server;
        info.Add("pkv_medium", server.Pool.Medium.Kind.ToString().ToLowerInvariant());
        info.Add("pkv_medium_reason", server.MediumReason);
        info.Add("pkv_medium_promise", server.Pool.Medium.Promise);
        info.Add("pkv_appendfsync", server.Durability.Sync is null ? "not needed" : server.Pool.Medium.NeedsSyncBeforeReply ? "always" : server.Config.Get("appendfsync")[0].Value);
        info.Add("pkv_syncs", server.Durability.Sync?.Count ?? 0);
        info.Add("pkv_sync_error", server.Durability.Sync?.Error ?? 0);
        info.Add("pkv_sync_failures", server.Durability.Sync?.Failures ?? 0);
        info.Add("pkv_medium_state", server.Durability.Sync?.Torn is null ? server.Pool.Medium.State : "restart needed: memory lost committed records");
    }

    private static void WritePool(InfoWriter info)
    {
        Pool pool = info.Server.Pool;
        long used = pool.UsedSlots;
        info.Add("pool_path", info.Server.PoolPath);
        info.Add("pool_file_missing", info.Server.Engine.PoolFileMissing ? 1 : 0);
        info.Add("pool_slot_bytes", PoolHeader.SlotBytes);
        info.Add("pool_slots", pool.Slots);
        info.Add("pool_slots_max", pool.MaxSlots);
        info.Add("pool_slots_used", used);
        info.Add("pool_slots_free", pool.MaxSlots - used);
        info.Add("pool_bytes_max", pool.MaxSlots * (long)PoolHeader.SlotBytes);
        info.Add("pool_bytes_used", used * PoolHeader.SlotBytes);
        info.Add("pool_bytes_free", (pool.MaxSlots - used) * PoolHeader.SlotBytes);
        info.Add("pool_segments_opened", pool.SegmentsOpened);
        info.Add("pool_segments_freed", pool.SegmentsFreed);
    }

    private static void WriteCleaner(InfoWriter info)
    {
        ServerState server = info.Server;
        Survey survey = server.Cleaning.Survey;
        long live = server.Engine.Live.Total, used = server.Pool.UsedSlots * (long)PoolHeader.SlotBytes;
        info.Add("pool_segments_free", server.Pool.FreeSlots);
        info.Add("pool_segments_open", survey.Open);
        info.Add("pool_segments_sealed", survey.Sealed);
        info.Add("pool_segments_retired", survey.Retired);
        info.Add("pool_live_bytes", live);
        info.Add("pool_live_fraction", used == 0 ? "1.000" : Ratio(live, used));
        info.Add("pool_live_limit", server.Space.PoolBytes);
        info.Add("pool_fill", Ratio(live, server.Pool.MaxSlots * (long)PoolHeader.SlotBytes));
        info.Add("pool_tombstone_bytes", survey.TombstoneBytes);
        long moved = info.Sum(t => t.Cleaning.Statistics.BytesMoved);
        long committed = info.Sum(t => t.Engine.BytesCommitted);
        long cleaned = info.Sum(t => t.Cleaning.Statistics.BytesCleaned);
        long busyUs = info.Sum(t => t.Cleaning.Statistics.Microseconds);
        info.Add("cleaner_segments", info.Sum(t => t.Cleaning.Statistics.SegmentsCleaned));
        info.Add("cleaner_bytes_cleaned", cleaned);
        info.Add("cleaner_bytes_moved", moved);
        info.Add("cleaner_records_moved", info.Sum(t => t.Cleaning.Statistics.RecordsMoved));
        info.Add("cleaner_tombstones_moved", info.Sum(t => t.Cleaning.Statistics.TombstonesMoved));
        info.Add("cleaner_tombstones_dropped", info.Sum(t => t.Cleaning.Statistics.TombstonesDropped));
        info.Add("cleaner_segments_damaged", info.Sum(t => t.Cleaning.Statistics.SegmentsDamaged));
        info.Add("cleaner_stalls", info.Sum(t => t.Cleaning.Statistics.Stalls));
        info.Add("cleaner_busy_us", busyUs);
        info.Add("cleaner_mb_per_busy_second", busyUs == 0 ? 0 : cleaned / busyUs);
        info.Add("write_amplification", committed == moved ? "1.000" : Ratio(committed, committed - moved));
    }

    private static string Ratio(long a, long b) =>
        ((double)a / Math.Max(1, b)).ToString("0.000", System.Globalization.CultureInfo.InvariantCulture);

    private static void WriteLog(InfoWriter info)
    {
        info.Add("orp_bytes_received", info.Sum(t => t.Counters.NetInputBytes));
        info.Add("orp_bytes_moved", info.Sum(t => t.Context.Recorder.BytesMoved));
        info.Add("orp_bytes_rewound", info.Sum(t => t.Counters.BytesRewound));
        info.Add("orp_bytes_retained", info.Sum(t => t.Counters.BytesRetained));
        info.Add("orp_bytes_claimed", info.Server.ClaimLimit.HeldBytes);
        info.Add("orp_bytes_outside", info.Server.ClaimLimit.OutsideBytes);
        info.Add("log_bytes_committed", info.Sum(t => t.Engine.BytesCommitted));
        info.Add("log_entries_committed", info.Sum(t => t.Engine.EntriesCommitted));
        info.Add("log_batches", info.Sum(t => t.Engine.BatchesCommitted));
        info.Add("log_conflict_waits", info.Sum(t => t.Locks.ConflictWaits));
    }

    private static void WriteIndex(InfoWriter info)
    {
        long keys = 0;
        foreach (Database database in info.Server.Keyspace.Databases)
            keys += database.KeyCount;
        long bytes = info.Server.Keyspace.IndexBytes;
        info.Add("index_bytes", bytes);
        info.Add("index_bytes_per_key", keys == 0 ? 0 : (double)bytes / keys);
    }

    private static void WriteRecovery(InfoWriter info, RecoveryFigures recovery)
    {
        info.Add("recovery_keys", recovery.Keys);
        info.Add("recovery_commands", recovery.Commands);
        info.Add("recovery_bytes", recovery.Bytes);
        info.Add("recovery_seconds", recovery.Seconds, 3);
        info.Add("recovery_threads", recovery.Threads);
        info.Add("recovery_torn_entries", recovery.TornEntries);
        info.Add("recovery_damages", recovery.Damages);
    }
}
