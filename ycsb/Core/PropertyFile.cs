using System.Text;

namespace Pkv.Ycsb.Core;

/// <summary>
/// Java's format of property files, in which YCSB's workloads are written: "name=value", "name: value" or "name value";
/// comments begin with # or !; a line that ends with an odd number of backslashes continues in the next.
/// </summary>
internal static class PropertyFile
{
    /// <summary>All properties in their order.</summary>
    public static IEnumerable<(string Name, string Value)> Parse(string text)
    {
        StringBuilder logical = new();
        bool goesOn = false;
        foreach (string raw in text.Split('\n'))
        {
            string line = raw.TrimEnd('\r').TrimStart(' ', '\t', '\f');
            if (!goesOn && (line.Length == 0 || line[0] is '#' or '!')) continue;
            int backslashes = line.Length - line.TrimEnd('\\').Length;
            goesOn = backslashes % 2 == 1;
            logical.Append(goesOn ? line[..^1] : line);
            if (goesOn) continue;
            yield return Split(logical.ToString());
            logical.Clear();
        }
        if (logical.Length > 0) yield return Split(logical.ToString());
    }

    private static (string Name, string Value) Split(string line)
    {
        int end = 0;
        while (end < line.Length && line[end] is not ('=' or ':' or ' ' or '\t' or '\f')) end += line[end] == '\\' ? 2 : 1;
        end = Math.Min(end, line.Length);
        int value = end;
        while (value < line.Length && line[value] is ' ' or '\t' or '\f') value++;
        if (value < line.Length && line[value] is '=' or ':')
        {
            value++;
            while (value < line.Length && line[value] is ' ' or '\t' or '\f') value++;
        }
        // Trailing blanks count in Java's format, and are never meant in a workload.
        return (Unescape(line[..end]), Unescape(line[value..].TrimEnd()));
    }

    private static string Unescape(string text)
    {
        if (!text.Contains('\\')) return text;
        StringBuilder plain = new();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || ++i == text.Length) plain.Append(text[Math.Min(i, text.Length - 1)]);
            else plain.Append(text[i] switch { 't' => '\t', 'n' => '\n', 'r' => '\r', 'f' => '\f', char other => other });
        }
        return plain.ToString();
    }
}
