using Pkv.Engine.Settings;
using static Pkv.Server.Configuration.OptionRows;

namespace Pkv.Server.Configuration;

/// <summary>Options for databases, memory, expiry and events.</summary>
internal static class KeyspaceRows
{
    private static readonly (string Word, EvictionPolicy Value)[] Policies =
    [
        ("volatile-lru", EvictionPolicy.VolatileLru), ("volatile-lfu", EvictionPolicy.VolatileLfu),
        ("volatile-random", EvictionPolicy.VolatileRandom), ("volatile-ttl", EvictionPolicy.VolatileTtl),
        ("allkeys-lru", EvictionPolicy.AllKeysLru), ("allkeys-lfu", EvictionPolicy.AllKeysLfu),
        ("allkeys-random", EvictionPolicy.AllKeysRandom), ("noeviction", EvictionPolicy.NoEviction),
    ];

    internal static IEnumerable<ConfigOption> Rows =>
    [
        Integer("databases", 1, ushort.MaxValue + 1, static o => o.Databases, static (o, v) => o.Databases = (int)v,
            "Number of databases for SELECT. The server does not start if the pool uses more.", "databases", ConfigMutability.Immutable),
        Memory("maxmemory", 0, long.MaxValue, static o => o.MaxMemoryBytes, static (o, v) => o.MaxMemoryBytes = v,
            "Data size at which maxmemory-policy acts; 0: only the pool size is a limit. If it is below the current size, keys are evicted immediately."),
        new ChoiceOption<EvictionPolicy>("maxmemory-policy", Policies, static o => o.MaxMemoryPolicy, static (o, v) => o.MaxMemoryPolicy = v)
        {
            Comment = "What to evict at maxmemory; noeviction refuses writes with -OOM. All other policies delete data.",
        },
        Integer("maxmemory-samples", 1, int.MaxValue, static o => o.MaxMemorySamples, static (o, v) => o.MaxMemorySamples = (int)v,
            "Keys sampled for each eviction: more samples choose better and take longer.", "keys"),
        Integer("maxmemory-eviction-tenacity", 0, 100, static o => o.MaxMemoryEvictionTenacity, static (o, v) => o.MaxMemoryEvictionTenacity = (int)v,
            "How long eviction may delay a command or turn: 10: 0.5 ms, 50: 34 ms, 100: until the limit is met. The rest is done in the next turn."),
        Integer("lfu-log-factor", 0, int.MaxValue, static o => o.LfuLogFactor, static (o, v) => o.LfuLogFactor = (int)v,
            "How slowly the LFU counter saturates; with 10, after about a million hits."),
        Integer("lfu-decay-time", 0, int.MaxValue, static o => o.LfuDecayTimeMinutes, static (o, v) => o.LfuDecayTimeMinutes = (int)v,
            "Time after which the LFU counter is decremented; 0: each time it is sampled.", "minutes"),
        Integer("hz", 0, int.MaxValue, static o => o.Hz, static (o, v) => o.Hz = (int)Math.Clamp(v, 1, 500),
            "Frequency of background work such as active expiry, clamped to 1 to 500. High rates cost CPU when idle.", "1/s"),
        Flag("dynamic-hz", static o => o.DynamicHz, static (o, v) => o.DynamicHz = v,
            "Raise hz with the number of clients."),
        new KeyspaceEventsOption
        {
            Comment = "Event classes published to subscribers; empty: none. Each enabled class costs CPU in every matching command.",
        },
    ];
}
