namespace Pkv.Persistence.Log;

/// <summary>When a medium that needs a sync writes to its device: Redis's appendfsync.</summary>
public enum SyncPolicy
{
    /// <summary>Before each reply; batches of all threads that wait together share one sync.</summary>
    Always,

    /// <summary>Once a second; replies do not wait.</summary>
    EverySecond,

    /// <summary>When the kernel likes.</summary>
    No,
}
