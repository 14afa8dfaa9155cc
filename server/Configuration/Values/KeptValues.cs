using System.Collections.Immutable;
using System.Globalization;

namespace Pkv.Server.Configuration;

/// <summary>
/// Values of Redis's directives that nothing here reads, kept so that CONFIG GET, SET and REWRITE treat them like others.
/// By option name; absent ones have their default. Immutable.
/// </summary>
public sealed class KeptValues
{
    private readonly ImmutableDictionary<string, string> values;

    private KeptValues(ImmutableDictionary<string, string> values) => this.values = values;

    /// <summary>Every option at its default.</summary>
    public static KeptValues None { get; } = new(ImmutableDictionary.Create<string, string>(StringComparer.Ordinal));

    internal string Text(string name, string unset) => values.GetValueOrDefault(name, unset);

    internal long Number(string name, long unset)
        => values.TryGetValue(name, out string? text) ? long.Parse(text, CultureInfo.InvariantCulture) : unset;

    internal KeptValues With(string name, string value) => new(values.SetItem(name, value));

    internal KeptValues With(string name, long value) => With(name, value.ToString(CultureInfo.InvariantCulture));
}
