namespace Pkv.Engine.Settings;

/// <summary>
/// The options that the engine reads: how much may live and what goes first, how collections are described, what is published.
/// Threads: every property is one word, so any thread may read it at any time and sees an old or a new value, never half of one.
/// </summary>
public class EngineOptions
{
    /// <summary>The most I/O threads that can be asked for.</summary>
    public const int IoThreadCountMax = 64;

    /// <summary>I/O threads, 1 to <see cref="IoThreadCountMax"/>.</summary>
    public int IoThreads { get; set; } = Math.Clamp(Environment.ProcessorCount, 1, IoThreadCountMax);

    /// <summary>The longest bulk string a client may send, in bytes.</summary>
    public long ProtoMaxBulkLenBytes { get; set; } = 512L << 20;

    /// <summary>Number of databases.</summary>
    public int Databases { get; set; } = 16;

    /// <summary>Milliseconds after which a script counts as slow: it can be stopped, and who waits for it is told.</summary>
    public long BusyReplyThreshold { get; set; } = 5000;

    /// <summary>Bytes that one script may hold.</summary>
    public long ScriptMemoryBytes { get; set; } = 64L << 20;

    /// <summary>What redis.log writes from this level on: 0 debug … 3 warning.</summary>
    public virtual int MinScriptLogLevel => 2;

    /// <summary>Bytes of data after which <see cref="MaxMemoryPolicy"/> acts; 0: no limit but the pool.</summary>
    public long MaxMemoryBytes { get; set; }

    /// <summary>What to evict at <see cref="MaxMemoryBytes"/>.</summary>
    public EvictionPolicy MaxMemoryPolicy { get; set; } = EvictionPolicy.NoEviction;

    /// <summary>Keys sampled for each eviction.</summary>
    public int MaxMemorySamples { get; set; } = 5;

    /// <summary>0 to 100: how long an eviction may hold a client up, from 0.5 ms at 10 to without end at 100.</summary>
    public int MaxMemoryEvictionTenacity { get; set; } = 10;

    /// <summary>How slowly the LFU counter saturates.</summary>
    public int LfuLogFactor { get; set; } = 10;

    /// <summary>Minutes after which the LFU counter is lowered by one; 0: at each look.</summary>
    public int LfuDecayTimeMinutes { get; set; } = 1;

    /// <summary>Whether expired keys are removed in the background. Not an option: DEBUG SET-ACTIVE-EXPIRE alone writes it.</summary>
    public bool ActiveExpireEnabled { get; set; } = true;

    /// <summary>Event classes to publish.</summary>
    public KeyspaceEvents NotifyKeyspaceEvents { get; set; }

    /// <summary>Fields up to which a hash is a listpack.</summary>
    public long HashMaxListpackEntries { get; set; } = 512;

    /// <summary>Bytes of a field or value up to which a hash is a listpack.</summary>
    public long HashMaxListpackValueBytes { get; set; } = 64;

    /// <summary>Entries (above 0) or a size class (-1: 4 KiB … -5: 64 KiB) of one list node.</summary>
    public int ListMaxListpackSize { get; set; } = -2;

    /// <summary>Members up to which a set of integers is an intset.</summary>
    public long SetMaxIntsetEntries { get; set; } = 512;

    /// <summary>Members up to which a sorted set is a listpack.</summary>
    public long ZsetMaxListpackEntries { get; set; } = 128;

    /// <summary>Bytes of a member up to which a sorted set is a listpack.</summary>
    public long ZsetMaxListpackValueBytes { get; set; } = 64;

    /// <summary>Bytes up to which a HyperLogLog stays sparse.</summary>
    public long HllSparseMaxBytes { get; set; } = 3000;

    /// <summary>Bytes of one stream node; 0: no limit.</summary>
    public long StreamNodeMaxBytes { get; set; } = 4096;

    /// <summary>Entries of one stream node; 0: no limit.</summary>
    public long StreamNodeMaxEntries { get; set; } = 100;

    /// <summary>Commands slower than this many microseconds go to SLOWLOG; 0: all, -1: none.</summary>
    public long SlowlogLogSlowerThanMicros { get; set; } = 10_000;

    /// <summary>Events slower than this many milliseconds go to LATENCY; 0: none.</summary>
    public long LatencyMonitorThresholdMs { get; set; }

    /// <summary>A threshold (SLOWLOG's or LATENCY's) asks for commands that sampling would miss.</summary>
    public bool TimesEveryCommand => SlowlogLogSlowerThanMicros is >= 0 and < 1000 || LatencyMonitorThresholdMs > 0;
}
