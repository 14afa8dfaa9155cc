using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Pkv.Engine.Rdb;

/// <summary>
/// The primitives of RDB: bytes, lengths, strings in their three forms. A string is valid until the next call. Every length
/// is checked against what the source still has before memory is allocated for it.
/// </summary>
public sealed unsafe class RdbInput(IRdbSource source) : IDisposable
{
    private const int MinTextBytes = 64;

    private byte* _text = (byte*)NativeMemory.Alloc(MinTextBytes);
    private long _textBytes = MinTextBytes;

    /// <inheritdoc cref="IRdbSource.Malformed"/>
    public Exception Malformed(string what) => source.Malformed(what);

    /// <summary>The next bytes.</summary>
    public ReadOnlySpan<byte> Take(long bytes) => source.Take(bytes);

    public byte TakeByte() => Take(1)[0];

    public long TakeInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public uint TakeUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>A length, or (<paramref name="isEncoding"/>) the number of a string's special form.</summary>
    public ulong TakeLength(out bool isEncoding)
    {
        byte first = TakeByte();
        isEncoding = first >> 6 == 3;
        return (first >> 6) switch
        {
            0 or 3 => (ulong)(first & 63),
            1 => (ulong)(first & 63) << 8 | TakeByte(),
            _ when first == 0x80 => BinaryPrimitives.ReadUInt32BigEndian(Take(4)),
            _ when first == 0x81 => BinaryPrimitives.ReadUInt64BigEndian(Take(8)),
            _ => throw Malformed($"a length that begins with 0x{first:x2}"),
        };
    }

    public ulong TakeLength() => TakeLength(out bool isEncoding) is var length && !isEncoding ? length : throw Malformed("a number where a length belongs");

    /// <summary>A count of items that take at least a byte each.</summary>
    public long TakeCount() => TakeLength() is var count && count <= (ulong)source.Remaining ? (long)count : throw Malformed($"{count} items in what is left of the file");

    /// <summary>A string: as it is, a number's decimal text, or compressed.</summary>
    public ReadOnlySpan<byte> TakeString()
    {
        ulong length = TakeLength(out bool isEncoding);
        if (!isEncoding)
            return Take(length <= long.MaxValue ? (long)length : throw Malformed("a string's length"));
        return length switch
        {
            0 => Text((sbyte)TakeByte()),
            1 => Text(BinaryPrimitives.ReadInt16LittleEndian(Take(2))),
            2 => Text(BinaryPrimitives.ReadInt32LittleEndian(Take(4))),
            3 => Decompress(),
            _ => throw Malformed($"a string of the unknown form {length}"),
        };
    }

    /// <summary>The score of an old sorted set: a text, or a code for what has none.</summary>
    public double TakeTextDouble()
    {
        byte length = TakeByte();
        if (length >= 253)
            return length switch { 253 => double.NaN, 254 => double.PositiveInfinity, _ => double.NegativeInfinity };
        return System.Buffers.Text.Utf8Parser.TryParse(Take(length), out double value, out int used) && used == length ? value : throw Malformed("a score that is not a number");
    }

    public double TakeDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    public void Dispose()
    {
        NativeMemory.Free(_text);
        _text = null;
    }

    private ReadOnlySpan<byte> Text(long number)
    {
        Span<byte> text = new(_text, MinTextBytes);
        System.Buffers.Text.Utf8Formatter.TryFormat(number, text, out int length);
        return text[..length];
    }

    private ReadOnlySpan<byte> Decompress()
    {
        ulong compressed = TakeLength(), length = TakeLength();
        if (compressed > (ulong)source.Remaining || length > int.MaxValue || length > compressed * Lzf.MaxGrowth)
            throw Malformed($"a string that grows from {compressed} to {length} bytes");
        if ((long)length > _textBytes)
        {
            NativeMemory.Free(_text);
            _textBytes = (long)length;
            _text = (byte*)NativeMemory.Alloc((nuint)_textBytes);
        }
        Span<byte> text = new(_text, (int)length);
        return Lzf.TryDecompress(Take((long)compressed), text) ? text : throw Malformed("a compressed string");
    }
}
