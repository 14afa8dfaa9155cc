using System.Buffers.Text;
using System.Text;

namespace Pkv.Engine.Table;

/// <summary>One key of a call.</summary>
/// <param name="Position">Its argument; 0 is the command's name.</param>
/// <param name="Flags">What the command does with it.</param>
public readonly record struct KeyReference(int Position, KeySpecFlags Flags);

/// <summary>
/// Finds all keys of a call by the command's key specs, with their flags, wherever they stand. Dispatch needs this only
/// for commands of movable keys; for all others <see cref="KeyPositions"/> tells the same without looking at arguments.
/// </summary>
public static class KeyExtraction
{
    /// <summary>
    /// Appends the keys of a call, the command's name being argument 0. False, and the list as it was, if the arguments
    /// do not follow a key spec: a keyword is missing, a count is no count, or the spec cannot tell its keys.
    /// </summary>
    public static bool TryFind(CommandSpec spec, ReadOnlySpan<byte[]> arguments, List<KeyReference> keys)
    {
        int countBefore = keys.Count;
        foreach (KeySpec keySpec in spec.KeySpecs)
        {
            if ((keySpec.Flags & KeySpecFlags.NotKey) != 0)
                continue;
            if (keySpec.SortOption is { } option)
                AddSortKey(option, keySpec.Flags, arguments, keys);
            else if (!TryFindOne(keySpec, arguments, keys))
            {
                keys.RemoveRange(countBefore, keys.Count - countBefore);
                return false;
            }
        }

        return keys.Count > countBefore;
    }

    private static bool TryFindOne(KeySpec spec, ReadOnlySpan<byte[]> arguments, List<KeyReference> keys)
    {
        int first = spec.Search switch
        {
            KeySearch.Index => spec.BeginIndex,
            KeySearch.Keyword => FindKeyword(spec, arguments) + 1,
            _ => 0,
        };
        if (first == 0 && spec.IsOptional)
            return true;
        if (first <= 0 || !TryResolve(spec, arguments, ref first, out int last))
            return false;

        KeySpecFlags flags = ResolveFlags(spec, first, arguments);
        for (int position = first; position <= Math.Min(last, arguments.Length - 1); position += spec.KeyStep)
            keys.Add(new KeyReference(position, flags));
        return (spec.Flags & KeySpecFlags.Incomplete) == 0;
    }

    // As SORT reads its options, but that wrong ones are passed over.
    private static void AddSortKey(string option, KeySpecFlags flags, ReadOnlySpan<byte[]> arguments, List<KeyReference> keys)
    {
        int found = 0;
        for (int i = 2; i < arguments.Length && option.Length > 0; i++)
        {
            if (Ascii.EqualsIgnoreCase(arguments[i], "LIMIT"))
                i += 2;
            else if (Ascii.EqualsIgnoreCase(arguments[i], "BY") || Ascii.EqualsIgnoreCase(arguments[i], "GET"))
                i++;
            else if (Ascii.EqualsIgnoreCase(arguments[i], option) && i + 1 < arguments.Length)
                found = i + 1;
        }

        if (found != 0)
            keys.Add(new KeyReference(found, flags));
    }

    // The keyword's argument, or -1.
    private static int FindKeyword(KeySpec spec, ReadOnlySpan<byte[]> arguments)
    {
        bool isForward = spec.StartFrom > 0;
        int start = isForward ? spec.StartFrom : arguments.Length + spec.StartFrom;
        for (int i = start; i > 0 && i < arguments.Length; i += isForward ? 1 : -1)
        {
            if (Ascii.EqualsIgnoreCase(arguments[i], spec.Keyword))
                return i;
        }

        return -1;
    }

    // From the begin of the search to the first key and the last argument that may be one.
    private static bool TryResolve(KeySpec spec, ReadOnlySpan<byte[]> arguments, ref int first, out int last)
    {
        int argc = arguments.Length;
        last = -1;
        switch (spec.Finding)
        {
            case KeyFinding.Range when spec.LastKey >= 0:
                last = first + spec.LastKey;
                return true;

            case KeyFinding.Range:
                last = spec.Limit <= 1 ? argc + spec.LastKey : first + ((argc - first) / spec.Limit) + spec.LastKey;
                return true;

            case KeyFinding.KeyNum:
                int countAt = first + spec.KeyNumIndex;
                if (countAt >= argc || !TryReadCount(arguments[countAt], out int count))
                    return false;
                first += spec.FirstKey;
                long end = first + (((long)count - 1) * spec.KeyStep);
                last = (int)Math.Min(end, argc);
                return end < argc;

            default:
                return false;
        }
    }

    private static bool TryReadCount(byte[] text, out int count) =>
        Utf8Parser.TryParse(text, out count, out int read) && read == text.Length && count >= 0;

    private static KeySpecFlags ResolveFlags(KeySpec spec, int key, ReadOnlySpan<byte[]> arguments)
    {
        if (spec.DecidingTokens.Count == 0)
            return spec.Flags & ~KeySpecFlags.VariableFlags;
        for (int i = key + spec.OptionsFrom; i < arguments.Length; i++)
        {
            foreach (string token in spec.DecidingTokens)
            {
                if (Ascii.EqualsIgnoreCase(arguments[i], token))
                    return spec.Flags & ~KeySpecFlags.VariableFlags;
            }
        }

        return spec.FlagsWithoutToken;
    }
}
