namespace Pkv.Server.Commands.Table.Queries;

/// <summary>
/// Glob patterns over bytes with the rules of Redis's KEYS: * any bytes, ? one byte, [abc] [a-z] [^a] one of a class,
/// \x the byte x itself. A class that is not closed ends with the pattern. Does not allocate; takes at most
/// pattern × text steps, because only the last * is ever tried again. As in Redis no * matches the empty text; commands
/// that take * alone for everything do not ask here.
/// </summary>
public static class GlobPattern
{
    /// <summary>Whether the whole text matches.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="text">The bytes to match.</param>
    /// <param name="ignoreCase">Whether ASCII letters match in any case.</param>
    public static bool IsMatch(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text, bool ignoreCase = false)
    {
        if (text.IsEmpty)
            return pattern.IsEmpty;
        int at = 0, afterStar = -1, starText = 0;
        for (int i = 0; i < text.Length;)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                afterStar = ++at;
                starText = i;
            }
            else if (at < pattern.Length && MatchOne(pattern, ref at, text[i], ignoreCase))
            {
                i++;
            }
            else if (afterStar >= 0)
            {
                at = afterStar;
                i = ++starText; // let the last * take one byte more
            }
            else
            {
                return false;
            }
        }

        return pattern[at..].IndexOfAnyExcept((byte)'*') < 0;
    }

    // Matches one byte with the element at a place of the pattern and moves behind that element.
    private static bool MatchOne(ReadOnlySpan<byte> pattern, ref int at, byte value, bool ignoreCase)
    {
        byte element = pattern[at++];
        if (element == '?')
            return true;
        if (element == '[')
            return MatchClass(pattern, ref at, value, ignoreCase);
        if (element == '\\' && at < pattern.Length)
            element = pattern[at++];
        return Fold(element, ignoreCase) == Fold(value, ignoreCase);
    }

    private static bool MatchClass(ReadOnlySpan<byte> pattern, ref int at, byte value, bool ignoreCase)
    {
        bool isNegated = at < pattern.Length && pattern[at] == '^';
        if (isNegated)
            at++;

        bool isFound = false;
        byte wanted = Fold(value, ignoreCase);
        for (; at < pattern.Length && pattern[at] != ']'; at++)
        {
            if (pattern[at] == '\\' && at + 1 < pattern.Length)
            {
                isFound |= pattern[++at] == value; // as in Redis: an escaped byte minds case even here
            }
            else if (at + 2 < pattern.Length && pattern[at + 1] == '-')
            {
                byte low = Math.Min(pattern[at], pattern[at + 2]), high = Math.Max(pattern[at], pattern[at + 2]);
                isFound |= wanted >= Fold(low, ignoreCase) && wanted <= Fold(high, ignoreCase);
                at += 2;
            }
            else
            {
                isFound |= Fold(pattern[at], ignoreCase) == wanted;
            }
        }

        if (at < pattern.Length)
            at++; // the ]
        return isFound != isNegated;
    }

    private static byte Fold(byte value, bool ignoreCase) =>
        ignoreCase && value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;
}
