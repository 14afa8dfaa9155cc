namespace Pkv.Bench.Echo;

/// <summary>Options of a run of <c>echo</c>; the defaults are what docs/zio.md is made with.</summary>
internal sealed record EchoOptions
{
    /// <summary>Touched pages are measured at these copies: few, where there is least to win, and many.</summary>
    private static readonly int[] CopiesOfTouches = [1, 12];

    /// <summary>Bytes of a message.</summary>
    public IReadOnlyList<int> Sizes { get; init; } = [8 << 10, 16 << 10, 32 << 10, 64 << 10, 128 << 10, 256 << 10, 512 << 10];

    public IReadOnlyList<int> Copies { get; init; } = [0, 1, 2, 4, 5, 8, 12];

    /// <summary>Touched pages; other than 0 only at <see cref="SizesOfTouches"/>.</summary>
    public IReadOnlyList<int> Touches { get; init; } = [0, 1, 2, 4, 8, 12];

    public IReadOnlyList<int> SizesOfTouches { get; init; } = [64 << 10, 512 << 10];

    public IReadOnlyList<EchoSystem> Systems { get; init; } = EchoSystem.All;

    /// <summary>So many that their buffers together are far larger than a cache.</summary>
    public int Connections { get; init; } = 64;

    /// <summary>Rounds whose medians are reported; every system runs each cell once in each, in rotated order.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>Longest measured window.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(0.2);

    /// <summary>Longest warm-up; at least two messages a connection are sent in it, so that buffers are faulted in.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(0.1);

    /// <summary>One reply in so many is compared byte for byte; the others are counted and dropped by the kernel.</summary>
    public int VerifyEvery { get; init; } = 16;

    /// <summary>The library, or null for the one that zio/build.sh leaves.</summary>
    public string? LibraryPath { get; init; }

    /// <summary>The report, or null for none.</summary>
    public string? OutputPath { get; init; }

    public bool IsSmoke { get; init; }

    /// <summary>What CI runs: a few cells once, every byte compared; about correctness, not about time.</summary>
    public EchoOptions AsSmoke() => this with
    {
        IsSmoke = true,
        Sizes = [8 << 10, 64 << 10, 512 << 10],
        Copies = [0, 5],
        Touches = [0, 2],
        Connections = 8,
        Rounds = 1,
        Window = TimeSpan.FromSeconds(0.05),
        WarmUp = TimeSpan.FromSeconds(0.02),
        VerifyEvery = 1,
    };

    /// <summary>Every size and number of copies untouched, then the touched ones.</summary>
    public IReadOnlyList<EchoCell> Cells() =>
    [
        .. from size in Sizes from copies in Copies select new EchoCell(size, copies, 0),
        .. from size in TouchedSizes() from copies in TouchedCopies() from touches in Touches where touches > 0 select new EchoCell(size, copies, touches),
    ];

    /// <summary>Sizes at which pages are touched.</summary>
    public IReadOnlyList<int> TouchedSizes() => [.. SizesOfTouches.Intersect(Sizes)];

    /// <summary>Copies at which pages are touched; the most that there are if the usual ones are not among them.</summary>
    public IReadOnlyList<int> TouchedCopies() => Copies.Intersect(CopiesOfTouches).ToArray() is { Length: > 0 } usual ? usual : [Copies.Max()];
}
