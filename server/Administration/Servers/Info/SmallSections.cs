using Pkv.Engine.Keyspace;

namespace Pkv.Server.Administration.Servers.Info;

/// <summary>INFO replication, cpu, modules, cluster and keyspace.</summary>
internal static class SmallSections
{
    public static void Replication(InfoWriter info)
    {
        info.Heading("Replication");
        info.Add("role", "master");
        info.Add("connected_slaves", 0);
        info.Add("master_failover_state", "no-failover");
        info.Add("master_replid", info.Server.RunId);
        info.Add("master_replid2", new string('0', 40));
        info.Add("master_repl_offset", 0);
        info.Add("second_repl_offset", -1);
        info.Add("repl_backlog_active", 0);
        info.Add("repl_backlog_size", 1_048_576);
        info.Add("repl_backlog_first_byte_offset", 0);
        info.Add("repl_backlog_histlen", 0);
    }

    public static void Cpu(InfoWriter info)
    {
        Environment.ProcessCpuUsage cpu = Environment.CpuUsage;
        info.Heading("CPU");
        info.Add("used_cpu_sys", cpu.PrivilegedTime.TotalSeconds, 6);
        info.Add("used_cpu_user", cpu.UserTime.TotalSeconds, 6);
        info.Add("used_cpu_sys_children", 0.0, 6);
        info.Add("used_cpu_user_children", 0.0, 6);
    }

    public static void Modules(InfoWriter info) => info.Heading("Modules");

    public static void Cluster(InfoWriter info)
    {
        info.Heading("Cluster");
        info.Add("cluster_enabled", 0);
    }

    public static void Keyspace(InfoWriter info)
    {
        info.Heading("Keyspace");
        foreach (Database database in info.Server.Keyspace.Databases)
        {
            if (database.KeyCount > 0)
                info.Add($"db{database.Number}", $"keys={database.KeyCount},expires={database.VolatileCount},avg_ttl=0");
        }
    }
}
