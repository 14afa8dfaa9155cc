using System.Diagnostics;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Records;
using Pkv.Resp;

namespace Pkv.Engine.Keyspace.Pieces;

/// <summary>
/// Does to strings of pieces what records tell, when commands run, when recovery replays and when the cleaner moves alike, and
/// keeps the count of what lives in the log. Under the key's stripe lock, or where recovery's worker owns the stripe.
/// </summary>
/// <param name="pool">What places are relative to.</param>
/// <param name="live">The calling thread's counts.</param>
internal readonly unsafe struct PieceStore(byte* pool, LiveBytes live)
{
    /// <summary>A string of no bytes yet.</summary>
    public static Collection* Make(byte* key, int keyLength, in PieceHead head)
    {
        Debug.Assert(head.Birth > 0 && head.BaseBytes is >= 0 and <= uint.MaxValue, "a string of pieces has a number, and a length");
        Collection* made = Collection.Make(ValueKind.Pieces, key, keyLength, 2);
        made->Birth = head.Birth;
        made->BaseBytes = (uint)head.BaseBytes;
        return made;
    }

    /// <summary>These bytes, which lie in the pool, are the string's from this offset on. Nothing is copied.</summary>
    public void Put(Collection* value, long offset, byte* data, long length, bool isFirst)
    {
        Debug.Assert(data > pool && offset >= 0 && length > 0, "a piece lies in the pool");
        ulong place = (ulong)(data - pool);
        Clear(value, offset, offset + length);
        for (long at = 0; at < length; at += Piece.MaxBytes)
            Add(value, Piece.Of(offset + at, place + (ulong)at, (int)Math.Min(Piece.MaxBytes, length - at), isFirst && at == 0));
        value->Length = (uint)Math.Max(value->Length, offset + length);
    }

    /// <summary>Puts what a record brings.</summary>
    /// <param name="value">The string.</param>
    /// <param name="bulk">The bulk string of its first offset.</param>
    /// <param name="parts">How many there are.</param>
    public void Put(Collection* value, byte* bulk, int parts)
    {
        for (int i = 0; i < parts; i++)
        {
            byte* data = BulkString.Data(BulkString.Next(bulk), out int length);
            Put(value, PieceRecord.OffsetOf(bulk), data, length, isFirst: i == 0);
            bulk = data + length + 2;
        }
    }

    /// <summary>Nothing of the string lives in the log any more, its expiry's record apart.</summary>
    public void ForgetLive(Collection* value)
    {
        long key = KeyBytes(value);
        for (ElementCursor cursor = new(value->Elements); cursor.IsValid; cursor.MoveNext())
            Count(value, cursor.Element, key, -1);
    }

    // What pieces have of a range is cut away.
    private void Clear(Collection* value, long from, long to)
    {
        long key = KeyBytes(value);
        // Behind all that is there: an append, mostly.
        if (from >= value->Length)
            return;
        ElementCursor cursor = PieceReader.At(value, from);
        if (!cursor.IsValid)
            return;
        Element* first = cursor.Pointer;
        if (Piece.Offset(*first) < from && Piece.End(*first) > from)
        {
            Element before = *first;
            Change(value, first, Piece.Cut(before, Piece.Offset(before), from), key);
            if (Piece.End(before) > to)
            {
                Add(value, Piece.Cut(before, to, Piece.End(before)));
                return;
            }
        }
        while (true)
        {
            cursor = ElementCursor.AtKey(value->Elements, (ulong)from);
            if (!cursor.IsValid || (long)cursor.Key >= to)
                return;
            Element held = cursor.Element;
            bool isGone = value->Elements.Remove(Probe.OfOrdinal(held.SortKey), out _);
            Debug.Assert(isGone, "a piece is found by its offset");
            Count(value, held, key, -1);
            if (Piece.End(held) > to)
            {
                // Not in its place: a node may lead elsewhere for what is sorted by the new offset.
                Add(value, Piece.Cut(held, to, Piece.End(held)));
                return;
            }
        }
    }

    private void Add(Collection* value, in Element piece)
    {
        value->Elements.FindOrInsert(Probe.OfOrdinal(piece.SortKey), piece.Place, out bool isNew);
        Debug.Assert(isNew, "pieces do not overlap: what lay there was cut away");
        Count(value, piece, KeyBytes(value), 1);
    }

    private void Change(Collection* value, Element* held, in Element piece, long key)
    {
        Count(value, *held, key, -1);
        Debug.Assert(held->SortKey == piece.SortKey, "a piece keeps its place in the order");
        *held = piece;
        Count(value, piece, key, 1);
    }

    private void Count(Collection* value, in Element piece, long key, int sign)
    {
        long bytes = sign * Piece.LiveBytes(piece, key);
        live.Add(Piece.Place(piece), bytes);
        value->LogBytes += bytes;
        Debug.Assert(value->LogBytes >= 0, "no more bytes die than have lived");
    }

    private static long KeyBytes(Collection* value)
    {
        byte* key = Collection.KeyBulk(value);
        return BulkString.Next(key) - key;
    }
}
