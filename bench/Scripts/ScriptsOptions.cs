namespace Pkv.Bench.Scripts;

/// <summary>What a run of <c>scripts</c> was told; the defaults are what docs/benchmarks.md is made with.</summary>
internal sealed record ScriptsOptions
{
    /// <summary>Names of the shapes that are measured.</summary>
    public IReadOnlyList<string> Shapes { get; init; } = [.. ScriptShapes.All.Select(s => s.Traffic.Name)];

    public IReadOnlyList<string> Servers { get; init; } = ["redis-aof", "pkv"];

    /// <summary>True when the user named the servers: then a missing one is an error, not a note.</summary>
    public bool ServersNamed { get; init; }

    /// <summary>Rounds whose medians are reported; servers are restarted in each, and take turns at each shape.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Requests in flight for each connection.</summary>
    public int Pipeline { get; init; } = 32;

    public int Connections { get; init; } = 8;

    public int Keys { get; init; } = 100_000;

    /// <summary>Longest measured window.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>CPU time that a server spends on each shape before the first window, so that its code is compiled with what was learnt of it; a quarter of it again before the shape's window.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Requests of a window at most; keeps the logs within memory.</summary>
    public long OperationsMax { get; init; } = 2_000_000;

    public string PoolSize { get; init; } = "4gb";

    /// <summary>Where servers keep their files: tmpfs.</summary>
    public string WorkDirectory { get; init; } = "/dev/shm";

    public string? PkvPath { get; init; }

    /// <summary>The report, or null for none.</summary>
    public string? OutputPath { get; init; }

    public bool IsSmoke { get; init; }

    /// <summary>The client spins on its own core instead of sleeping.</summary>
    public bool ClientSpins { get; init; } = true;

    /// <summary>What CI runs: every shape once, briefly; checks replies only.</summary>
    public ScriptsOptions AsSmoke() => this with
    {
        IsSmoke = true,
        Rounds = 1,
        Keys = 1_000,
        Window = TimeSpan.FromSeconds(0.1),
        WarmUp = TimeSpan.FromSeconds(0.05),
        OperationsMax = 20_000,
        PoolSize = "256mb",
        ClientSpins = false,
    };
}
