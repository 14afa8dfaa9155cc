using System.Globalization;

namespace Pkv.Tests.Support;

/// <summary>
/// How much of the long tests is run: PKV_LONG_PERCENT of what they are, all unless it is set. What lands a change runs a part, from a
/// seed of its own (PKV_LONG_SEED): what a new seed finds is a finding, not the fault of the change that meets it.
/// </summary>
internal static class LongRun
{
    private static readonly int s_percent = Number("PKV_LONG_PERCENT") is { } percent and > 0 and <= 100 ? percent : 100;

    /// <summary>The part of so many that is run; at least one.</summary>
    public static int Part(int whole) => (int)Math.Max(1, (long)whole * s_percent / 100);

    /// <inheritdoc cref="Part(int)"/>
    public static TimeSpan Part(TimeSpan whole) => whole * s_percent / 100;

    /// <summary>The first seed: the one that is set, or a new one.</summary>
    public static int FirstSeed() => Number("PKV_LONG_SEED") ?? Random.Shared.Next(1_000_000, 1_000_000_000);

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number) ? number : null;
}
