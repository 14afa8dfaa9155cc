using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Pkv.Server.Configuration;

/// <summary>
/// Provides a <c>redis.conf</c>-style file's directives as keys: <c>port</c>, and for a directive that
/// stands there several times <c>save:0</c>, <c>save:1</c>, …; remembers where each stood.
/// </summary>
internal sealed class RedisConfProvider(RedisConfSource source) : ConfigurationProvider
{
    private readonly Dictionary<string, string> origins = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>File and line of a key.</summary>
    internal string OriginOf(string key) => origins[key];

    /// <exception cref="ConfigException">The file cannot be read or is not of this format.</exception>
    public override void Load()
    {
        List<ConfigDirective> directives = source.Text is null
            ? RedisConfReader.ReadFile(source.Path)
            : RedisConfReader.ReadText(source.Text, source.Path);
        Data.Clear();
        origins.Clear();
        foreach (IGrouping<string, ConfigDirective> group in directives.GroupBy(static directive => CanonicalName(directive.Name)))
        {
            ConfigDirective[] all = [.. group];
            for (int i = 0; i < all.Length; i++)
            {
                string key = all.Length == 1 ? group.Key : $"{group.Key}:{i.ToString(CultureInfo.InvariantCulture)}";
                Data[key] = all[i].Value;
                origins[key] = all[i].Origin;
            }
        }
    }

    private static string CanonicalName(string name) => OptionRows.Find(name)?.Name ?? name;
}
