using System.Globalization;

namespace Pkv.Bench.Servers;

/// <summary>How a program is run under libzio, and what the library says of it at its end.</summary>
internal static class ZioPreload
{
    private const string LinePrefix = "zio: ";

    /// <summary>The library that zio/build.sh leaves, whether it is there or not; null outside the repository.</summary>
    public static string? DefaultPath => RepositoryFolder.Find() is { } root ? Path.Combine(root, "zio", "out", "libzio.so") : null;

    /// <summary>Adds what makes a child run under the library and count.</summary>
    /// <param name="environment">Of the child.</param>
    /// <param name="libraryPath">libzio.</param>
    /// <param name="engine">vault or published.</param>
    public static void Apply(IDictionary<string, string?> environment, string libraryPath, string engine)
    {
        environment["LD_PRELOAD"] = libraryPath;
        environment["ZIO_MODE"] = "on";
        environment["ZIO_ENGINE"] = engine;
        environment["ZIO_STATS"] = "1";
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
