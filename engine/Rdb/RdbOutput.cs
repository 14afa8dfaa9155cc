using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Pkv.Resp;

namespace Pkv.Engine.Rdb;

/// <summary>
/// Writes RDB's primitives into memory off the managed heap that grows. Strings are written plain, or as numbers where Redis
/// does so; never compressed.
/// </summary>
public sealed unsafe class RdbOutput : IDisposable
{
    private const int FirstBytes = 4096;

    /// <summary>The longest text that Redis tries to write as a number.</summary>
    private const int NumberTextMax = 11;

    private byte* _data = (byte*)NativeMemory.Alloc(FirstBytes);
    private long _capacity = FirstBytes;

    /// <summary>Bytes written.</summary>
    public long Length { get; private set; }

    /// <summary>All that was written, which must be less than 2 GiB. Valid until more is.</summary>
    public Span<byte> Written => new(_data, checked((int)Length));

    /// <summary>Begins again.</summary>
    public void Clear() => Length = 0;

    /// <summary>Takes back what was written behind this length.</summary>
    public void Truncate(long length) => Length = length;

    public void AppendByte(byte value) => *Reserve(1) = value;

    public void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(new Span<byte>(Reserve(bytes.Length), bytes.Length));

    /// <summary>A length or count: 6, 14, 32 or 64 bits.</summary>
    public void AppendLength(ulong length)
    {
        if (length < 1 << 6)
            AppendByte((byte)length);
        else if (length < 1 << 14)
        {
            AppendByte((byte)(0x40 | length >> 8));
            AppendByte((byte)length);
        }
        else if (length <= uint.MaxValue)
        {
            AppendByte(0x80);
            BinaryPrimitives.WriteUInt32BigEndian(new Span<byte>(Reserve(sizeof(uint)), sizeof(uint)), (uint)length);
        }
        else
        {
            AppendByte(0x81);
            BinaryPrimitives.WriteUInt64BigEndian(new Span<byte>(Reserve(sizeof(ulong)), sizeof(ulong)), length);
        }
    }

    /// <summary>A string.</summary>
    public void AppendString(ReadOnlySpan<byte> text)
    {
        if (text.Length <= NumberTextMax && Integers.TryParse(text, out long number) && number == (int)number)
        {
            AppendNumber((int)number);
            return;
        }
        AppendLength((ulong)text.Length);
        Append(text);
    }

    /// <summary>A number, little-endian, in so many bytes.</summary>
    public void AppendInteger(long value, int bytes)
    {
        byte* p = Reserve(bytes);
        for (int i = 0; i < bytes; i++, value >>= 8)
            p[i] = (byte)value;
    }

    /// <summary>A score.</summary>
    public void AppendDouble(double value) => AppendInteger(BitConverter.DoubleToInt64Bits(value), sizeof(double));

    public void Dispose()
    {
        NativeMemory.Free(_data);
        _data = null;
    }

    // The string's special forms 0, 1, 2: a number of 8, 16, 32 bits.
    private void AppendNumber(int number)
    {
        int form = number == (sbyte)number ? 0 : number == (short)number ? 1 : 2;
        AppendByte((byte)(0xC0 | form));
        AppendInteger(number, 1 << form);
    }

    private byte* Reserve(long bytes)
    {
        if (Length + bytes > _capacity)
        {
            _capacity = Math.Max(_capacity * 2, Length + bytes);
            _data = (byte*)NativeMemory.Realloc(_data, (nuint)_capacity);
        }
        byte* p = _data + Length;
        Length += bytes;
        return p;
    }
}
