using Pkv.Server.Configuration;

namespace Pkv.Cli;

/// <summary>
/// What stands behind the verb: words in their order, <c>--name value</c> pairs and <c>--switch</c>es. Whatever nobody
/// asked for is an error of the user, told by <see cref="End"/>.
/// </summary>
internal sealed class Arguments
{
    private readonly Queue<string> _words = new();
    private readonly Dictionary<string, string> _values = [];
    private readonly HashSet<string> _switches = [];

    /// <param name="arguments">The command line behind the verb.</param>
    /// <param name="switches">Options that take no value.</param>
    public Arguments(IEnumerable<string> arguments, params string[] switches)
    {
        Queue<string> rest = new(arguments);
        while (rest.TryDequeue(out string? word))
        {
            if (!word.StartsWith("--", StringComparison.Ordinal))
                _words.Enqueue(word);
            else if (switches.Contains(word[2..]))
                _switches.Add(word[2..]);
            else if (word.IndexOf('=') is var equals and > 0)
                _values[word[2..equals]] = word[(equals + 1)..];
            else
                _values[word[2..]] = rest.TryDequeue(out string? value) ? value : throw new CliException($"{word} needs a value");
        }
    }

    /// <summary>The next word; <paramref name="what"/> names it where it is missing.</summary>
    public string Word(string what) => _words.TryDequeue(out string? word) ? word : throw new CliException($"{what} is missing");

    /// <summary>An option's text, or null when it was not given.</summary>
    public string? Text(string name) => _values.Remove(name, out string? value) ? value : null;

    public bool Has(string name) => _switches.Remove(name);

    /// <summary>A number of bytes as the server takes it ("4gb"), or null.</summary>
    public long? Size(string name) =>
        Text(name) is not { } text ? null
        : MemorySize.TryParse(text, out long bytes) && bytes > 0 ? bytes
        : throw new CliException($"--{name}: '{text}' is not a size (like 4gb)");

    /// <summary>yes or no.</summary>
    public bool YesNo(string name, bool fallback) => Text(name) switch
    {
        null => fallback,
        "yes" => true,
        "no" => false,
        var text => throw new CliException($"--{name}: '{text}' is neither yes nor no"),
    };

    /// <summary>--medium, as the server takes it.</summary>
    public MediumChoice Medium() => Text("medium") switch
    {
        null or "auto" => MediumChoice.Auto,
        "dax" => MediumChoice.Dax,
        "dram" => MediumChoice.Dram,
        "file" => MediumChoice.File,
        var text => throw new CliException($"--medium: '{text}' is none of auto, dax, dram, file"),
    };

    /// <summary>To be called when everything was asked for.</summary>
    public void End()
    {
        if (_values.Keys.Concat(_switches).FirstOrDefault() is { } option)
            throw new CliException($"there is no option --{option} here");
        if (_words.TryDequeue(out string? word))
            throw new CliException($"'{word}' is one word too many");
    }
}
