namespace Pkv.Bench.Faults;

/// <summary>Options of a run of <c>faults</c>; the defaults are what docs/zio.md is made with.</summary>
internal sealed record FaultsOptions
{
    public const int PageBytes = 4096;

    /// <summary>Content that the faults of a round bring at most.</summary>
    private const long BytesMost = 64 << 20;

    /// <summary>Pages that one fault brings.</summary>
    public IReadOnlyList<int> Pages { get; init; } = [1, 8, 256];

    /// <summary>Bytes of the pieces.</summary>
    public IReadOnlyList<int> Sizes { get; init; } = [16 << 10, 64 << 10, 512 << 10];

    /// <summary>Ranges that are tracked at a time, half a MiB each.</summary>
    public IReadOnlyList<int> Ranges { get; init; } = [64, 4096];

    /// <summary>Rounds whose medians are reported; everything is measured once in each.</summary>
    public int Rounds { get; init; } = 9;

    /// <summary>Faults of a way in a round, or fewer when they bring many pages.</summary>
    public int Times { get; init; } = 256;

    /// <summary>The report, or null for none.</summary>
    public string? OutputPath { get; init; }

    public bool IsSmoke { get; init; }

    /// <summary>What CI runs: everything once; about correctness, not about time.</summary>
    public FaultsOptions AsSmoke() => this with { IsSmoke = true, Rounds = 1, Times = 8 };

    /// <summary>Faults in a round that bring this many pages each.</summary>
    public int TimesFor(int pages) => (int)Math.Clamp(BytesMost / PageBytes / pages, 1, Times);
}
