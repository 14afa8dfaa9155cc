using System.Text;

namespace Pkv.Engine.Execution.Scripting;

/// <summary>The words and signs of a Lua chunk that compiles, without its comments: enough to look for what it cannot do.</summary>
internal static class ScriptTokens
{
    /// <summary>Splits a chunk. A string's token begins with a quote, whatever it was written in; its escapes are left as they are.</summary>
    public static List<string> Of(ReadOnlySpan<byte> source)
    {
        string text = Encoding.Latin1.GetString(source);
        List<string> tokens = [];
        for (int at = 0; at < text.Length;)
        {
            int start = at;
            char c = text[at];
            if (char.IsWhiteSpace(c))
                at++;
            else if (text.AsSpan(at).StartsWith("--"))
                at = SkipComment(text, at + 2);
            else if (c is '"' or '\'')
            {
                at = SkipQuoted(text, at);
                tokens.Add("\"" + text[(start + 1)..Math.Max(start + 1, at - 1)]);
            }
            else if (c == '[' && LongLevel(text, at) is var level and >= 0)
            {
                at = SkipLong(text, at, level);
                tokens.Add("\"" + text[Math.Min(start + level + 2, at)..Math.Max(start + level + 2, at - level - 2)]);
            }
            else
            {
                at = IsWord(c) ? SkipWord(text, at) : at + 1;
                if (c is '=' or '~' or '<' or '>' && at < text.Length && text[at] == '=')
                    at++;
                tokens.Add(text[start..at]);
            }
        }
        return tokens;
    }

    public static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static int SkipWord(string text, int at)
    {
        while (at < text.Length && IsWord(text[at]))
            at++;
        return at;
    }

    private static int SkipQuoted(string text, int at)
    {
        char quote = text[at++];
        while (at < text.Length && text[at] != quote)
            at += text[at] == '\\' ? 2 : 1;
        return Math.Min(at + 1, text.Length);
    }

    private static int SkipComment(string text, int at)
    {
        if (at < text.Length && LongLevel(text, at) is var level and >= 0)
            return SkipLong(text, at, level);
        int end = text.IndexOf('\n', at);
        return end < 0 ? text.Length : end;
    }

    // How many "=" stand in a long bracket that opens here; -1: none opens.
    private static int LongLevel(string text, int at)
    {
        int level = 0;
        while (at + 1 + level < text.Length && text[at + 1 + level] == '=')
            level++;
        return text[at] == '[' && at + 1 + level < text.Length && text[at + 1 + level] == '[' ? level : -1;
    }

    private static int SkipLong(string text, int at, int level)
    {
        string close = $"]{new string('=', level)}]";
        int end = text.IndexOf(close, at + level + 2, StringComparison.Ordinal);
        return end < 0 ? text.Length : end + close.Length;
    }
}
