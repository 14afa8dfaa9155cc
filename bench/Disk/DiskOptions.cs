namespace Pkv.Bench.Disk;

/// <summary>Options of a run of <c>disk</c>.</summary>
internal sealed record DiskOptions
{
    /// <summary>Where servers keep their files: on a real disk.</summary>
    public required string Directory { get; init; }

    /// <summary>Value sizes in bytes.</summary>
    public required IReadOnlyList<int> Sizes { get; init; }

    public required IReadOnlyList<int> Connections { get; init; }

    public required IReadOnlyList<int> Pipelines { get; init; }

    /// <summary>Rounds whose medians are reported; every server runs once in each, in rotated order.</summary>
    public required int Rounds { get; init; }

    /// <summary>Longest measured window.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>Bytes of requests in a window at most.</summary>
    public required long VolumeBytes { get; init; }

    /// <summary>Pkv's pool at most, as its option takes it.</summary>
    public required string PoolSize { get; init; }

    /// <summary>Keys are drawn evenly from so many: 64 MiB of values at most.</summary>
    public int KeysFor(int valueBytes) => (int)Math.Clamp((64L << 20) / valueBytes, 16, 20_000);
}
