using System.Diagnostics;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Engine.Records;
using Pkv.Engine.Recovery;
using Pkv.Persistence.Cleaning;
using Pkv.Resp;

namespace Pkv.Engine.Cleaning;

/// <summary>
/// What the cleaner does about streams: entries and facts live that their stream finds at exactly that place. An entry moves with its
/// whole ID. The key's stripe is held. Owner thread only.
/// </summary>
/// <remarks>
/// What an XADD says about the whole stream (its ID is the last one, there is one entry more) must not go with it: before it moves under
/// a new number, a summary is logged that counts it. Under its old number it is repeated as XADD, and counts as that.
/// </remarks>
internal sealed unsafe class StreamMover(byte* pool, LiveBytes live, SurvivorLog survivors, ElementMover elements, StripeLocks locks, CleanerStatistics statistics)
{
    private readonly StreamStore _store = new(pool, live);

    /// <summary>Appends what lives of a record that puts again. False: no room; what is left is found again next time.</summary>
    /// <param name="op">The record.</param>
    /// <param name="stream">What its key holds.</param>
    /// <param name="expiryMs">When that expires, Unix ms, or -1.</param>
    /// <param name="place">Where the new record stands in the order.</param>
    public bool TryMove(in ReplayOp op, Collection* stream, long expiryMs, in LogPlace place)
    {
        if (op.Verb == RecordVerb.PutFacts)
            return TryMoveFacts(op, stream, expiryMs, place);
        if (op.Verb == RecordVerb.AppendEntry)
        {
            byte* idBulk = StreamRecords.IdBulkOf(op);
            return TryMoveEntry(op, stream, AutoId.Read(idBulk, op.ExpiryMs), idBulk, expiryMs, place);
        }
        for (EntriesRecord entries = new(op.Elements, op.Bulks); entries.MoveNext();)
        {
            if (!TryMoveEntry(op, stream, entries.Id, entries.IdBulk, expiryMs, place))
                return false;
        }
        return true;
    }

    private bool TryMoveEntry(in ReplayOp op, Collection* stream, StreamId id, byte* idBulk, long expiryMs, in LogPlace place)
    {
        Element* entry = _store.FindAt(stream, id, idBulk);
        if (entry == null)
            return true;
        bool staysCommand = place.Number != 0 && op.Verb == RecordVerb.AppendEntry;
        bool needsSummary = place.Number == 0 && op.Verb == RecordVerb.AppendEntry && stream->Stream->SummaryNumber < op.Number;
        int pairs = StreamEntry.Pairs(*entry);
        byte* fields = BulkString.Next(idBulk), end = StreamEntry.EndOf(idBulk, pairs);
        long summary = needsSummary ? HeadBytes(stream) + StreamFacts.SummaryBytes : 0;
        bool tellsExpiry = expiryMs >= 0 && place.Number == 0;
        byte* record = survivors.TryBegin(summary + HeadBytes(stream) + StreamId.MaxBytes + (end - fields) + (tellsExpiry ? ElementMover.ExpiryBytes(stream) : 0));
        if (record == null)
            return false;
        if (needsSummary)
            record = AppendSummary(stream, record, place);
        byte* key = BulkString.Data(Collection.KeyBulk(stream), out int keyLength);
        byte* p = CollectionRecord.WriteHead(record, staysCommand ? RecordVerb.AppendEntry : RecordVerb.PutEntries, key, keyLength, 2 * pairs + (staysCommand ? 1 : 2));
        byte* moved = p;
        p = staysCommand ? id.WriteBulk(p) : StreamEntry.WriteHead(p, id, pairs, out moved);
        Buffer.MemoryCopy(fields, p, end - fields, end - fields);
        p += end - fields;
        survivors.End(record, p, place);
        _store.Move(stream, entry, moved);
        statistics.RecordsMoved++;
        if (tellsExpiry)
            elements.AppendExpiry(stream, p, expiryMs, place);
        return true;
    }

    private bool TryMoveFacts(in ReplayOp op, Collection* stream, long expiryMs, in LogPlace place)
    {
        byte* name = op.Elements;
        for (int i = 0; i < op.Bulks; i += 2)
        {
            byte* end = BulkString.Next(BulkString.Next(name));
            if (_store.HasFactAt(stream, name) && !TryMoveFact(stream, name, end, expiryMs, place))
                return false;
            name = end;
        }
        return true;
    }

    private bool TryMoveFact(Collection* stream, byte* name, byte* end, long expiryMs, in LogPlace place)
    {
        byte* text = BulkString.Data(name, out int length);
        bool isSummary = new ReadOnlySpan<byte>(text, length).SequenceEqual(StreamFacts.Summary) && place.Number == 0;
        bool tellsExpiry = expiryMs >= 0 && place.Number == 0;
        byte* record = survivors.TryBegin(HeadBytes(stream) + Math.Max(end - name, StreamFacts.SummaryBytes) + (tellsExpiry ? ElementMover.ExpiryBytes(stream) : 0));
        if (record == null)
            return false;
        byte* p;
        if (isSummary)
            p = AppendSummary(stream, record, place);
        else
        {
            byte* key = BulkString.Data(Collection.KeyBulk(stream), out int keyLength);
            byte* moved = CollectionRecord.WriteHead(record, RecordVerb.PutFacts, key, keyLength, 2);
            Buffer.MemoryCopy(name, moved, end - name, end - name);
            p = moved + (end - name);
            survivors.End(record, p, place);
            _store.PutFact(stream, moved);
        }
        statistics.RecordsMoved++;
        if (tellsExpiry)
            elements.AppendExpiry(stream, p, expiryMs, place);
        return true;
    }

    // All that the stream is now: everything that happened to it has a lower number.
    private byte* AppendSummary(Collection* stream, byte* record, in LogPlace place)
    {
        Debug.Assert(place.Number == 0, "what is summed up now stands at the end of the order");
        byte* key = BulkString.Data(Collection.KeyBulk(stream), out int keyLength);
        byte* name = CollectionRecord.WriteHead(record, RecordVerb.PutFacts, key, keyLength, 2);
        byte* p = StreamFacts.WriteSummaryPair(name, *stream->Stream, locks.LastSequence);
        survivors.End(record, p, place);
        stream->Stream->SummaryNumber = locks.LastSequence;
        _store.PutFact(stream, name);
        return p;
    }

    private static long HeadBytes(Collection* stream)
    {
        byte* key = Collection.KeyBulk(stream);
        return BulkString.Next(key) - key + 96;
    }
}
