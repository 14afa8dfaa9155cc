using System.Globalization;

namespace Pkv.Bench.Cli;

/// <summary>Reads <c>--name value</c> pairs and <c>--switch</c>es; everything that is left over is an error of the user.</summary>
/// <remarks>
/// Why not System.CommandLine: with version 3.0.0 each option is declared and then read, where here it is read with its default;
/// the parsing of the verb memory took 37 lines instead of 25.
/// </remarks>
internal sealed class OptionReader
{
    private const int SecondsMax = 24 * 3600;

    private readonly Dictionary<string, string> _values = [];
    private readonly HashSet<string> _switches = [];

    /// <param name="arguments">The command line after the verb.</param>
    /// <param name="switches">Names that take no value.</param>
    /// <exception cref="ArgumentException">An argument is no option, or an option lacks its value.</exception>
    public OptionReader(IReadOnlyList<string> arguments, params string[] switches)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            string name = arguments[i];
            if (!name.StartsWith("--", StringComparison.Ordinal)) throw new ArgumentException($"'{name}' is not an option");
            if (switches.Contains(name[2..])) _switches.Add(name[2..]);
            else if (++i < arguments.Count) _values[name[2..]] = arguments[i];
            else throw new ArgumentException($"{name} needs a value");
        }
    }

    public bool Has(string name) => _switches.Remove(name);

    /// <summary>Takes an option's text, or null when it was not given.</summary>
    public string? Text(string name) => _values.Remove(name, out string? value) ? value : null;

    public int Number(string name, int fallback) => Text(name) is { } text ? Whole(text) : fallback;

    public long Size(string name, long fallback) => Text(name) is { } text ? Bytes(text) : fallback;

    public TimeSpan Seconds(string name, TimeSpan fallback) => Text(name) is { } text
        ? TimeSpan.FromSeconds(double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and <= SecondsMax
            ? seconds : throw new ArgumentException($"--{name}: '{text}' is not a number of seconds (up to {SecondsMax})"))
        : fallback;

    public IReadOnlyList<int> Numbers(string name, IReadOnlyList<int> fallback) =>
        Text(name) is { } text ? [.. text.Split(',').Select(Whole)] : fallback;

    /// <summary>To be called last.</summary>
    /// <exception cref="ArgumentException">Options were given that nobody asked for.</exception>
    public void RejectRest()
    {
        string? rest = _values.Keys.Concat(_switches).FirstOrDefault();
        if (rest != null) throw new ArgumentException($"unknown option --{rest}");
    }

    /// <summary>A number with an optional k, kb, m, mb, g or gb, all of them powers of 1024.</summary>
    internal static long Bytes(string text)
    {
        string lower = text.Trim().ToLowerInvariant().TrimEnd('b');
        int shift = lower.Length == 0 ? 0 : lower[^1] switch { 'k' => 10, 'm' => 20, 'g' => 30, _ => 0 };
        string digits = shift == 0 ? lower : lower[..^1];
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number)) throw new ArgumentException($"'{text}' is not a number or size");
        return number <= long.MaxValue >> shift ? number << shift : throw new ArgumentException($"'{text}' is too large");
    }

    private static int Whole(string text) => Bytes(text) is var number and <= int.MaxValue ? (int)number : throw new ArgumentException($"'{text}' is too large");
}
