using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;
using Pkv.Engine.Keyspace.Pieces;

namespace Pkv.Engine.Commands.HyperLogLogs;

/// <summary>
/// What a HyperLogLog looks like as a string, byte for byte as in Redis: a header of 16 bytes ("HYLL", the encoding, three zeros, the
/// cached count in 8 bytes, little-endian, whose highest bit says that it is out of date), then 16,384 registers, packed into six bits each
/// (dense) or as runs (sparse, see <see cref="SparseRegisters"/>). Source: redis.io/docs/data-types/probabilistic/hyperloglogs.
/// </summary>
internal static class HyperLogLogFormat
{
    public const int RegisterBits = 14;
    public const int Registers = 1 << RegisterBits;

    /// <summary>Bits of a hash behind the register's number; one more is the largest value of a register.</summary>
    public const int PatternBits = 64 - RegisterBits;

    public const int HeaderBytes = 16;

    /// <summary>Bytes of a dense one: always the same.</summary>
    public const int DenseBytes = HeaderBytes + Registers * 6 / 8;

    /// <summary>The most bytes of a sparse one: no run is shorter than a register, and none takes more than two bytes.</summary>
    public const int SparseMaxBytes = HeaderBytes + 2 * Registers;

    /// <summary>The first byte of the cached count.</summary>
    public const int CountOffset = 8;

    /// <summary>The byte with the bit that says that the count is out of date.</summary>
    public const int StaleOffset = HeaderBytes - 1;

    public const byte StaleBit = 0x80;

    private const int EncodingOffset = 4;

    private static ReadOnlySpan<byte> Magic => "HYLL"u8;

    /// <summary>The most bytes of what becomes of a string by these commands, whatever they add.</summary>
    /// <param name="held">Bytes that it has.</param>
    /// <param name="sparseMaxBytes">The most that it may have while it is sparse.</param>
    public static long LengthMax(long held, long sparseMaxBytes) =>
        Math.Max(DenseBytes, Math.Min(SparseMaxBytes + SparseRegisters.GrowthMax, Math.Max(held, sparseMaxBytes)));

    /// <summary>Whether a string is a HyperLogLog, as far as its header and its length tell.</summary>
    public static bool IsValid(in StoredString value)
    {
        if (value.Length < HeaderBytes)
            return false;
        Span<byte> scratch = stackalloc byte[HeaderBytes];
        ReadOnlySpan<byte> header = value.From(0, scratch);
        if (!header.StartsWith(Magic) || header[EncodingOffset] > (byte)HyperLogLogEncoding.Sparse)
            return false;
        return EncodingOf(header) == HyperLogLogEncoding.Sparse || value.Length == DenseBytes;
    }

    public static HyperLogLogEncoding EncodingOf(in StoredString value) => (HyperLogLogEncoding)value.At(EncodingOffset);

    public static HyperLogLogEncoding EncodingOf(ReadOnlySpan<byte> header) => (HyperLogLogEncoding)header[EncodingOffset];

    public static void SetEncoding(Span<byte> header, HyperLogLogEncoding encoding) => header[EncodingOffset] = (byte)encoding;

    /// <summary>The header of one that has seen nothing: its count, 0, is up to date.</summary>
    public static void WriteHeader(Span<byte> header, HyperLogLogEncoding encoding)
    {
        header[..HeaderBytes].Clear();
        Magic.CopyTo(header);
        SetEncoding(header, encoding);
    }

    /// <summary>The cached count; false: it is out of date.</summary>
    public static bool TryReadCount(ReadOnlySpan<byte> header, out ulong count)
    {
        count = BinaryPrimitives.ReadUInt64LittleEndian(header[CountOffset..]);
        return (header[StaleOffset] & StaleBit) == 0;
    }

    /// <summary>The bytes of the cached count, up to date.</summary>
    public static void WriteCount(Span<byte> bytes, ulong count) => BinaryPrimitives.WriteUInt64LittleEndian(bytes, count);

    /// <summary>The register that an element belongs to, and the value that the element asks for: 1 to <see cref="PatternBits"/> + 1.</summary>
    public static int RegisterOf(ReadOnlySpan<byte> element, out byte value)
    {
        ulong hash = MurmurHash64.Of(element);
        // The bit behind the last one ends the search.
        value = (byte)(BitOperations.TrailingZeroCount(hash >> RegisterBits | 1UL << PatternBits) + 1);
        Debug.Assert(value <= PatternBits + 1, "a pattern ends with the hash");
        return (int)(hash & (Registers - 1));
    }
}
