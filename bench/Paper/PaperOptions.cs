using Pkv.Bench.Servers;

namespace Pkv.Bench.Paper;

/// <summary>What the verb <c>paper</c> can be told; the defaults are what docs/evaluation.md is made with, in some nine minutes.</summary>
internal sealed record PaperOptions
{
    /// <summary>set, ycsb and copies.</summary>
    public IReadOnlyList<string> Parts { get; init; } = ["set", "ycsb", "copies"];

    public IReadOnlyList<string> Servers { get; init; } = ["redis-aof", ServerCatalog.RedisUnderZioName, "pkv", "limit"];

    /// <summary>Value sizes of the part set, in bytes.</summary>
    public IReadOnlyList<int> Sizes { get; init; } = [4 << 10, 16 << 10, 64 << 10, 128 << 10, 512 << 10];

    /// <summary>Record sizes of the part ycsb, in bytes: ten fields.</summary>
    public IReadOnlyList<int> Records { get; init; } = [1 << 10, 16 << 10];

    public IReadOnlyList<int> Pipelines { get; init; } = [1, 16];

    /// <summary>Rounds whose medians are reported.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>Longest measured window; YCSB's runs have whole seconds, the next ones.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(0.6);

    /// <summary>Bytes of all records of a YCSB data set.</summary>
    public long DataSetBytes { get; init; } = 100L << 20;

    /// <summary>Operations that are counted for the table of copies.</summary>
    public int CountedOperations { get; init; } = 2000;

    public string? PkvPath { get; init; }

    /// <summary>The runner's program; null for the Release build of this repository.</summary>
    public string? YcsbPath { get; init; }

    public string PoolSize { get; init; } = "2gb";

    public string WorkDirectory { get; init; } = "/dev/shm";

    public bool IsSmoke { get; init; }

    /// <summary>The report, or null for none.</summary>
    public string? OutputPath { get; init; }

    /// <summary>What CI runs: everything once, briefly; about correctness, not about time.</summary>
    public PaperOptions AsSmoke() => this with
    {
        IsSmoke = true,
        Sizes = [4 << 10, 512 << 10],
        Records = [16 << 10],
        Rounds = 1,
        Window = TimeSpan.FromSeconds(0.1),
        DataSetBytes = 4L << 20,
        CountedOperations = 100,
        PoolSize = "512mb",
    };

    /// <summary>Records of a data set.</summary>
    public int RecordsOf(int recordBytes) => (int)Math.Max(100, DataSetBytes / recordBytes);
}
