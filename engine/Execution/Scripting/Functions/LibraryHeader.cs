using System.Text;

namespace Pkv.Engine.Execution.Scripting.Functions;

/// <summary>The first line of a library: "#!lua name=mylib". Error texts of Redis 7.0.</summary>
internal static class LibraryHeader
{
    /// <summary>Reads it. Returns what is wrong with it, or null.</summary>
    public static string? Read(ReadOnlySpan<byte> code, out string name, out int length)
    {
        (name, length) = ("", 0);
        if (!code.StartsWith("#!"u8))
            return "Missing library metadata";
        length = code.IndexOf((byte)'\n');
        if (length < 0)
            return "Invalid library metadata";
        string line = Encoding.Latin1.GetString(code[2..length]);
        int end = line.IndexOf(' ', StringComparison.Ordinal);
        string engine = end < 0 ? line.TrimEnd('\r') : line[..end];
        string[] parts = line[engine.Length..].Split((char[])[' ', '\r'], StringSplitOptions.RemoveEmptyEntries);
        string? given = null;
        foreach (string part in parts)
        {
            if (!part.StartsWith("name=", StringComparison.Ordinal))
                return $"Invalid metadata value given: {part}";
            if (given is not null)
                return "Invalid metadata value, name argument was given multiple times";
            given = part["name=".Length..] is ['"', .. var quoted, '"'] ? quoted : part["name=".Length..];
        }
        if (given is null)
            return "Library name was not given";
        name = given;
        return !IsName(name) ? "Library names can only contain letters, numbers, or underscores(_) and must be at least one character long"
            : !engine.Equals("lua", StringComparison.OrdinalIgnoreCase) ? $"Engine '{engine}' not found"
            : null;
    }

    /// <summary>Whether a library, or a function, may be called so.</summary>
    public static bool IsName(string name) => name.Length > 0 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
