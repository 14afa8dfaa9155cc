using Pkv.Bench.Cleaning;
using Pkv.Bench.Client;
using Pkv.Bench.Memory;
using Pkv.Bench.Paper;
using Pkv.Bench.Scripts;
using Pkv.Bench.Servers;
using Pkv.Bench.Stalls;
using Pkv.Bench.Types;

namespace Pkv.Bench.Cli;

/// <summary>Everything that a comparing run can be told; the defaults are what docs/benchmarks.md is made with.</summary>
internal sealed record BenchOptions
{
    public required IReadOnlyList<Verb> Verbs { get; init; }

    /// <summary>Names of the shapes that the verb types measures.</summary>
    public IReadOnlyList<string> Shapes { get; init; } = [];

    /// <summary>Value sizes in bytes.</summary>
    public IReadOnlyList<int> Sizes { get; init; } = [64, 1024, 4096, 16384, 65536, 524288];

    public IReadOnlyList<int> Pipelines { get; init; } = [1, 32];

    public IReadOnlyList<string> Servers { get; init; } = ["redis-aof", "redis", "garnet", "pkv", "pkv-flush", "limit", "limit-log"];

    /// <summary>True when the user named the servers: then a missing one is an error, not a note.</summary>
    public bool ServersNamed { get; init; }

    /// <summary>Rounds whose medians are reported; every server runs once in each, in rotated order.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>
    /// Windows of each workload in a round. With more than one all servers of a value size live at the same time and take turns, so that what
    /// differs by a few percent is measured within seconds; logs that grow meanwhile must fit into memory.
    /// </summary>
    public int Turns { get; init; } = 1;

    /// <summary>Connections; 0 for 8 below 64 KiB and 2 from there: more of them only push the kernel's buffers out of cache.</summary>
    public int Connections { get; init; }

    /// <summary>Longest measured window.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest warm-up before each window, at the window's own workload.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(0.3);

    /// <summary>How long a server just started is driven with small requests, so that managed code is compiled.</summary>
    public TimeSpan StartWarmUp { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Bytes of requests (SET) or replies (GET) in a window at most; keeps logs and host memory within bounds.</summary>
    public long VolumeBytes { get; init; } = 1L << 30;

    /// <summary>Most keys; fewer are used when they would exceed <see cref="DataSetBytesMax"/>.</summary>
    public int KeysMax { get; init; } = 100_000;

    /// <summary>Bound of keys × value size.</summary>
    public long DataSetBytesMax { get; init; } = 256L << 20;

    public int SetPercent { get; init; } = 50;

    /// <summary>The client spins on its own core instead of sleeping.</summary>
    public bool ClientSpins { get; init; } = true;

    public string? PkvPath { get; init; }

    /// <summary>Pkv's pool; a window with its warm-up and data set must stay well below, as nothing is cleaned in between.</summary>
    public string PoolSize { get; init; } = "4gb";

    public int LimitReceiveBytes { get; init; } = ServerCatalog.LimitReceiveBytesDefault;

    /// <summary>Where servers keep their files: tmpfs.</summary>
    public string WorkDirectory { get; init; } = "/dev/shm";

    /// <summary>The report, or null for none.</summary>
    public string? OutputPath { get; init; }

    /// <summary>Touch and free memory before each run.</summary>
    public bool WarmsMemory { get; init; } = true;

    public bool IsSmoke { get; init; }

    /// <summary>A smoke run of everything, in which types, memory, cleaning, stalls, scripts and the paper have their parts.</summary>
    public bool IsSmokeOfAll => IsSmoke && Verbs.Count == 3 && Servers.Contains("pkv");

    /// <summary>The part of types: every shape, once.</summary>
    public BenchOptions TypesSmoke()
    {
        BenchOptions all = TypesCommand.Defaults(this);
        return all with { Verbs = [], Servers = [.. all.Servers.Intersect(Servers)] };
    }

    /// <summary>The part of memory.</summary>
    public MemoryOptions MemorySmoke()
    {
        MemoryOptions all = new MemoryOptions().AsSmoke();
        return all with { Servers = [.. all.Servers.Intersect(Servers)], PkvPath = PkvPath, WorkDirectory = WorkDirectory };
    }

    /// <summary>The part of cleaning.</summary>
    public CleaningOptions CleaningSmoke() => new CleaningOptions().AsSmoke() with { PkvPath = PkvPath, WorkDirectory = WorkDirectory };

    /// <summary>The part of stalls.</summary>
    public StallsOptions StallsSmoke()
    {
        StallsOptions all = new StallsOptions().AsSmoke();
        return all with { Servers = [.. all.Servers.Intersect(Servers)], PkvPath = PkvPath, WorkDirectory = WorkDirectory };
    }

    /// <summary>The part of scripts.</summary>
    public ScriptsOptions ScriptsSmoke()
    {
        ScriptsOptions all = new ScriptsOptions().AsSmoke();
        return all with { Servers = [.. all.Servers.Intersect(Servers)], PkvPath = PkvPath, WorkDirectory = WorkDirectory };
    }

    /// <summary>The part of the paper's evaluation.</summary>
    public PaperOptions PaperSmoke() => new PaperOptions().AsSmoke() with { PkvPath = PkvPath, WorkDirectory = WorkDirectory };

    public int ConnectionsFor(int valueBytes) => Connections > 0 ? Connections : valueBytes < 65536 ? 8 : 2;

    public int KeysFor(int valueBytes) => (int)Math.Clamp(DataSetBytesMax / valueBytes, 16, KeysMax);

    /// <summary>What CI runs: everything once, briefly; about correctness, not about time.</summary>
    public BenchOptions AsSmoke() => this with
    {
        IsSmoke = true,
        Sizes = [64, 4096, 524288],
        Rounds = 1,
        Window = TimeSpan.FromSeconds(0.1),
        WarmUp = TimeSpan.FromSeconds(0.03),
        StartWarmUp = TimeSpan.FromSeconds(0.1),
        VolumeBytes = 32L << 20,
        KeysMax = 5_000,
        DataSetBytesMax = 16L << 20,
        PoolSize = "512mb",
        ClientSpins = false,
        WarmsMemory = false,
    };
}
