using static Pkv.Server.Configuration.OptionRows;

namespace Pkv.Server.Configuration;

/// <summary>Rows about databases, memory, expiry and events.</summary>
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
            "Number of databases for SELECT. With fewer than a pool already uses the server does not start.", "databases", ConfigMutability.Immutable),
        Memory("maxmemory", 0, long.MaxValue, static o => o.MaxMemoryBytes, static (o, v) => o.MaxMemoryBytes = v,
            "Data size at which maxmemory-policy acts; 0: only the pool's size limits. Below the present size, keys are evicted at once."),
        new ChoiceOption<EvictionPolicy>("maxmemory-policy", Policies, static o => o.MaxMemoryPolicy, static (o, v) => o.MaxMemoryPolicy = v)
        {
            Comment = "What to evict at maxmemory; noeviction refuses writes with -OOM. Every other policy deletes data.",
        },
        Integer("maxmemory-samples", 1, int.MaxValue, static o => o.MaxMemorySamples, static (o, v) => o.MaxMemorySamples = (int)v,
            "Keys looked at for each eviction: more choose better and take longer.", "keys"),
        Integer("maxmemory-eviction-tenacity", 0, 100, static o => o.MaxMemoryEvictionTenacity, static (o, v) => o.MaxMemoryEvictionTenacity = (int)v,
            "How long evicting may hold up one command or one turn: 10: 0.5 ms, 50: 34 ms, 100: until the limit holds. What is left goes on in the next turn."),
        Integer("lfu-log-factor", 0, int.MaxValue, static o => o.LfuLogFactor, static (o, v) => o.LfuLogFactor = (int)v,
            "How slowly the LFU counter saturates; 10: after about a million hits."),
        Integer("lfu-decay-time", 0, int.MaxValue, static o => o.LfuDecayTimeMinutes, static (o, v) => o.LfuDecayTimeMinutes = (int)v,
            "Time after which the LFU counter is lowered by one; 0: at each look.", "minutes"),
        Integer("hz", 0, int.MaxValue, static o => o.Hz, static (o, v) => o.Hz = (int)Math.Clamp(v, 1, 500),
            "Rate of background work such as active expiry, held within 1 to 500. High rates cost idle CPU.", "1/s"),
        Flag("dynamic-hz", static o => o.DynamicHz, static (o, v) => o.DynamicHz = v,
            "Raise hz with the number of clients."),
        new KeyspaceEventsOption
        {
            Comment = "Event classes published to subscribers; empty: none. Each event costs CPU at every matching command.",
        },
    ];
}
