namespace Pkv.Resp;

/// <summary>
/// Glob patterns over bytes with the answers of Redis 7.0's stringmatchlen (util.c): * any bytes, ? one byte, [abc] [a-z] [^a]
/// one of a class, \x the byte x itself. A class that is not closed ends with the pattern. As in Redis no * matches the empty
/// text; commands that take * alone for everything do not ask here. Any thread. Nothing is allocated and nothing recurses:
/// only the last * is ever tried again, so it takes at most pattern × (text + 1) steps, where trying each * again would take
/// exponentially many.
/// </summary>
public static class GlobPattern
{
    /// <summary>Whether the whole text matches.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="text">The bytes to match.</param>
    /// <param name="ignoreCase">Whether ASCII letters match in any case.</param>
    public static bool IsMatch(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text, bool ignoreCase = false) =>
        IsMatch(pattern, text, ignoreCase, out _);

    /// <summary>The same; <paramref name="steps"/> counts the pattern's bytes each time that they are read.</summary>
    internal static bool IsMatch(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text, bool ignoreCase, out long steps)
    {
        steps = 0;
        if (text.IsEmpty)
            return pattern.IsEmpty;
        int at = 0, afterStar = -1, starText = 0;
        for (int i = 0; i < text.Length;)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                afterStar = ++at;
                starText = i;
                if (at == pattern.Length)
                    break; // takes all the rest
            }
            else if (at < pattern.Length && MatchOne(pattern, ref at, text[i], ignoreCase))
            {
                i++;
            }
            else if (afterStar >= 0)
            {
                steps += at - afterStar;
                at = afterStar;
                i = ++starText; // let the last * take one byte more
            }
            else
            {
                steps += at;
                return false;
            }
        }
        steps += at;
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
                isFound |= IsInRange(pattern[at], pattern[at + 2], wanted, ignoreCase);
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

    // Redis compares C's chars, which on x86-64 are signed: bytes from 0x80 on come before all others.
    private static bool IsInRange(byte first, byte last, byte wanted, bool ignoreCase)
    {
        sbyte low = (sbyte)first, high = (sbyte)last, value = (sbyte)wanted;
        if (low > high)
            (low, high) = (high, low);
        return value >= (sbyte)Fold((byte)low, ignoreCase) && value <= (sbyte)Fold((byte)high, ignoreCase);
    }

    private static byte Fold(byte value, bool ignoreCase) =>
        ignoreCase && value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;
}
