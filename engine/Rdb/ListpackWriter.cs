using System.Buffers.Binary;
using Pkv.Resp;

namespace Pkv.Engine.Rdb;

/// <summary>
/// Writes a listpack, Redis 7.0's packed list: its length (32 bits), its count (16 bits), items, 0xFF. An item is a number or a
/// string behind a form byte, and ends with its own length, so that it can be read backwards. Used again after <see cref="Begin"/>.
/// </summary>
public sealed class ListpackWriter : IDisposable
{
    private const int HeaderBytes = 6;
    private const byte End = 0xFF;

    // Whole numbers up to here, half of what 64 bits hold, are written as numbers when they are scores.
    private const double WholeScoreMax = long.MaxValue / 2;

    private readonly RdbOutput _pack = new();

    public ListpackWriter() => Begin();

    /// <summary>Items in it.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes, once it is ended.</summary>
    public long Length => _pack.Length + 1;

    public void Begin()
    {
        _pack.Clear();
        _pack.AppendInteger(0, HeaderBytes);
        Count = 0;
    }

    /// <summary>Ends it. Valid until <see cref="Begin"/>.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        _pack.AppendByte(End);
        Span<byte> pack = _pack.Written;
        BinaryPrimitives.WriteUInt32LittleEndian(pack, (uint)pack.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(pack[sizeof(uint)..], (ushort)Math.Min(Count, ushort.MaxValue));
        return pack;
    }

    public void Add(ReadOnlySpan<byte> item)
    {
        if (Integers.TryParse(item, out long number))
        {
            Add(number);
            return;
        }
        long start = _pack.Length;
        if (item.Length < 1 << 6)
            _pack.AppendByte((byte)(0x80 | item.Length));
        else if (item.Length < 1 << 12)
        {
            _pack.AppendByte((byte)(0xE0 | item.Length >> 8));
            _pack.AppendByte((byte)item.Length);
        }
        else
        {
            _pack.AppendByte(0xF0);
            _pack.AppendInteger(item.Length, sizeof(uint));
        }
        _pack.Append(item);
        EndItem(start);
    }

    public unsafe void Add(double score)
    {
        if (score == Math.Floor(score) && Math.Abs(score) <= WholeScoreMax)
        {
            Add((long)score);
            return;
        }
        byte* text = stackalloc byte[Doubles.MaxBytes];
        Add(new ReadOnlySpan<byte>(text, (int)(Doubles.Write(text, score) - text)));
    }

    public void Dispose() => _pack.Dispose();

    public void Add(long number)
    {
        long start = _pack.Length;
        if (number is >= 0 and < 1 << 7)
            _pack.AppendByte((byte)number);
        else if (number is >= -(1 << 12) and < 1 << 12)
        {
            _pack.AppendByte((byte)(0xC0 | number >> 8 & 0x1F));
            _pack.AppendByte((byte)number);
        }
        else
        {
            int bytes = number == (short)number ? 2 : number is >= -(1 << 23) and < 1 << 23 ? 3 : number == (int)number ? 4 : 8;
            _pack.AppendByte((byte)(bytes == 8 ? 0xF4 : 0xF1 + bytes - 2));
            _pack.AppendInteger(number, bytes);
        }
        EndItem(start);
    }

    // The item's length, seven bits a byte, highest first; all bytes but the first are marked.
    private void EndItem(long start)
    {
        long length = _pack.Length - start;
        int bytes = length switch { <= 127 => 1, < 16383 => 2, < 2097151 => 3, < 268435455 => 4, _ => 5 };
        for (int i = bytes - 1; i >= 0; i--)
            _pack.AppendByte((byte)(length >> 7 * i & 127 | (i < bytes - 1 ? 128L : 0)));
        Count++;
    }
}
