using System.Diagnostics;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Engine.Records;
using Pkv.Engine.Recovery;
using Pkv.Persistence.Cleaning;
using Pkv.Persistence.Segments;
using Pkv.Resp;

namespace Pkv.Engine.Cleaning;

/// <summary>
/// What the cleaner does about strings of pieces. Of a record those bytes live that the string has at exactly that place; they are
/// appended again as pieces, neighbours as one, with a few bytes of other records where those lie between. So a string of any
/// length moves in records of no more than <see cref="PieceRecord.UsualMaxBytes"/>. The key's stripe is held. Owner thread only.
/// </summary>
internal sealed unsafe class PieceMover(byte* pool, LiveBytes live, SurvivorLog survivors, CleanerStatistics statistics)
{
    // Less than what another piece would cost.
    private const int GapBytes = 64;

    // Of a value that may be half a gigabyte, what is moved before the next look at the time: as much as a piece.
    private const long SliceBytes = 256 * 1024;

    private readonly PieceStore _store = new(pool, live);
    private readonly List<(long From, long To)> _runs = [];
    private Segment? _victim;
    private byte* _begunBase;
    private long _begunUntil;

    /// <summary>Forgets how far it came with a value of another victim.</summary>
    public void BelongTo(Segment victim)
    {
        if (_victim != victim)
        {
            _victim = victim;
            _begunBase = null;
            _begunUntil = 0;
        }
    }

    /// <summary>Appends what lives of a record again. False: no room; what is left is found again next time.</summary>
    /// <param name="op">The record: it puts pieces.</param>
    /// <param name="value">The string that its key holds.</param>
    /// <param name="expiryMs">When that expires, Unix ms, or -1.</param>
    /// <param name="place">Where the new record stands in the order.</param>
    public bool TryMove(in ReplayOp op, Collection* value, long expiryMs, in LogPlace place)
    {
        PieceHead head = PieceRecord.HeadOf(op.Elements);
        // Repeated under its old number it tells what it told.
        if (place.Number == 0)
            head = head with { ExpiryMs = expiryMs };
        _runs.Clear();
        byte* bulk = BulkString.Next(op.Elements);
        for (int i = 1; i < op.Bulks; i += 2)
        {
            byte* data = BulkString.Data(BulkString.Next(bulk), out int length);
            FindLiving(value, PieceRecord.OffsetOf(bulk), data, length, mayBridge: place.Number == 0);
            bulk = data + length + 2;
        }
        return TryAppend(value, head, place);
    }

    /// <summary>
    /// Appends what lives of the value that the string was at first again, as pieces, about <see cref="SliceBytes"/> of it. False: no room; what
    /// is left is found again next time.
    /// </summary>
    /// <param name="data">The value.</param>
    /// <param name="length">Its length.</param>
    /// <param name="value">The string that its key holds.</param>
    /// <param name="expiryMs">When that expires, Unix ms, or -1.</param>
    /// <param name="database">The key's.</param>
    /// <param name="moved">Bytes moved, if there are more to be moved; else 0.</param>
    public bool TryMoveBase(byte* data, int length, Collection* value, long expiryMs, int database, out long moved)
    {
        moved = 0;
        _runs.Clear();
        long from = StartIn(data);
        long end = FindLiving(value, from, data + from, length - (int)from, mayBridge: true, SliceBytes);
        if (!TryAppend(value, new PieceHead(value->Birth, value->BaseBytes, expiryMs), new LogPlace { Database = database }))
            return false;
        Debug.Assert(end > 0 && end <= length, "what is moved of a value lies in it");
        _begunBase = data;
        _begunUntil = end;
        if (end < length)
            moved = Math.Max(1, end - from);
        return true;
    }

    /// <summary>Whether the string has any of its bytes where this value lies.</summary>
    public bool HasPiecesIn(byte* data, int length, Collection* value)
    {
        ulong first = (ulong)(data - pool);
        for (ElementCursor cursor = PieceReader.At(value, StartIn(data)); cursor.IsValid && (long)cursor.Key < length; cursor.MoveNext())
        {
            if (Piece.Place(cursor.Element) - first < (ulong)length)
                return true;
        }
        return false;
    }

    /// <summary>The value that the string was at first lies elsewhere now: its pieces with it.</summary>
    public void FollowBase(byte* from, byte* to, int length, Collection* value)
    {
        _runs.Clear();
        FindLiving(value, 0, from, length, mayBridge: false);
        foreach ((long first, long end) in _runs)
            _store.Put(value, first, to + first, end - first, isFirst: false);
    }

    // What lives of a value is moved from its beginning on, and never comes back.
    private long StartIn(byte* data) => data == _begunBase ? _begunUntil : 0;

    // Stretches of the string, in order and none longer than a record, that hold what lives of these bytes. Stops when they are as
    // many as asked for; returns the offset that it came to.
    private long FindLiving(Collection* value, long offset, byte* data, int length, bool mayBridge, long most = long.MaxValue)
    {
        long total = 0;
        ulong first = (ulong)(data - pool);
        int begun = _runs.Count;
        for (ElementCursor cursor = PieceReader.At(value, offset); cursor.IsValid && (long)cursor.Key < offset + length; cursor.MoveNext())
        {
            Element piece = cursor.Element;
            if (Piece.Place(piece) - first >= (ulong)length)
                continue;
            if (total >= most)
                return Piece.Offset(piece);
            long from = Piece.Offset(piece), end = Piece.End(piece);
            total += end - from;
            if (_runs.Count > begun && from - _runs[^1].To <= (mayBridge ? GapBytes : 0) && end - _runs[^1].From <= PieceRecord.UsualMaxBytes)
                _runs[^1] = (_runs[^1].From, end);
            else
                for (; from < end; from += PieceRecord.UsualMaxBytes)
                    _runs.Add((from, Math.Min(end, from + PieceRecord.UsualMaxBytes)));
        }
        return offset + length;
    }

    private bool TryAppend(Collection* value, in PieceHead head, in LogPlace place)
    {
        byte* key = BulkString.Data(Collection.KeyBulk(value), out int keyLength);
        StoredString bytes = new(value, pool);
        for (int first = 0; first < _runs.Count;)
        {
            int count = 0;
            long total = 0;
            for (; first + count < _runs.Count && (count == 0 || total + _runs[first + count].To - _runs[first + count].From <= PieceRecord.UsualMaxBytes); count++)
                total += _runs[first + count].To - _runs[first + count].From;
            byte* record = survivors.TryBegin(PieceRecord.MaxBytes(keyLength, count, total));
            if (record == null)
                return false;
            byte* parts = PieceRecord.WriteHead(record, key, keyLength, head, count), p = parts;
            for (int i = first; i < first + count; i++)
            {
                int length = (int)(_runs[i].To - _runs[i].From);
                p = PieceRecord.WriteOffset(p, _runs[i].From, length);
                bytes.CopyTo(_runs[i].From, new Span<byte>(p, length));
                p += length;
                *p++ = (byte)'\r';
                *p++ = (byte)'\n';
            }
            Debug.Assert(p - record <= PieceRecord.MaxBytes(keyLength, count, total), "a record is no longer than the room that was taken for it");
            survivors.End(record, p, place);
            _store.Put(value, parts, count);
            statistics.RecordsMoved++;
            first += count;
        }
        return true;
    }
}
