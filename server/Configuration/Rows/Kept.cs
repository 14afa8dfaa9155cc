using System.Globalization;

namespace Pkv.Server.Configuration;

/// <summary>Factories for rows whose values live in <see cref="PkvOptions.Kept"/>, and the checks that only such rows need.</summary>
internal static class Kept
{
    private const int OomScoreLimit = 2000;
    private const int HostNameBytes = 256;

    internal static FlagOption Flag(string name, bool unset, string comment, params string[] aliases)
        => new(name, o => o.Kept.Number(name, unset ? 1 : 0) != 0, (o, v) => o.Kept = o.Kept.With(name, v ? 1 : 0))
        {
            Comment = comment, Aliases = aliases, HasEffect = false,
        };

    internal static NumberOption Integer(string name, long min, long max, long unset, string comment, string unit = "", params string[] aliases)
        => Number(name, ConfigKind.Integer, min, max, unset, comment, unit, aliases);

    internal static NumberOption Memory(string name, long min, long unset, string comment)
        => Number(name, ConfigKind.Memory, min, long.MaxValue, unset, comment, "bytes");

    internal static TextOption Text(string name, string unset, string comment, params string[] aliases)
        => new(name, o => o.Kept.Text(name, unset), (o, v) => o.Kept = o.Kept.With(name, v))
        {
            Comment = comment, Aliases = aliases, HasEffect = false,
        };

    internal static KeptOption Choice(string name, string unset, string comment, params string[] words)
        => new(name, ConfigKind.Choice, unset, KeptOption.OneOf(words))
        {
            Comment = comment, AllowedText = $"one of {string.Join(", ", words)}", HasEffect = false,
        };

    /// <summary>The row, but that CONFIG SET refuses it, as in Redis.</summary>
    internal static ConfigOption Fixed(this ConfigOption row)
    {
        row.Mutability = ConfigMutability.Immutable;
        return row;
    }

    private static NumberOption Number(
        string name, ConfigKind kind, long min, long max, long unset, string comment, string unit, params string[] aliases)
        => new(name, kind, min, max, o => o.Kept.Number(name, unset), (o, v) => o.Kept = o.Kept.With(name, v))
        {
            Comment = comment, Unit = unit, Aliases = aliases, HasEffect = false,
        };

    internal static string? ReadMemoryOrPercent(string value, out string kept)
    {
        kept = value;
        if (value.EndsWith('%'))
        {
            return !NumberOption.TryParseInteger(value[..^1], out long percent) || percent < 0 ? "argument must be a memory or percent value"
                : percent > 100 ? "percentage argument must be less or equal to 100" : null;
        }

        if (!MemorySize.TryParse(value, out long bytes))
            return "argument must be a memory or percent value";
        kept = bytes.ToString(CultureInfo.InvariantCulture);
        return null;
    }

    internal static string? CheckHostName(string value)
        => value.Length >= HostNameBytes ? $"Hostnames must be less than {HostNameBytes} characters"
            : value.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.') ? null
            : "Hostnames may only contain alphanumeric characters, hyphens or dots";

    internal static string? ReadOomScores(string value, out string kept)
    {
        kept = value;
        string? error = ConfigWords.Split(value, out List<string> words);
        if (error is not null || words.Count != 3)
            return error ?? "wrong number of arguments";
        kept = string.Join(' ', words);
        return words.All(static word => NumberOption.TryParseInteger(word, out long score) && Math.Abs(score) <= OomScoreLimit) ? null
            : $"Invalid oom-score-adj-values, elements must be between -{OomScoreLimit} and {OomScoreLimit}.";
    }

    internal static string? ReadPercentiles(string value, out string kept)
    {
        kept = "";
        string? error = ConfigWords.Split(value, out List<string> words);
        if (error is not null || words is [""])
            return error;
        foreach (string word in words)
        {
            if (!double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double percentile))
                return "Invalid latency-tracking-info-percentiles parameters";
            if (percentile is not (>= 0 and <= 100))
                return "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]";
        }

        kept = string.Join(' ', words);
        return null;
    }
}
