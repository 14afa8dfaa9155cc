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
        return Of(hash, 0);
    }

    /// <summary>Reads 40 hexadecimal digits in any case. Does not allocate.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ScriptDigest digest)
    {
        digest = default;
        if (text.Length != TextLength)
            return false;
        Span<byte> hash = stackalloc byte[Bytes];
        for (int i = 0; i < Bytes; i++)
        {
            int high = HexDigit(text[2 * i]), low = HexDigit(text[2 * i + 1]);
            if ((high | low) < 0)
                return false;
            hash[i] = (byte)(high << 4 | low);
        }
        digest = Of(hash, 0);
        return true;
    }

    /// <summary>40 hexadecimal digits, lower-case.</summary>
    public override string ToString() => $"{First:x16}{Second:x16}{Third:x8}";

    private static ScriptDigest Of(ReadOnlySpan<byte> hash, int at) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(hash[at..]), BinaryPrimitives.ReadUInt64BigEndian(hash[(at + 8)..]), BinaryPrimitives.ReadUInt32BigEndian(hash[(at + 16)..]));

    private static int HexDigit(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
        _ => -1,
    };
}
