namespace Pkv.Persistence.Segments;

/// <summary>Options for opening a pool.</summary>
public sealed class PoolOptions
{
    /// <summary>Maximum size of the pool in bytes, including the header.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>Threads that will open segments; each keeps two open.</summary>
    public required int Threads { get; init; }

    /// <summary>Back and prefault the whole pool at startup, so that no write has to fault a page in. Default: no.</summary>
    public bool Prefault { get; init; }

    /// <summary>Called with (done, total) bytes while the pool is prefaulted.</summary>
    public Action<long, long>? PrefaultProgress { get; init; }
}
