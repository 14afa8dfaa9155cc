using System.Diagnostics;
using Pkv.Engine.Keyspace.Collections;

namespace Pkv.Engine.Keyspace.Pieces;

/// <summary>
/// A string's bytes, wherever they lie: in one stretch of the pool, or in pieces. Valid until the turn's end, whatever becomes of
/// its key, unless the string itself is changed in part.
/// </summary>
public readonly unsafe struct StoredString
{
    private readonly byte* _data;
    private readonly byte* _pool;
    private readonly Collection* _pieces;

    /// <summary>One that lies in one stretch.</summary>
    public StoredString(byte* data, int length)
    {
        Debug.Assert(length >= 0, "a string has a length");
        _data = data;
        Length = length;
    }

    internal StoredString(Collection* pieces, byte* pool)
    {
        Debug.Assert(pieces->Kind == ValueKind.Pieces, "what is read piece by piece has pieces");
        _pieces = pieces;
        _pool = pool;
        Length = (int)pieces->Length;
    }

    public int Length { get; }

    /// <summary>It lies in several stretches.</summary>
    public bool IsPieces => _pieces != null;

    /// <summary>The first byte of one that lies in one stretch: a bulk string in the pool, framed.</summary>
    public byte* Data => _data;

    /// <summary>The byte at an offset; zero behind the end.</summary>
    public byte At(long offset)
    {
        if (offset >= Length)
            return 0;
        if (_pieces == null)
            return _data[offset];
        PieceReader reader = Read(offset, offset + 1);
        return reader.MoveNext() && reader.Data != null ? *reader.Data : (byte)0;
    }

    /// <summary>Copies bytes from an offset on; zeros behind the end.</summary>
    public void CopyTo(long offset, Span<byte> target)
    {
        int held = (int)Math.Clamp(Length - offset, 0, target.Length);
        target[held..].Clear();
        target = target[..held];
        if (_pieces == null)
        {
            if (held > 0)
                new ReadOnlySpan<byte>(_data + offset, held).CopyTo(target);
            return;
        }
        for (PieceReader reader = Read(offset, offset + held); reader.MoveNext(); target = target[reader.Length..])
        {
            if (reader.Data == null)
                target[..reader.Length].Clear();
            else
                new ReadOnlySpan<byte>(reader.Data, reader.Length).CopyTo(target);
        }
    }

    /// <summary>Bytes from an offset on: where they lie, if that is one stretch, else copied to <paramref name="scratch"/>. Fewer at the end.</summary>
    public ReadOnlySpan<byte> From(long offset, Span<byte> scratch)
    {
        int held = (int)Math.Clamp(Length - offset, 0, scratch.Length);
        if (_pieces == null)
            return new ReadOnlySpan<byte>(_data + (held == 0 ? 0 : offset), held);
        CopyTo(offset, scratch[..held]);
        return scratch[..held];
    }

    /// <summary>Walks the bytes of one in pieces.</summary>
    internal PieceReader Read(long from, long to) => new(_pieces, _pool, from, to);
}
