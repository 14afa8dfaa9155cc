using Pkv.Engine.Keyspace;
using Pkv.Engine.Records;
using Pkv.Engine.Settings;
using Pkv.Persistence.Format;
using Pkv.Persistence.Log;
using Pkv.Persistence.Segments;

namespace Pkv.Engine.Space;

/// <summary>
/// How much may live: what the pool can hold and still be cleaned, and maxmemory. Both count what live keys need in the
/// log; maxmemory counts the index as well. Any thread.
/// </summary>
public sealed class SpaceLimit(EngineOptions options, Pool pool, KeyspaceState keyspace, PoolLiveBytes liveBytes, PoolCleaning cleaning)
{
    // Above it the cleaner would move twenty bytes for each one written.
    internal const double MaxLiveShare = 0.95;

    // In a pool of few segments the garbage lies too thin in each.
    private const double MaxLiveShareOfSmall = 0.88;
    private const int SmallPoolSlots = 128;

    private const int IndexCellBytes = 16;

    private int _version;

    /// <summary>Changes when a limit does: what was concluded from the one before is void.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>maxmemory, its policy or the pool's size was changed.</summary>
    public void Changed()
    {
        CountsAccesses = options.MaxMemoryPolicy is EvictionPolicy.AllKeysLfu or EvictionPolicy.VolatileLfu;
        Interlocked.Increment(ref _version);
    }

    /// <summary>Whether keys are evicted when the limit is reached.</summary>
    public bool Evicts => options.MaxMemoryPolicy != EvictionPolicy.NoEviction;

    /// <summary>Whether the use bits of index slots count accesses (LFU); else they tell the time of the last one (LRU).</summary>
    public bool CountsAccesses { get; private set; }

    /// <summary>Bytes that may live in the pool. Segments (of received records, effects, survivors, and spares) that threads have open, and what is kept for deletes and the cleaner, are not for data.</summary>
    public long PoolBytes
    {
        get
        {
            int threads = options.IoThreads;
            int open = (AppendLog.KeepsSpareIn(pool) ? 5 : 3) * threads;
            int kept = Math.Min(pool.MaxSlots / 2, open + cleaning.StartSlots);
            return (long)((pool.MaxSlots - kept) * (double)PoolHeader.SlotBytes * (pool.MaxSlots < SmallPoolSlots ? MaxLiveShareOfSmall : MaxLiveShare));
        }
    }

    /// <summary>Bytes until a limit is reached; negative: it is passed by so many.</summary>
    public long Headroom
    {
        get
        {
            long live = liveBytes.Total, max = options.MaxMemoryBytes, keys = 0, volatiles = 0;
            foreach (Database database in keyspace.Databases)
            {
                keys += database.KeyCount;
                volatiles += database.VolatileCount;
            }
            // A record that the cleaner moves tells the key's expiry, however that was set: what lives must fit when it has been moved.
            long headroom = PoolBytes - live - volatiles * Effects.ExpiryBytes;
            // What keys and expiry times cost in the index, without the room that it keeps for growth: that would make a small
            // limit unreachable.
            return max > 0 ? Math.Min(headroom, max - live - (keys + volatiles) * IndexCellBytes) : headroom;
        }
    }
}
