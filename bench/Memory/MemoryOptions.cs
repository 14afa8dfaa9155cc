namespace Pkv.Bench.Memory;

/// <summary>Options of a run of <c>memory</c>; the defaults are what docs/benchmarks.md is made with.</summary>
internal sealed record MemoryOptions
{
    /// <summary>Hashes of ten short fields.</summary>
    public int Hashes { get; init; } = 5_000_000;

    /// <summary>Members of one sorted set.</summary>
    public int Members { get; init; } = 5_000_000;

    public IReadOnlyList<string> Servers { get; init; } = ["redis", "pkv"];

    /// <summary>True when the user named the servers: then a missing one is an error, not a note.</summary>
    public bool ServersNamed { get; init; }

    /// <summary>Pkv's pool: room for the larger of the two data sets.</summary>
    public string PoolSize { get; init; } = "4gb";

    public int Connections { get; init; } = 8;

    public int Pipeline { get; init; } = 32;

    /// <summary>Where servers keep their files: tmpfs.</summary>
    public string WorkDirectory { get; init; } = "/dev/shm";

    public string? PkvPath { get; init; }

    /// <summary>The report, or null for none.</summary>
    public string? OutputPath { get; init; }

    public bool IsSmoke { get; init; }

    /// <summary>What CI runs: the same way with little data.</summary>
    public MemoryOptions AsSmoke() => this with { IsSmoke = true, Hashes = 20_000, Members = 20_000, PoolSize = "256mb" };
}
