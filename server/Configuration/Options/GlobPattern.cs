namespace Pkv.Server.Configuration;

/// <summary>Redis's glob patterns (<c>stringmatchlen</c>) over option names, without regard to case.</summary>
internal static class GlobPattern
{
    /// <summary>Whether the text needs matching at all; names are short, so recursion for <c>*</c> is harmless.</summary>
    internal static bool IsPattern(string text) => text.AsSpan().ContainsAny("[*?");

    internal static bool IsMatch(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        while (!pattern.IsEmpty)
        {
            switch (pattern[0])
            {
                case '*':
                    return MatchStar(pattern.TrimStart('*'), text);
                case '?' when !text.IsEmpty:
                    break;
                case '[' when !text.IsEmpty:
                    if (!MatchClass(ref pattern, text[0]))
                        return false;
                    break;
                default:
                    if (pattern[0] == '\\' && pattern.Length > 1)
                        pattern = pattern[1..];
                    if (text.IsEmpty || !Same(pattern[0], text[0]))
                        return false;
                    break;
            }

            pattern = pattern[1..];
            text = text[1..];
        }

        return text.IsEmpty;
    }

    private static bool MatchStar(ReadOnlySpan<char> rest, ReadOnlySpan<char> text)
    {
        if (rest.IsEmpty)
            return true;
        for (int i = 0; i <= text.Length; i++)
        {
            if (IsMatch(rest, text[i..]))
                return true;
        }

        return false;
    }

    /// <summary>Matches a class; leaves the pattern at the class's last character.</summary>
    private static bool MatchClass(ref ReadOnlySpan<char> pattern, char c)
    {
        int at = 1;
        bool negated = at < pattern.Length && pattern[at] == '^';
        if (negated)
            at++;
        bool found = false;
        for (; at < pattern.Length && pattern[at] != ']'; at++)
        {
            if (pattern[at] == '\\' && at + 1 < pattern.Length)
            {
                found |= Same(pattern[++at], c);
            }
            else if (at + 2 < pattern.Length && pattern[at + 1] == '-')
            {
                char low = char.ToLowerInvariant(pattern[at]), high = char.ToLowerInvariant(pattern[at + 2]);
                char lower = char.ToLowerInvariant(c);
                found |= lower >= Math.Min(low, high) && lower <= Math.Max(low, high);
                at += 2;
            }
            else
            {
                found |= Same(pattern[at], c);
            }
        }

        pattern = pattern[Math.Min(at, pattern.Length - 1)..];
        return found != negated;
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
