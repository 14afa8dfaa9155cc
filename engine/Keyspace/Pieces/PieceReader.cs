using System.Diagnostics;
using Pkv.Engine.Keyspace.Collections;

namespace Pkv.Engine.Keyspace.Pieces;

/// <summary>
/// Walks the bytes of a string of pieces from an offset on, stretch by stretch. Where no piece is, there are zeros, which take no
/// room anywhere. Valid until the string changes.
/// </summary>
internal unsafe ref struct PieceReader
{
    private readonly byte* _pool;
    private readonly long _end;
    private ElementCursor _cursor;
    private long _at;

    /// <param name="value">The string.</param>
    /// <param name="pool">What places are relative to.</param>
    /// <param name="from">The first byte.</param>
    /// <param name="to">Behind the last one, within the string.</param>
    public PieceReader(Collection* value, byte* pool, long from, long to)
    {
        Debug.Assert(value->Kind == ValueKind.Pieces && from >= 0 && from <= to, "a stretch of a string of pieces is read forwards");
        _pool = pool;
        _at = from;
        _end = to;
        _cursor = At(value, from);
    }

    /// <summary>The stretch's first byte in the pool; null: it is zeros.</summary>
    public byte* Data { get; private set; }

    public int Length { get; private set; }

    /// <summary>Goes to the next stretch.</summary>
    public bool MoveNext()
    {
        if (_at >= _end)
            return false;
        while (_cursor.IsValid && Piece.End(_cursor.Element) <= _at)
            _cursor.MoveNext();
        if (!_cursor.IsValid || (long)_cursor.Key > _at)
        {
            long next = _cursor.IsValid ? Math.Min(_end, (long)_cursor.Key) : _end;
            Data = null;
            Debug.Assert(next > _at, "a stretch has some bytes");
            Length = (int)(next - _at);
            _at = next;
            return true;
        }
        Element piece = _cursor.Element;
        long end = Math.Min(_end, Piece.End(piece));
        Debug.Assert(Piece.Offset(piece) <= _at && end > _at, "the piece has the byte that comes next");
        Data = _pool + Piece.Place(piece) + (_at - Piece.Offset(piece));
        Length = (int)(end - _at);
        _at = end;
        _cursor.MoveNext();
        return true;
    }

    /// <summary>At the last piece that begins at this offset or before it; if there is none, at the first one behind.</summary>
    public static ElementCursor At(Collection* value, long offset)
    {
        ElementCursor cursor = ElementCursor.AtKey(value->Elements, (ulong)offset);
        if (!cursor.IsValid)
            return new ElementCursor(value->Elements, (long)value->Elements.Count - 1);
        if ((long)cursor.Key == offset)
            return cursor;
        ElementCursor before = cursor;
        before.MovePrevious();
        return before.IsValid ? before : cursor;
    }

    /// <summary>How many pieces have bytes in a range; counts no further than <paramref name="most"/>.</summary>
    public static int Count(Collection* value, long from, long to, int most)
    {
        int count = 0;
        ElementCursor cursor = At(value, from);
        for (; cursor.IsValid && (long)cursor.Key < to && count < most; cursor.MoveNext())
            count += Piece.End(cursor.Element) > from ? 1 : 0;
        return count;
    }
}
