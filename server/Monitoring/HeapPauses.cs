namespace Pkv.Server.Monitoring;

/// <summary>
/// How long full garbage collections of the managed heap stopped the process. The data is stored outside that heap, so the
/// heap, and therefore the pauses, must stay small. For the whole process, whichever server in it asks.
/// </summary>
public static class HeapPauses
{
    private static long s_longestTicks;
    private static int s_watched;

    /// <summary>Full collections since the process began.</summary>
    public static int FullCollections => GC.CollectionCount(2);

    /// <summary>The longest of them since <see cref="Watch"/>, microseconds.</summary>
    public static long LongestFullUs
    {
        get
        {
            // The sentinel runs after the process goes on: the last collection may not be in yet.
            NoteLast();
            return Volatile.Read(ref s_longestTicks) / TimeSpan.TicksPerMicrosecond;
        }
    }

    /// <summary>All collections of any generation, microseconds.</summary>
    public static long TotalUs => GC.GetTotalPauseDuration().Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Begins to look at every full collection; once for the process.</summary>
    public static void Watch()
    {
        if (Interlocked.Exchange(ref s_watched, 1) == 0)
            _ = new Sentinel();
    }

    private static void NoteLast()
    {
        GCMemoryInfo last = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        long ticks = 0;
        foreach (TimeSpan pause in last.PauseDurations)
            ticks += pause.Ticks;
        long longest = Volatile.Read(ref s_longestTicks);
        while (ticks > longest)
        {
            long seen = Interlocked.CompareExchange(ref s_longestTicks, ticks, longest);
            longest = seen == longest ? ticks : seen;
        }
    }

    // Garbage that is never let go: its finalizer runs after each collection of the generation it is in, the oldest soon.
    private sealed class Sentinel
    {
        ~Sentinel()
        {
            NoteLast();
            if (!Environment.HasShutdownStarted)
                GC.ReRegisterForFinalize(this);
        }
    }
}
