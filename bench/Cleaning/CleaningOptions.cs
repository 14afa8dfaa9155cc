using Pkv.Bench.Client;

namespace Pkv.Bench.Cleaning;

/// <summary>Options of a run of <c>cleaning</c>.</summary>
internal sealed record CleaningOptions
{
    /// <summary>Live shares of the pool, per cent.</summary>
    public IReadOnlyList<int> Fills { get; init; } = [50, 70, 80, 90];

    /// <summary>Rounds whose medians are reported; every fill and the reference once in each, in rotated order.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>Length of the window in which throughput and write amplification are measured.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Length of the window at half of that throughput in which latency is measured.</summary>
    public TimeSpan LatencyWindow { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The pool whose fill is varied.</summary>
    public long PoolBytes { get; init; } = 2L << 30;

    /// <summary>The reference's pool is so many times larger: what is written in its windows must fit without cleaning.</summary>
    public int ReferenceFactor { get; init; } = 3;

    /// <summary>Writing over the pool so many times at most is to lead to a steady state; half a pool's worth at a time.</summary>
    public int PoolsWrittenMax { get; init; } = 6;

    public int ValueBytes { get; init; } = 1024;

    public int Connections { get; init; } = 8;

    public int Pipeline { get; init; } = 32;

    /// <summary>Where pools lie: tmpfs.</summary>
    public string WorkDirectory { get; init; } = "/dev/shm";

    /// <summary>Pkv's program; null for this repository's.</summary>
    public string? PkvPath { get; init; }

    /// <summary>The report, or null for none.</summary>
    public string? OutputPath { get; init; }

    public bool IsSmoke { get; init; }

    /// <summary>Overwrites drawn evenly from so many keys.</summary>
    public Workload WorkloadFor(int keys) => new(Verb.Set, ValueBytes, Pipeline, Connections, keys);

    /// <summary>Everything once and briefly: that nothing is refused or lost while it is cleaned.</summary>
    public CleaningOptions AsSmoke() => this with
    {
        IsSmoke = true,
        Fills = [50, 70], // a small pool is full before 80
        Rounds = 1,
        Window = TimeSpan.FromSeconds(0.2),
        LatencyWindow = TimeSpan.FromSeconds(0.2),
        PoolBytes = 256L << 20,
        PoolsWrittenMax = 2,
    };
}
