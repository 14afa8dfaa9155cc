using System.Text;

namespace Pkv.Server.Configuration;

/// <summary>
/// Reads <c>redis.conf</c>'s format into directives: one a line, comments from <c>#</c> at a line's start,
/// words by <see cref="ConfigWords"/>, <c>include</c> with a wildcard in its last part (relative to the
/// working directory, as in Redis; read at the place where it stands).
/// </summary>
internal static class RedisConfReader
{
    /// <summary>Deeper nesting is treated as a file that includes itself.</summary>
    internal const int IncludeDepthMax = 16;

    internal static List<ConfigDirective> ReadFile(string path)
    {
        var directives = new List<ConfigDirective>();
        ReadFile(path, "", 0, directives);
        return directives;
    }

    internal static List<ConfigDirective> ReadText(string text, string source)
    {
        var directives = new List<ConfigDirective>();
        ReadLines(text.Split('\n'), source, 0, directives);
        return directives;
    }

    private static void ReadFile(string path, string includedFrom, int depth, List<ConfigDirective> directives)
    {
        if (depth > IncludeDepthMax)
            throw new ConfigException($"{includedFrom}: 'include {path}': more than {IncludeDepthMax} levels of include");
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path, Encoding.UTF8);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            string where = includedFrom.Length == 0 ? "" : $"{includedFrom}: 'include {path}': ";
            throw new ConfigException($"{where}can't open config file '{path}': {failure.Message}");
        }

        ReadLines(lines, path, depth, directives);
    }

    private static void ReadLines(string[] lines, string source, int depth, List<ConfigDirective> directives)
    {
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim(' ', '\t', '\r', '\n');
            if (line.Length == 0 || line[0] == '#')
                continue;
            string origin = $"{source}, line {i + 1}";
            string? error = ConfigWords.Split(line, out List<string> words);
            if (line.Contains('\uFFFD'))
                error = ConfigWords.EncodingError;
            ConfigOption? option = words is [] ? null : OptionRows.Find(words[0]);
            string value = "";
            error ??= ConfigDirective.ValueOf(option, words[1..], out value);
            if (error is not null)
                throw new ConfigException($"{origin}: '{ConfigApplier.Show(FirstWord(line), line[FirstWord(line).Length..].Trim())}': {error}");
            if (words[0].Equals("include", StringComparison.OrdinalIgnoreCase))
                Include(words, origin, depth, directives);
            else
                directives.Add(new ConfigDirective(words[0].ToLowerInvariant(), value, origin));
        }
    }

    private static string FirstWord(string line) => line.Split(' ', '\t')[0];

    private static void Include(List<string> words, string origin, int depth, List<ConfigDirective> directives)
    {
        if (words.Count != 2)
            throw new ConfigException($"{origin}: 'include': wrong number of arguments (allowed: one path)");
        string path = words[1];
        if (!NamePattern.IsPattern(path))
        {
            ReadFile(path, origin, depth + 1, directives);
            return;
        }

        string folder = Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".";
        string name = Path.GetFileName(path);
        IEnumerable<string> files = Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : [];
        foreach (string file in files.Where(file => NamePattern.IsMatch(name, Path.GetFileName(file))).Order(StringComparer.Ordinal))
            ReadFile(file, origin, depth + 1, directives);
    }
}
