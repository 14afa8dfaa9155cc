namespace Pkv.Bench.Report;

/// <summary>
/// A part of a Markdown file between two HTML comments, replaced as a whole by whichever command owns it, so that
/// commands do not overwrite each other's results.
/// </summary>
internal static class MarkedSection
{
    /// <summary>Replaces the section in a document's text, or appends it when the document has none of that name.</summary>
    public static string Replace(string document, string name, string body)
    {
        string begin = $"<!-- begin:{name} -->";
        string end = $"<!-- end:{name} -->";
        string section = $"{begin}\n{body.Trim('\n')}\n{end}";
        int from = document.IndexOf(begin, StringComparison.Ordinal);
        int to = from < 0 ? -1 : document.IndexOf(end, from, StringComparison.Ordinal);
        if (to >= 0) return document[..from] + section + document[(to + end.Length)..];
        return document.TrimEnd('\n') + "\n\n" + section + "\n";
    }

    /// <summary>Replaces the section in a file; begins the file with <paramref name="opening"/> when there is none.</summary>
    public static void Write(string path, string opening, string name, string body)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string document = File.Exists(path) ? File.ReadAllText(path) : opening;
        File.WriteAllText(path, Replace(document, name, body));
    }
}
