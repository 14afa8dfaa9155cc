using System.Globalization;

namespace Pkv.Tests.Support;

/// <summary>
/// How much of the long tests to run: PKV_LONG_PERCENT of them, or all if that is not set. CI runs a share, always from the same seed
/// (PKV_LONG_SEED), so that a change is not refused for what a new seed happens to find.
/// </summary>
internal static class LongRun
{
    private static readonly int s_percent = Number("PKV_LONG_PERCENT") is { } percent and > 0 and <= 100 ? percent : 100;

    /// <summary>The share of <paramref name="whole"/> to run, at least 1.</summary>
    public static int Part(int whole) => (int)Math.Max(1, (long)whole * s_percent / 100);

    /// <summary>The share of <paramref name="whole"/> to run for.</summary>
    public static TimeSpan Part(TimeSpan whole) => whole * s_percent / 100;

    /// <summary>The first seed: the one that is set, or a new one.</summary>
    public static int FirstSeed() => Number("PKV_LONG_SEED") ?? Random.Shared.Next(1_000_000, 1_000_000_000);

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number) ? number : null;
}
