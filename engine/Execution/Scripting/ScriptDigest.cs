using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Pkv.Engine.Execution.Scripting;

/// <summary>The SHA-1 of a script's source: its name for EVALSHA.</summary>
public readonly record struct ScriptDigest(ulong First, ulong Second, uint Third)
{
    private const int Bytes = 20;

    /// <summary>Characters of its hexadecimal text.</summary>
    public const int TextLength = 2 * Bytes;

    [SuppressMessage("Security", "CA5350", Justification = "Redis names scripts so; nothing is secured by it")]
    public static ScriptDigest Of(ReadOnlySpan<byte> source)
    {
        Span<byte> hash = stackalloc byte[Bytes];
        SHA1.HashData(source, hash);
        return OfHash(hash);
    }

    /// <summary>Reads 40 hexadecimal digits in any case. Does not allocate.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ScriptDigest digest)
    {
        digest = default;
        if (text.Length != TextLength)
            return false;
        Span<byte> hash = stackalloc byte[Bytes];
        if (Convert.FromHexString(text, hash, out _, out _) != OperationStatus.Done)
            return false;
        digest = OfHash(hash);
        return true;
    }

    /// <summary>40 hexadecimal digits, lower-case.</summary>
    public override string ToString() => $"{First:x16}{Second:x16}{Third:x8}";

    private static ScriptDigest OfHash(ReadOnlySpan<byte> hash) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash[8..]), BinaryPrimitives.ReadUInt32BigEndian(hash[16..]));
}
