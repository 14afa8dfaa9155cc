using System.Diagnostics;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Engine.Records;
using Pkv.Engine.Recovery;
using Pkv.Persistence.Cleaning;
using Pkv.Resp;

namespace Pkv.Engine.Cleaning;

/// <summary>
/// What the cleaner does about collections. Of a record the elements live that their collection finds at exactly that place; they
/// are appended again as elements, those of a small collection all together, wherever they are. A list's elements keep their
/// ordinals. The key's stripe is held. Owner thread only.
/// </summary>
internal sealed unsafe class ElementMover(byte* pool, LiveBytes live, SurvivorLog survivors, CleanerStatistics statistics)
{
    // A collection that needs no more than this in the log is moved as one.
    private const long SmallBytes = 8 * 1024;

    private readonly CollectionStore _store = new(pool, live);
    private readonly List<(nint Bulk, ulong SortKey)> _found = [];

    /// <summary>
    /// Appends what lives of a record again. False: no room; what is left is found again next time.
    /// </summary>
    /// <param name="op">The record: it puts.</param>
    /// <param name="number">The number it had.</param>
    /// <param name="collection">What its key holds.</param>
    /// <param name="expiryMs">When that expires, Unix ms, or -1.</param>
    /// <param name="place">Where the new record stands in the order.</param>
    /// <param name="mayGather">There is room to bring elements along that lie elsewhere.</param>
    public bool TryMove(in ReplayOp op, ulong number, Collection* collection, long expiryMs, in LogPlace place, bool mayGather)
    {
        FindLiving(op, number, collection);
        if (_found.Count == 0)
            return true;
        if (mayGather && place.Number == 0 && collection->LogBytes <= SmallBytes && _found.Count < collection->Count)
            FindAll(collection);
        bool isList = collection->Kind == ValueKind.List;
        if (isList && _found.Count > 1 && _found[0].SortKey > _found[1].SortKey)
            _found.Reverse();
        for (int first = 0; first < _found.Count;)
        {
            bool isRun = isList && RunFrom(first) > 1;
            int count = Fit(collection, first, isRun ? RunFrom(first) : isList ? SinglesFrom(first) : _found.Count - first, out long bytes);
            if (!TryAppend(collection, isRun, first, count, bytes, expiryMs, place))
                return false;
            first += count;
        }
        return true;
    }

    /// <summary>Appends the record that tells when the collection expires again. False: no room.</summary>
    public bool TryMoveExpiry(Collection* collection, long expiryMs, in LogPlace place)
    {
        long bytes = ExpiryBytes(collection);
        byte* record = survivors.TryBegin(bytes);
        if (record == null)
            return false;
        AppendExpiry(collection, record, expiryMs, place);
        return true;
    }

    /// <summary>
    /// Appends a removal again, as far as what it names is not there again. False: no room.
    /// </summary>
    /// <param name="op">The record: it removes.</param>
    /// <param name="collection">What its key holds, if that is of its kind, or null.</param>
    /// <param name="place">Where the new record stands in the order.</param>
    /// <param name="bound">Up to which generation it is needed.</param>
    public bool TryKeepRemoval(in ReplayOp op, Collection* collection, in LogPlace place, ulong bound)
    {
        int each = RecordVerbs.BulksPerElement(op.Verb), kept = 0;
        long bytes = 64 + (BulkString.Next(op.KeyBulk) - op.KeyBulk);
        byte* bulk = op.Elements;
        for (int i = 0; i < op.Bulks; i += each, bulk = Skip(bulk, each))
        {
            if (!IsNeeded(op.Verb, bulk, collection))
                continue;
            kept++;
            bytes += Skip(bulk, each) - bulk;
        }
        if (kept == 0)
        {
            statistics.TombstonesDropped++;
            return true;
        }
        byte* record = survivors.TryBegin(bytes);
        if (record == null)
            return false;
        byte* key = BulkString.Data(op.KeyBulk, out int keyLength);
        byte* p = CollectionRecord.WriteHead(record, op.Verb, key, keyLength, kept * each);
        bulk = op.Elements;
        for (int i = 0; i < op.Bulks; i += each, bulk = Skip(bulk, each))
        {
            if (IsNeeded(op.Verb, bulk, collection))
                p = Copy(p, bulk, Skip(bulk, each));
        }
        Debug.Assert(p - record <= bytes, "a record is no longer than the room that was taken for it");
        survivors.EndTombstone(record, p, place, bound);
        return true;
    }

    /// <summary>Whether a list or stream has elements again where the record once cut: they came later, and must be found later.</summary>
    public bool CutsLiving(in ReplayOp op, Collection* list)
    {
        if (op.Verb is not (RecordVerb.Cut or RecordVerb.CutEntries))
            return false;
        byte* bulk = op.Elements;
        for (int i = 0; i < op.Bulks; i += 2, bulk = Skip(bulk, 2))
        {
            if (op.Verb == RecordVerb.CutEntries)
            {
                if (HasEntry(list, StreamStore.IdOf(bulk), StreamStore.IdOf(BulkString.Next(bulk))))
                    return true;
                continue;
            }
            ElementCursor cursor = ElementCursor.AtKey(list->Elements, RecordElements.OrdinalKey(bulk));
            if (cursor.IsValid && cursor.Key <= RecordElements.OrdinalKey(BulkString.Next(bulk)))
                return true;
        }
        return false;
    }

    private bool HasEntry(Collection* stream, StreamId first, StreamId last)
    {
        ElementCursor cursor = new(stream->Elements, StreamEntry.ProbeOf(first, pool));
        return cursor.IsValid && StreamEntry.IdOf(cursor.Element, pool) <= last;
    }

    private bool IsNeeded(RecordVerb verb, byte* bulk, Collection* collection)
    {
        // What a list or stream has there again may be one of several that were cut.
        if (collection == null || verb is RecordVerb.Cut or RecordVerb.CutEntries)
            return true;
        byte* name = BulkString.Data(bulk, out int length);
        OrderTree named = collection->Kind == ValueKind.SortedSet ? collection->Members : collection->Elements;
        return named.Find(Probe.OfHash(name, length, pool)) == null;
    }

    private void FindLiving(in ReplayOp op, ulong number, Collection* collection)
    {
        _found.Clear();
        RecordElements elements = new(op.Verb, op.Elements, op.Bulks, number);
        while (elements.MoveNext())
        {
            byte* data = BulkString.Data(elements.Bulk, out int length);
            OrderTree tree = collection->Kind == ValueKind.SortedSet ? collection->Members : collection->Elements;
            Probe probe = collection->Kind == ValueKind.List ? Probe.OfOrdinal(elements.SortKey) : Probe.OfHash(data, length, pool);
            Element* held = tree.Find(probe);
            if (held != null && held->Bulk(pool) == elements.Bulk)
                _found.Add(((nint)elements.Bulk, elements.SortKey));
        }
    }

    private void FindAll(Collection* collection)
    {
        _found.Clear();
        for (ElementCursor cursor = new(collection->Elements); cursor.IsValid; cursor.MoveNext())
            _found.Add(((nint)cursor.Bulk(pool), cursor.Key));
    }

    // Neighbours from here on whose ordinals follow each other as in one push.
    private int RunFrom(int first)
    {
        int count = 1;
        while (first + count < _found.Count && _found[first + count].SortKey == _found[first + count - 1].SortKey + ListOrdinals.RunStep)
            count++;
        return count;
    }

    // Elements from here on that belong to no run.
    private int SinglesFrom(int first)
    {
        int count = 1;
        while (first + count < _found.Count && RunFrom(first + count) == 1)
            count++;
        return count;
    }

    private int Fit(Collection* collection, int first, int most, out long bytes)
    {
        byte* key = Collection.KeyBulk(collection);
        bytes = BulkString.Next(key) - key + 96;
        int count = 0;
        while (count < most)
        {
            byte* bulk = (byte*)_found[first + count].Bulk;
            long element = EndOf(collection, bulk) - StartOf(collection, bulk) + (collection->Kind == ValueKind.List ? 32 : 0);
            if (count > 0 && bytes + element > CollectionRecord.UsualMaxBytes)
                break;
            bytes += element;
            count++;
        }
        return count;
    }

    private bool TryAppend(Collection* collection, bool isRun, int first, int count, long bytes, long expiryMs, in LogPlace place)
    {
        bool tellsExpiry = expiryMs >= 0 && place.Number == 0;
        byte* record = survivors.TryBegin(bytes + (tellsExpiry ? ExpiryBytes(collection) : 0));
        if (record == null)
            return false;
        RecordVerb verb = isRun ? RecordVerb.PutRun : RecordVerbs.PutOf(collection->Kind);
        byte* key = BulkString.Data(Collection.KeyBulk(collection), out int keyLength);
        int bulks = isRun ? count + 1 : count * RecordVerbs.BulksPerElement(verb);
        byte* p = CollectionRecord.WriteHead(record, verb, key, keyLength, bulks);
        if (isRun)
            p = CollectionRecord.WriteOrdinal(p, _found[first].SortKey);
        byte* elements = p;
        for (int i = first; i < first + count; i++)
        {
            (nint from, ulong sortKey) = _found[i];
            byte* start = StartOf(collection, (byte*)from);
            if (verb == RecordVerb.PutPlaced)
                p = CollectionRecord.WriteOrdinal(p, sortKey);
            byte* moved = p + ((byte*)from - start);
            p = Copy(p, start, EndOf(collection, (byte*)from));
            _store.Move(collection, (byte*)from, moved, sortKey);
        }
        Debug.Assert(p - record <= bytes && count > 0, "a record is no longer than the room that was taken for it");
        survivors.End(record, p, place);
        bool isWhole = count == collection->Count && collection->Kind != ValueKind.SortedSet && verb != RecordVerb.PutPlaced;
        _store.SetWhole(collection, isWhole ? elements : null, p);
        statistics.RecordsMoved++;
        if (tellsExpiry)
            AppendExpiry(collection, p, expiryMs, place);
        return true;
    }

    // At its old place, before these elements, it would find no key to act on.
    internal void AppendExpiry(Collection* collection, byte* record, long expiryMs, in LogPlace place)
    {
        byte* p = record;
        byte* key = BulkString.Data(Collection.KeyBulk(collection), out int keyLength);
        Effects.ExpireAt(ref p, key, keyLength, expiryMs);
        survivors.End(record, p, place);
        _store.SetExpiryPlace(collection, (ulong)(record + Effects.ExpireAtHeaderBytes - pool));
    }

    internal static long ExpiryBytes(Collection* collection)
    {
        byte* key = Collection.KeyBulk(collection);
        return BulkString.Next(key) - key + 64;
    }

    private static byte* StartOf(Collection* collection, byte* bulk) => collection->Kind == ValueKind.SortedSet ? ElementBulk.ScoreBulk(bulk) : bulk;

    private static byte* EndOf(Collection* collection, byte* bulk) => collection->Kind == ValueKind.Hash ? Skip(bulk, 2) : BulkString.Next(bulk);

    private static byte* Skip(byte* bulk, int bulks)
    {
        for (int i = 0; i < bulks; i++)
            bulk = BulkString.Next(bulk);
        return bulk;
    }

    private static byte* Copy(byte* p, byte* start, byte* end)
    {
        Buffer.MemoryCopy(start, p, end - start, end - start);
        return p + (end - start);
    }
}
