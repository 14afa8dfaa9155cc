using Pkv.Engine.Execution.Scripting;
using Pkv.Server.Monitoring;

namespace Pkv.Server.Administration.Servers.Info;

/// <summary>
/// INFO memory. The data set is what live keys need in the pool (persistent memory, shared memory or page cache); the
/// overhead is the index and the managed heap, which are DRAM.
/// </summary>
internal static class MemorySection
{
    public static void Write(InfoWriter info)
    {
        MemoryUse use = MemoryUse.Of(info.Server);
        info.Heading("Memory");
        info.AddBytes("used_memory", use.TotalBytes);
        info.AddBytes("used_memory_rss", use.ResidentBytes);
        info.AddBytes("used_memory_peak", use.PeakBytes);
        info.Add("used_memory_peak_perc", Percent(use.TotalBytes, use.PeakBytes));
        info.Add("used_memory_overhead", use.OverheadBytes);
        info.Add("used_memory_startup", use.StartupBytes);
        info.Add("used_memory_dataset", use.PoolBytes);
        info.Add("used_memory_dataset_perc", Percent(use.PoolBytes, use.TotalBytes));
        info.Add("used_memory_index", use.IndexBytes);
        info.Add("used_memory_collections", use.CollectionBytes);
        info.Add("used_memory_managed", use.ManagedBytes);
        info.Add("managed_full_collections", HeapPauses.FullCollections);
        info.Add("managed_full_pause_us_max", HeapPauses.LongestFullUs);
        info.Add("managed_pause_us", HeapPauses.TotalUs);
        info.Add("allocator_allocated", use.TotalBytes);
        info.Add("allocator_active", use.TotalBytes);
        info.Add("allocator_resident", use.ResidentBytes);
        info.AddBytes("total_system_memory", use.SystemBytes);
        AddScripts(info);
        info.AddBytes("maxmemory", info.Server.Options.MaxMemoryBytes);
        info.Add("maxmemory_policy", info.Server.Config.Get("maxmemory-policy")[0].Value);
        info.Add("mem_fragmentation_ratio", (double)use.ResidentBytes / Math.Max(1, use.TotalBytes));
        info.Add("mem_fragmentation_bytes", use.ResidentBytes - use.TotalBytes);
        info.Add("mem_not_counted_for_evict", 0);
        info.Add("mem_replication_backlog", 0);
        info.Add("mem_clients_slaves", 0);
        info.Add("mem_clients_normal", use.ClientBytes);
        info.Add("mem_aof_buffer", 0);
        info.Add("mem_allocator", "pool");
        info.Add("active_defrag_running", 0);
        info.Add("lazyfree_pending_objects", 0);
        info.Add("lazyfreed_objects", 0);
    }

    private static void AddScripts(InfoWriter info)
    {
        ScriptRegistry scripts = info.Server.Engine.Scripts;
        (long evals, long functions) = scripts.MemoryUsed();
        long libraries = scripts.Functions.Current.Libraries.Sum(static library => (long)library.Code.Length);
        info.AddBytes("used_memory_lua", evals);
        info.Add("used_memory_vm_eval", evals);
        info.Add("used_memory_scripts_eval", scripts.Cache.Bytes);
        info.Add("number_of_cached_scripts", scripts.Cache.Count);
        info.Add("number_of_functions", scripts.Functions.Current.FunctionCount);
        info.Add("number_of_libraries", scripts.Functions.Current.Libraries.Count);
        info.Add("used_memory_vm_functions", functions);
        info.AddBytes("used_memory_vm_total", evals + functions);
        info.Add("used_memory_functions", libraries);
        info.AddBytes("used_memory_scripts", scripts.Cache.Bytes + libraries);
    }

    private static string Percent(long part, long whole) =>
        (100.0 * part / Math.Max(1, whole)).ToString("F2", System.Globalization.CultureInfo.InvariantCulture) + "%";
}
