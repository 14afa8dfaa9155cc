using System.Buffers.Text;
using Pkv.Ycsb.Generators;

namespace Pkv.Ycsb.Core;

/// <summary>Names of records: "user" and the record's number, or that number's hash, padded with zeros.</summary>
internal static class KeyName
{
    /// <summary>Room for the longest name: "user", a sign, 100 digits.</summary>
    public const int BytesMost = 4 + 1 + 100;

    /// <summary>Writes a record's name and answers its length.</summary>
    public static int Write(Span<byte> target, long record, int zeroPadding, bool isOrdered)
    {
        long number = isOrdered ? record : Fnv.Hash64(record);
        "user"u8.CopyTo(target);
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(number, digits, out int count);
        int zeros = Math.Max(0, zeroPadding - count);
        target.Slice(4, zeros).Fill((byte)'0');
        digits[..count].CopyTo(target[(4 + zeros)..]);
        return 4 + zeros + count;
    }

    /// <summary>
    /// The score under which YCSB's Redis binding enters a record into its index: Java's String.hashCode of its name. It
    /// only has to scatter; scans begin where a drawn record has been entered.
    /// </summary>
    public static int IndexScore(ReadOnlySpan<byte> name) => JavaHash.Append(0, name);
}
