namespace Pkv.Engine.Rdb;

/// <summary>
/// LZF, the compression of long strings in RDB files: literals of 1 to 32 bytes, and references of 3 to 264 bytes into the
/// last 8 KiB of what was output.
/// </summary>
public static class Lzf
{
    /// <summary>A reference of three bytes puts out at most so many: what claims to hold more is malformed.</summary>
    public const int MaxGrowth = 264;

    /// <summary>Decompresses into exactly <paramref name="target"/>. False: the input is malformed, or of another length.</summary>
    public static bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> target)
    {
        int from = 0, to = 0;
        while (from < source.Length)
        {
            int control = source[from++];
            if (control < 32)
            {
                int literal = control + 1;
                if (from + literal > source.Length || to + literal > target.Length)
                    return false;
                source.Slice(from, literal).CopyTo(target[to..]);
                from += literal;
                to += literal;
                continue;
            }
            int length = control >> 5;
            if (from + (length == 7 ? 2 : 1) > source.Length)
                return false;
            if (length == 7)
                length += source[from++];
            length += 2;
            int reference = to - ((control & 31) << 8 | source[from++]) - 1;
            if (reference < 0 || to + length > target.Length)
                return false;
            // Byte by byte: a reference may reach into what it puts out itself.
            for (int end = to + length; to < end; to++)
                target[to] = target[reference++];
        }
        return to == target.Length;
    }
}
