using System.Globalization;

namespace Pkv.Ycsb.Core;

/// <summary>
/// The properties of a run: those of the workload files, and over them those of the command line. Names are as in YCSB;
/// a name that nobody asks for is ignored, as there.
/// </summary>
internal sealed class PropertySet
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public bool Has(string name) => _values.ContainsKey(name);

    public void Set(string name, string value) => _values[name] = value;

    /// <summary>A property's text, or what is to be taken when it was not given.</summary>
    public string Text(string name, string fallback) => _values.GetValueOrDefault(name, fallback);

    /// <summary>A property's text, or null.</summary>
    public string? Find(string name) => _values.GetValueOrDefault(name);

    /// <summary>A whole number within bounds.</summary>
    /// <exception cref="ArgumentException">It is none, or outside.</exception>
    public long Number(string name, long fallback, long least = 0, long most = long.MaxValue)
    {
        if (!_values.TryGetValue(name, out string? text)) return fallback;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
            throw new ArgumentException($"{name}={text} is not a whole number");
        return number >= least && number <= most ? number : throw new ArgumentException($"{name}={text} is not from {least} to {most}");
    }

    /// <summary>The same where an int is wanted.</summary>
    public int Count(string name, int fallback, int least = 0, int most = int.MaxValue) => (int)Number(name, fallback, least, most);

    /// <summary>A number within bounds.</summary>
    /// <exception cref="ArgumentException">It is none, or outside.</exception>
    public double Share(string name, double fallback, double most = 1)
    {
        if (!_values.TryGetValue(name, out string? text)) return fallback;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= 0 && number <= most
            ? number
            : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{name}={text} is not a number from 0 to {most}"));
    }

    /// <summary>As in Java: "true" in any case is true, all else is false.</summary>
    public bool Flag(string name, bool fallback) =>
        _values.TryGetValue(name, out string? text) ? text.Equals("true", StringComparison.OrdinalIgnoreCase) : fallback;

    /// <summary>Adds a workload file's properties; those that are there already are replaced.</summary>
    public void AddFile(string path)
    {
        foreach ((string name, string value) in PropertyFile.Parse(File.ReadAllText(path))) Set(name, value);
    }
}
