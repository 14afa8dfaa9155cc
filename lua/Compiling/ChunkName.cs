namespace Pkv.Lua;

/// <summary>How messages call a chunk: "=name" and "@file" by what follows, others as [string "first line..."], within 60 bytes.</summary>
internal static class ChunkName
{
    private const int Size = 60;

    public static string Display(LuaString source)
    {
        string text = CutAtZero(source.ToString());
        if (text.StartsWith('='))
            return text.Length > Size ? text[1..Size] : text[1..];
        if (text.StartsWith('@'))
        {
            int room = Size - " '...' ".Length - 1;
            return text.Length - 1 > room ? "..." + text[^room..] : text[1..];
        }
        int line = text.AsSpan().IndexOfAny('\n', '\r');
        int available = Size - " [string \"...\"] ".Length - 1;
        int length = Math.Min(line < 0 ? text.Length : line, available);
        return length < text.Length ? $"[string \"{text[..length]}...\"]" : $"[string \"{text}\"]";
    }

    private static string CutAtZero(string text)
    {
        int zero = text.IndexOf('\0', StringComparison.Ordinal);
        return zero < 0 ? text : text[..zero];
    }
}
