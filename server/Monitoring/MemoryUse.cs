using Pkv.Engine.Execution.Clients;
using Pkv.Engine.Keyspace;

namespace Pkv.Server.Monitoring;

/// <summary>The server's current memory usage by category, in bytes. For rare use: reads /proc and walks the clients.</summary>
public sealed record MemoryUse
{
    private static long s_peakBytes;

    /// <summary>What live keys need in the pool, as maxmemory counts it. Garbage that waits for the cleaner shows in <see cref="ResidentBytes"/> and in pool_bytes_used.</summary>
    public long PoolBytes { get; init; }

    /// <summary>Stripes, buckets and expiry cells.</summary>
    public long IndexBytes { get; init; }

    /// <summary>Places of the elements of collections, and their keys.</summary>
    public long CollectionBytes { get; init; }

    /// <summary>The managed heap.</summary>
    public long ManagedBytes { get; init; }

    /// <summary>Input and output that clients have pending, queued transactions included.</summary>
    public long ClientBytes { get; init; }

    /// <summary>Of the process, pool pages it has touched included.</summary>
    public long ResidentBytes { get; init; }

    /// <summary>Of the machine or of the container's limit.</summary>
    public long SystemBytes { get; init; }

    /// <summary>Of the managed heap when the first figures were asked for.</summary>
    public long StartupBytes { get; init; }

    public long OverheadBytes => IndexBytes + CollectionBytes + ManagedBytes + ClientBytes;

    public long TotalBytes => PoolBytes + OverheadBytes;

    /// <summary>The largest total that was seen whenever somebody asked.</summary>
    public long PeakBytes { get; private init; }

    public static MemoryUse Of(ServerState server)
    {
        MemoryUse use = new()
        {
            PoolBytes = server.Engine.Live.Total,
            IndexBytes = server.Keyspace.IndexBytes,
            CollectionBytes = KeyspaceState.CollectionBytes,
            ManagedBytes = GC.GetTotalMemory(forceFullCollection: false),
            ClientBytes = server.Clients.Snapshot().Sum(c => c.Output.Bytes + c.StashLength + (c.Session.Transaction?.Bytes ?? 0)),
            ResidentBytes = ResidentNow(),
            SystemBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            StartupBytes = server.ManagedBytesAtStart,
        };
        long total = use.TotalBytes, peak = Volatile.Read(ref s_peakBytes);
        while (total > peak)
        {
            long seen = Interlocked.CompareExchange(ref s_peakBytes, total, peak);
            peak = seen == peak ? total : seen;
        }
        return use with { PeakBytes = peak };
    }

    /// <summary>Forgets the peak (CONFIG RESETSTAT).</summary>
    public static void ResetPeak() => Volatile.Write(ref s_peakBytes, 0);

    // The second word of /proc/self/statm, in pages.
    private static long ResidentNow()
    {
        try
        {
            return long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * Environment.SystemPageSize;
        }
        catch (IOException)
        {
            return Environment.WorkingSet;
        }
    }
}
