namespace Pkv.Persistence.Segments;

/// <summary>Options for opening a pool.</summary>
public sealed class PoolOptions
{
    /// <summary>The most that the pool may grow to, in bytes, header included.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>Threads that will open segments; each keeps two open.</summary>
    public required int Threads { get; init; }

    /// <summary>Back and fault in the whole pool at start, so that no write ever pays for a page. Default: no.</summary>
    public bool Prefault { get; init; }

    /// <summary>Told (done, total) bytes while the pool is faulted in.</summary>
    public Action<long, long>? PrefaultProgress { get; init; }
}
