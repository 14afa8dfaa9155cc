using System.Globalization;

namespace Pkv.Bench.Servers;

/// <summary>How a program is run under libzio, and what the library says of it at its end.</summary>
internal static class ZioPreload
{
    private const string LinePrefix = "zio: ";

    /// <summary>The library that zio/build.sh leaves, whether it is there or not; null outside the repository.</summary>
    public static string? DefaultPath => RepositoryFolder.Find() is { } root ? Path.Combine(root, "zio", "out", "libzio.so") : null;

    /// <summary>The environment that makes a child run under the library.</summary>
    /// <param name="libraryPath">libzio.</param>
    /// <param name="mode">ZIO_MODE: on, or count.</param>
    /// <param name="tells">It tells its counters at the end: see <see cref="Counters"/>.</param>
    public static Dictionary<string, string> Variables(string libraryPath, string mode, bool tells)
    {
        Dictionary<string, string> variables = new() { ["LD_PRELOAD"] = libraryPath, ["ZIO_MODE"] = mode };
        if (tells) variables["ZIO_STATS"] = "1";
        return variables;
    }

    /// <summary>The counters among a program's lines ("zio: NAME VALUE"); of a name that comes again the last one.</summary>
    public static IReadOnlyDictionary<string, long> Counters(string output)
    {
        Dictionary<string, long> counters = [];
        foreach (string line in output.Split('\n').Where(l => l.StartsWith(LinePrefix, StringComparison.Ordinal)))
        {
            string[] words = line[LinePrefix.Length..].Trim().Split(' ');
            if (words.Length == 2 && long.TryParse(words[1], CultureInfo.InvariantCulture, out long value)) counters[words[0]] = value;
        }
        return counters;
    }
}
