namespace Pkv.Engine.Settings;

/// <summary>What to do when <c>maxmemory</c> is reached; Redis 7.0's <c>maxmemory-policy</c>.</summary>
public enum EvictionPolicy
{
    /// <summary>Refuse writes with <c>-OOM</c>.</summary>
    NoEviction,

    /// <summary>Least recently used among keys with an expiry.</summary>
    VolatileLru,

    /// <summary>Least frequently used among keys with an expiry.</summary>
    VolatileLfu,

    /// <summary>Any key with an expiry.</summary>
    VolatileRandom,

    /// <summary>The key that expires soonest.</summary>
    VolatileTtl,

    /// <summary>Least recently used among all keys.</summary>
    AllKeysLru,

    /// <summary>Least frequently used among all keys.</summary>
    AllKeysLfu,

    /// <summary>Any key.</summary>
    AllKeysRandom,
}
