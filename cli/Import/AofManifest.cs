namespace Pkv.Cli.Import;

/// <summary>
/// The list of files that Redis 7 keeps an append-only log in: a base (b), and increments (i) in their order; history (h)
/// is no longer part of it. One line for each file: <c>file NAME seq N type T</c>; names with special characters are quoted.
/// </summary>
internal static class AofManifest
{
    public const string Extension = ".manifest";

    /// <summary>The files that make up the log, in order: of a folder (with one manifest), or of a manifest.</summary>
    /// <exception cref="CliException">There is no manifest, or it is malformed, or a file is missing.</exception>
    public static IReadOnlyList<string> FilesOf(string path)
    {
        string manifest = path;
        if (Directory.Exists(path))
        {
            string[] found = Directory.GetFiles(path, "*" + Extension);
            manifest = found.Length == 1 ? found[0] : throw new CliException($"{path} holds {found.Length} manifests (*{Extension}), not one");
        }
        List<string> bases = [], increments = [];
        foreach (string line in File.ReadLines(manifest))
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            string[] words = Words(line);
            Dictionary<string, string> fields = [];
            foreach (string[] pair in words.Chunk(2).Where(pair => pair.Length == 2))
                fields[pair[0].ToLowerInvariant()] = pair[1];
            if (words.Length % 2 != 0 || !fields.TryGetValue("file", out string? name) || !fields.TryGetValue("type", out string? type)
                || !fields.ContainsKey("seq") || name.Contains('/') || type is not ("b" or "i" or "h"))
                throw new CliException($"{manifest} is malformed: {line}");
            if (type != "h")
                (type == "b" ? bases : increments).Add(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(manifest))!, name));
        }
        if (bases.Count > 1 || bases.Count + increments.Count == 0)
            throw new CliException($"{manifest} names {bases.Count} base files and {increments.Count} increments");
        List<string> files = [.. bases, .. increments];
        return files.Find(f => !File.Exists(f)) is { } missing ? throw new CliException($"{manifest} names {missing}, which does not exist") : files;
    }

    private static string[] Words(string line)
    {
        List<string> words = [];
        for (int at = 0; at < line.Length;)
        {
            if (line[at] == ' ')
            {
                at++;
                continue;
            }
            bool quoted = line[at] == '"';
            System.Text.StringBuilder word = new();
            for (at += quoted ? 1 : 0; at < line.Length && line[at] != (quoted ? '"' : ' '); at++)
                word.Append(quoted && line[at] == '\\' && at + 1 < line.Length ? line[++at] : line[at]);
            at++;
            words.Add(word.ToString());
        }
        return [.. words];
    }
}
