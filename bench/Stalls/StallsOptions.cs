namespace Pkv.Bench.Stalls;

/// <summary>What a run of <c>stalls</c> was told; the defaults are what docs/benchmarks.md is made with.</summary>
internal sealed record StallsOptions
{
    /// <summary>Elements of the largest collections; all other sizes follow from it.</summary>
    public int Elements { get; init; } = 2_000_000;

    public IReadOnlyList<string> Servers { get; init; } = ["redis", "pkv"];

    /// <summary>True when the user named the servers: then a missing one is an error, not a note.</summary>
    public bool ServersNamed { get; init; }

    /// <summary>I/O threads of Pkv.</summary>
    public int IoThreads { get; init; } = 2;

    /// <summary>Only hostile clients whose title contains this.</summary>
    public string Only { get; init; } = "";

    public string PoolSize { get; init; } = "6gb";

    /// <summary>Where servers keep their files: tmpfs.</summary>
    public string WorkDirectory { get; init; } = "/dev/shm";

    public string? PkvPath { get; init; }

    /// <summary>The report, or null for none.</summary>
    public string? OutputPath { get; init; }

    public bool IsSmoke { get; init; }

    /// <summary>What CI runs: the same way with little data.</summary>
    public StallsOptions AsSmoke() => this with { IsSmoke = true, Elements = 4_000, PoolSize = "256mb" };
}
