using System.Diagnostics;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Records;
using Pkv.Resp;

namespace Pkv.Engine.Keyspace.Streams;

/// <summary>
/// Does to streams what records tell, when commands run, when recovery replays and when the cleaner moves alike, and keeps the count of
/// what lives in the log. Under the key's stripe lock, or where recovery's worker owns the stripe.
/// </summary>
/// <param name="pool">What places are relative to.</param>
/// <param name="live">The calling thread's counts.</param>
internal readonly unsafe struct StreamStore(byte* pool, LiveBytes live)
{
    /// <summary>Puts what XADD brought. What it says about the whole stream counts unless a summary has counted it.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="id">The entry's ID.</param>
    /// <param name="idBulk">Its bulk string, in the pool; the fields follow.</param>
    /// <param name="pairs">Fields with values.</param>
    /// <param name="number">The command's Lamport number.</param>
    /// <param name="nodes">What Redis allows a node.</param>
    public void Append(Collection* stream, StreamId id, byte* idBulk, int pairs, ulong number, in NodeLimits nodes)
    {
        StreamState* state = stream->Stream;
        // The cleaner's copy of a record counts once.
        if (!PutEntry(stream, id, idBulk, pairs, nodes) || number <= state->SummaryNumber)
            return;
        state->Added++;
        if (id > state->LastId)
            state->LastId = id;
    }

    /// <summary>Puts the entries that the cleaner moved (PKV.XPUT).</summary>
    public void PutEntries(Collection* stream, byte* bulk, int bulks, in NodeLimits nodes)
    {
        for (EntriesRecord entries = new(bulk, bulks); entries.MoveNext();)
            PutEntry(stream, entries.Id, entries.IdBulk, entries.Pairs, nodes);
    }

    /// <summary>Puts facts: each name counts as its last value tells.</summary>
    public void PutFacts(Collection* stream, byte* bulk, int bulks)
    {
        for (int i = 0; i < bulks; i += 2)
        {
            byte* value = BulkString.Next(bulk);
            PutFact(stream, bulk);
            Learn(stream, Text(bulk), Text(value));
            bulk = BulkString.Next(value);
        }
    }

    /// <summary>Removes the entries from one ID to another, both included. Returns how many there were.</summary>
    public uint Cut(Collection* stream, StreamId first, StreamId last, Breather? breathes = null)
    {
        uint removed = 0;
        while (true)
        {
            ElementCursor cursor = new(stream->Elements, StreamEntry.ProbeOf(first, pool));
            if (!cursor.IsValid)
                return removed;
            Element entry = cursor.Element;
            StreamId id = StreamEntry.IdOf(entry, pool);
            if (id > last)
                return removed;
            RemoveOne(stream, cursor, entry, id);
            removed++;
            breathes?.Breathe(removed);
        }
    }

    /// <summary>Removes what a record of PKV.XCUT tells.</summary>
    public void Cut(Collection* stream, byte* bulk, int bulks)
    {
        for (int i = 0; i < bulks; i += 2)
        {
            byte* last = BulkString.Next(bulk);
            Cut(stream, IdOf(bulk), IdOf(last));
            bulk = BulkString.Next(last);
        }
    }

    /// <summary>The entry of this ID if it lies at this place; else null.</summary>
    public Element* FindAt(Collection* stream, StreamId id, byte* idBulk)
    {
        Element* entry = stream->Elements.Find(StreamEntry.ProbeOf(id, pool));
        return entry != null && pool + StreamEntry.Place(*entry) == idBulk ? entry : null;
    }

    /// <summary>An entry lies elsewhere now.</summary>
    public void Move(Collection* stream, Element* entry, byte* to)
    {
        CountEntry(stream, *entry, -1);
        entry->Place = StreamEntry.Moved(entry->Place, (ulong)(to - pool));
        CountEntry(stream, *entry, 1);
    }

    /// <summary>Whether a fact of the stream stands at this place.</summary>
    public bool HasFactAt(Collection* stream, byte* name)
    {
        byte* data = BulkString.Data(name, out int length);
        Element* held = stream->Members.Find(Probe.OfHash(data, length, pool));
        return held != null && held->Bulk(pool) == name;
    }

    /// <summary>A fact stands here from now on.</summary>
    public void PutFact(Collection* stream, byte* name)
    {
        byte* data = BulkString.Data(name, out int length);
        ulong place = (ulong)(name - pool);
        Element* held = stream->Members.FindOrInsert(Probe.OfHash(data, length, pool), place, out bool isNew);
        if (!isNew)
        {
            if (held->Place == place)
                return;
            CountFact(stream, held->Place, -1);
            held->Place = place;
        }
        CountFact(stream, place, 1);
    }

    /// <summary>Nothing of the stream lives in the log any more, its expiry's record apart.</summary>
    public void ForgetLive(Collection* stream)
    {
        for (ElementCursor cursor = new(stream->Elements); cursor.IsValid; cursor.MoveNext())
            CountEntry(stream, cursor.Element, -1);
        for (ElementCursor cursor = new(stream->Members); cursor.IsValid; cursor.MoveNext())
            CountFact(stream, cursor.Element.Place, -1);
    }

    /// <summary>As <see cref="CollectionStore.ForgetSome"/>: entries first, then facts. False: some are left.</summary>
    public bool ForgetSome(Collection* stream, ref ElementCursor cursor, int elements)
    {
        for (; elements > 0; elements--, cursor.MoveNext())
        {
            if (!cursor.IsValid && !stream->Stream->HasForgottenEntries)
            {
                stream->Stream->HasForgottenEntries = true;
                cursor = new ElementCursor(stream->Members);
            }
            if (!cursor.IsValid)
                return true;
            Element element = cursor.Element;
            bool isFact = stream->Stream->HasForgottenEntries;
            long bytes = isFact ? ElementBulk.LiveBytesOfFact(stream, element.Bulk(pool))
                : ElementBulk.LiveBytesOfEntry(stream, pool + StreamEntry.Place(element), StreamEntry.Pairs(element));
            live.AddOutsideTotal(isFact ? element.Place : StreamEntry.Place(element), -bytes);
            stream->LogBytes -= bytes;
        }
        return false;
    }

    /// <summary>A copy of a stream's entries gets all else that it has, and its nodes.</summary>
    public static void TakeStateOf(Collection* copy, Collection* source, Breather breathes)
    {
        *copy->Stream = *source->Stream;
        copy->Stream->SummaryNumber = 0;
        ElementCursor to = new(copy->Elements);
        for (ElementCursor from = new(source->Elements); from.IsValid; from.MoveNext(), to.MoveNext())
        {
            to.Pointer->Place = StreamEntry.WithNodeOf(to.Pointer->Place, from.Element);
            breathes.Breathe();
        }
    }

    /// <summary>The largest ID of an entry that is there; the stream has some.</summary>
    public static StreamId LastOf(Collection* stream, byte* pool) => StreamEntry.IdOf(new ElementCursor(stream->Elements, stream->Count - 1).Element, pool);

    /// <summary>The ID that a bulk string tells in full.</summary>
    public static StreamId IdOf(byte* bulk)
    {
        bool isSound = StreamId.TryParse(Text(bulk), 0, out StreamId id);
        Debug.Assert(isSound, "records of the server's own hold IDs that can be read");
        return id;
    }

    private static ReadOnlySpan<byte> Text(byte* bulk)
    {
        byte* data = BulkString.Data(bulk, out int length);
        return new ReadOnlySpan<byte>(data, length);
    }

    private static void Learn(Collection* stream, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.SequenceEqual(StreamFacts.Summary))
        {
            bool isSound = StreamFacts.TryReadSummary(value, ref *stream->Stream);
            Debug.Assert(isSound, "a summary that is logged was looked at by the decoder");
        }
    }

    // True: it was not there.
    private bool PutEntry(Collection* stream, StreamId id, byte* idBulk, int pairs, in NodeLimits nodes)
    {
        StreamState* state = stream->Stream;
        bool isAtEnd = stream->Count == 0 || LastOf(stream, pool) < id;
        Element entry = StreamEntry.Of(id, (ulong)(idBulk - pool), pairs, beginsNode: isAtEnd && StreamNodes.Append(state, id, idBulk, pairs, nodes));
        Element* held = stream->Elements.FindOrInsert(StreamEntry.ProbeOf(id, pool), entry.Place, out bool isNew);
        if (isNew)
            stream->Count++;
        else if (StreamEntry.Place(*held) == StreamEntry.Place(entry))
            return false;
        else
        {
            CountEntry(stream, *held, -1);
            held->Place = StreamEntry.BeginsNode(*held) ? StreamEntry.AsNodeBegin(entry.Place) : entry.Place;
        }
        CountEntry(stream, *held, 1);
        return isNew;
    }

    // The rest of a node begins with the next one that is left of it.
    private void RemoveOne(Collection* stream, ElementCursor cursor, in Element entry, StreamId id)
    {
        if (StreamEntry.BeginsNode(entry))
        {
            cursor.MoveNext();
            if (cursor.IsValid && !StreamEntry.BeginsNode(cursor.Element))
                cursor.Pointer->Place = StreamEntry.AsNodeBegin(cursor.Pointer->Place);
            else
                stream->Stream->Nodes--;
            if (!cursor.IsValid)
                StreamNodes.End(stream->Stream);
        }
        bool isGone = stream->Elements.Remove(StreamEntry.ProbeOf(id, pool), out Element removed);
        Debug.Assert(isGone && stream->Count > 0, "what a cursor is at is found by its ID");
        stream->Count--;
        CountEntry(stream, removed, -1);
    }

    private void CountEntry(Collection* stream, in Element entry, int sign) => Count(stream, StreamEntry.Place(entry),
        ElementBulk.LiveBytesOfEntry(stream, pool + StreamEntry.Place(entry), StreamEntry.Pairs(entry)), sign);

    private void CountFact(Collection* stream, ulong place, int sign) => Count(stream, place, ElementBulk.LiveBytesOfFact(stream, pool + place), sign);

    private void Count(Collection* stream, ulong place, long bytes, int sign)
    {
        live.Add(place, sign * bytes);
        stream->LogBytes += sign * bytes;
        if (sign > 0)
            stream->NoteBytes(bytes);
        Debug.Assert(stream->LogBytes >= 0, "no more bytes die than have lived");
    }
}
