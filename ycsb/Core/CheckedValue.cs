using System.Buffers.Text;

namespace Pkv.Ycsb.Core;

/// <summary>
/// The value that a field must have when data are checked: it begins "key:field" and continues with ":" and the Java hash of
/// all that stands before, as often as needed, cut to length.
/// </summary>
internal static class CheckedValue
{
    /// <summary>Fills <paramref name="target"/> with the value.</summary>
    public static void Write(Span<byte> target, ReadOnlySpan<byte> key, ReadOnlySpan<byte> field)
    {
        Span<byte> number = stackalloc byte[11];
        int length = 0, hash = 0;
        Append(target, key, ref length, ref hash);
        Append(target, ":"u8, ref length, ref hash);
        Append(target, field, ref length, ref hash);
        while (length < target.Length)
        {
            Append(target, ":"u8, ref length, ref hash);
            Utf8Formatter.TryFormat(hash, number, out int digits);
            Append(target, number[..digits], ref length, ref hash);
        }
    }

    private static void Append(Span<byte> target, ReadOnlySpan<byte> part, ref int length, ref int hash)
    {
        hash = JavaHash.Append(hash, part);
        ReadOnlySpan<byte> fitting = part[..Math.Min(part.Length, target.Length - length)];
        fitting.CopyTo(target[length..]);
        length += fitting.Length;
    }
}
