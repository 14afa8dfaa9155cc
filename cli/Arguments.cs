using Pkv.Cli.Verbs;
using Pkv.Server.Configuration;

namespace Pkv.Cli;

/// <summary>
/// What follows the verb: words in their order, <c>--name value</c> (or <c>--name=value</c>) and switches. An option that the
/// verb does not have is refused immediately, with the nearest one that it has; after <c>--</c> everything is a word.
/// </summary>
/// <remarks>
/// Why not System.CommandLine: with version 3.0.0, pkv took longer to start (medians of ten runs on a busy machine: "--version" 187 ms
/// instead of 126, "stat" 144 instead of 94, "stat --help" 231 instead of 118), and none of its error lines is the one that
/// tests/Cli/UsageTests.cs asks for, so that most of what is here and the help's text would have stayed.
/// </remarks>
internal sealed class Arguments
{
    private readonly Verb _verb;
    private readonly Queue<string> _words = new();
    private readonly Dictionary<string, string> _values = [];
    private readonly HashSet<string> _switches = [];

    /// <exception cref="UsageException">An option is unknown, is given twice, lacks its value, or takes none.</exception>
    public Arguments(Verb verb, IEnumerable<string> arguments)
    {
        _verb = verb;
        Queue<string> rest = new(arguments);
        while (rest.TryDequeue(out string? word))
        {
            if (word == "--")
            {
                foreach (string literal in rest)
                    _words.Enqueue(literal);
                return;
            }
            if (word.Length > 1 && word[0] == '-')
                ReadOption(word, rest);
            else
                _words.Enqueue(word);
        }
    }

    /// <summary>The next word; <paramref name="what"/> names it where it is missing.</summary>
    public string Word(string what) => _words.TryDequeue(out string? word) ? word : throw Refusal($"{what} is missing");

    /// <summary>An option's text, or null when it was not given.</summary>
    public string? Text(string name) => _values.GetValueOrDefault(name);

    /// <summary>An option's text.</summary>
    /// <param name="name">Of the option.</param>
    /// <param name="value">What its value is called in the usage.</param>
    public string RequiredText(string name, string value) => Text(name) ?? throw Refusal($"--{name} {value} is missing");

    /// <summary>Whether a switch was given.</summary>
    public bool Has(string name) => _switches.Contains(name);

    /// <summary>A number of bytes as the server takes it ("4gb"), or null.</summary>
    public long? Size(string name) =>
        Text(name) is not { } text ? null
        : MemorySize.TryParse(text, out long bytes) && bytes > 0 ? bytes
        : throw Refusal($"--{name}: '{text}' is not a size (like 4gb)");

    /// <inheritdoc cref="Size"/>
    /// <exception cref="UsageException">It was not given.</exception>
    public long RequiredSize(string name) => Size(name) ?? throw Refusal($"--{name} SIZE is missing");

    /// <summary>A whole number within bounds, or null.</summary>
    /// <param name="name">Of the option.</param>
    /// <param name="what">What it has to be, for the refusal: "a port".</param>
    /// <param name="max">From 1 to this.</param>
    public int? Number(string name, string what, int max) =>
        Text(name) is not { } text ? null
        : int.TryParse(text, System.Globalization.NumberStyles.None, null, out int number) && number >= 1 && number <= max ? number
        : throw Refusal($"--{name}: '{text}' is not {what} (1 to {max})");

    /// <summary>yes or no.</summary>
    public bool YesNo(string name, bool fallback) => Text(name) switch
    {
        null => fallback,
        "yes" => true,
        "no" => false,
        var text => throw Refusal($"--{name}: '{text}' is not yes or no"),
    };

    /// <summary>--medium, as the server takes it.</summary>
    public MediumChoice Medium() => Text("medium") switch
    {
        null or "auto" => MediumChoice.Auto,
        "dax" => MediumChoice.Dax,
        "dram" => MediumChoice.Dram,
        "file" => MediumChoice.File,
        var text => throw Refusal($"--medium: '{text}' is not one of auto, dax, dram, file"),
    };

    /// <summary>To be called when every word was taken.</summary>
    public void End()
    {
        if (_words.TryDequeue(out string? word))
            throw Refusal($"unexpected argument '{word}'");
    }

    private void ReadOption(string word, Queue<string> rest)
    {
        string name = word.TrimStart('-');
        string? value = null;
        if (name.IndexOf('=') is var equals and > 0)
            (name, value) = (name[..equals], name[(equals + 1)..]);
        bool isSwitch = _verb.Switches.Contains(name);
        if (!word.StartsWith("--", StringComparison.Ordinal) || (!isSwitch && !_verb.Options.Contains(name)))
            throw Unknown(word, name);
        if (_switches.Contains(name) || _values.ContainsKey(name))
            throw Refusal($"--{name} is given twice");
        if (isSwitch)
        {
            _switches.Add(value is null ? name : throw Refusal($"--{name} takes no value"));
            return;
        }
        if (value is null && (!rest.TryDequeue(out value) || value.StartsWith("--", StringComparison.Ordinal)))
            throw Refusal($"--{name} needs a value");
        _values[name] = value;
    }

    private UsageException Unknown(string word, string name)
    {
        string shown = word.Split('=')[0];
        string? nearest = NearestWord.Of(name, [.. _verb.Switches, .. _verb.Options]);
        return Refusal($"there is no option {shown} for {_verb.Name}" + (nearest is null ? "" : $"; did you mean --{nearest}?"));
    }

    private UsageException Refusal(string what) => new(what, _verb.Name);
}
