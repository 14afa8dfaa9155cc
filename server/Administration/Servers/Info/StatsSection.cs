using Pkv.Server.Net;

namespace Pkv.Server.Administration.Servers.Info;

/// <summary>INFO stats: counters of all threads added up.</summary>
internal static class StatsSection
{
    public static void Write(InfoWriter info)
    {
        ServerState server = info.Server;
        Monitoring.RateSampler rates = server.Rates;
        info.Heading("Stats");
        info.Add("total_connections_received", Counted(info, c => c.ConnectionsReceived));
        info.Add("total_commands_processed", Counted(info, c => c.CommandsProcessed));
        info.Add("instantaneous_ops_per_sec", (long)rates.CommandsPerSecond);
        info.Add("total_net_input_bytes", Counted(info, c => c.NetInputBytes));
        info.Add("total_net_output_bytes", Counted(info, c => c.NetOutputBytes));
        info.Add("total_net_repl_input_bytes", 0);
        info.Add("total_net_repl_output_bytes", 0);
        info.Add("instantaneous_input_kbps", rates.InputBytesPerSecond / 1024);
        info.Add("instantaneous_output_kbps", rates.OutputBytesPerSecond / 1024);
        info.Add("rejected_connections", server.Clients.Rejected);
        info.Add("sync_full", 0);
        info.Add("sync_partial_ok", 0);
        info.Add("sync_partial_err", 0);
        info.Add("expired_keys", Counted(info, c => c.ExpiredKeys));
        info.Add("expired_stale_perc", 0.0);
        info.Add("expired_time_cap_reached_count", 0);
        info.Add("evicted_keys", info.Sum(t => t.Counters.EvictedKeys));
        info.Add("evicted_clients", 0);
        info.Add("keyspace_hits", Counted(info, c => c.KeyspaceHits));
        info.Add("keyspace_misses", Counted(info, c => c.KeyspaceMisses));
        info.Add("pubsub_channels", server.PubSub.Channels.Count);
        info.Add("pubsub_patterns", server.PubSub.Patterns.Names.Length);
        info.Add("pubsubshard_channels", server.PubSub.ShardChannels.Count);
        info.Add("latest_fork_usec", 0);
        info.Add("total_forks", 0);
        info.Add("migrate_cached_sockets", 0);
        info.Add("slave_expires_tracked_keys", 0);
        info.Add("tracking_total_keys", 0);
        info.Add("tracking_total_items", 0);
        info.Add("tracking_total_prefixes", 0);
        info.Add("unexpected_error_replies", 0);
        info.Add("total_error_replies", info.Sum(t => t.Reply.ErrorCount));
        info.Add("dump_payload_sanitizations", 0);
        info.Add("io_turns", Counted(info, c => c.Turns));
        info.Add("inner_turns", info.Sum(t => t.Inner.Count));
        info.Add("suspended_commands", info.Sum(t => t.Inner.Depth));
        info.Add("client_output_limit_disconnections", Counted(info, c => c.OutputLimitCloses));
    }

    private static long Counted(InfoWriter info, Func<ThreadCounters, long> counter) => info.Sum(t => counter(t.Counters));
}
