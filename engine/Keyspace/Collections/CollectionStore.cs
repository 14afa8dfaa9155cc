using System.Diagnostics;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Engine.Records;
using Pkv.Resp;

namespace Pkv.Engine.Keyspace.Collections;

/// <summary>
/// Does to collections what records tell, when commands run and when recovery replays alike, and keeps the count of what lives
/// in the log. Under the key's stripe lock, or where recovery's worker owns the stripe.
/// </summary>
/// <param name="pool">What places are relative to.</param>
/// <param name="live">The calling thread's counts.</param>
internal readonly unsafe struct CollectionStore(byte* pool, LiveBytes live)
{
    /// <summary>Puts the elements of a record. Returns how many are new.</summary>
    /// <param name="collection">Of the verb's kind.</param>
    /// <param name="verb">One that puts.</param>
    /// <param name="bulk">The first bulk string behind the key, in the pool.</param>
    /// <param name="bulks">How many there are.</param>
    /// <param name="number">The command's Lamport number.</param>
    /// <param name="breathes">Where a command may bring very many, and is not part of a longer one.</param>
    /// <param name="isReplay">A member that is there lies in this record from now on: it may be the cleaner's copy, and what it was copied from
    /// is to be free of it.</param>
    public uint Put(Collection* collection, RecordVerb verb, byte* bulk, int bulks, ulong number, Breather? breathes = null, bool isReplay = false)
    {
        if (verb == RecordVerb.PutFields && collection->WholePlace != 0 && WholeRecord.TryReplace(collection, bulk, bulks, pool, live))
            return 0;
        Debug.Assert(collection->Kind is >= ValueKind.Hash and <= ValueKind.SortedSet && bulks > 0, "a record puts elements into a collection");
        bool isFresh = collection->Count == 0;
        uint added = 0;
        RecordElements elements = new(verb, bulk, bulks, number);
        while (elements.MoveNext())
        {
            added += PutOne(collection, verb, elements.Bulk, elements.SortKey, isReplay) ? 1u : 0;
            breathes?.Breathe(elements.Index);
        }
        // Once all fields were overwritten, the hash stands in that record.
        bool isWhole = verb switch
        {
            RecordVerb.PutFields => collection->Count == elements.Count && (isFresh || HoldsAll(collection, bulk, elements.End)),
            RecordVerb.PutMembers or RecordVerb.PushTail or RecordVerb.PutRun => isFresh && added == elements.Count,
            _ => false,
        };
        SetWhole(collection, isWhole ? (verb == RecordVerb.PutRun ? BulkString.Next(bulk) : bulk) : null, elements.End);
        return added;
    }

    /// <summary>Removes what a record tells. Returns how many elements there were.</summary>
    public uint Remove(Collection* collection, RecordVerb verb, byte* bulk, int bulks)
    {
        uint before = collection->Count;
        byte* p = bulk;
        for (int i = 0; i < bulks; i++)
        {
            if (verb == RecordVerb.Cut)
            {
                byte* last = BulkString.Next(p);
                Cut(collection, RecordElements.OrdinalKey(p), RecordElements.OrdinalKey(last));
                p = last;
                i++;
            }
            else
            {
                byte* data = BulkString.Data(p, out int length);
                RemoveNamed(collection, data, length);
            }
            p = BulkString.Next(p);
        }
        SetWhole(collection, null, null);
        return before - collection->Count;
    }

    /// <summary>Removes the field or member of this name.</summary>
    public bool RemoveNamed(Collection* collection, byte* data, int length)
    {
        Probe probe = Probe.OfHash(data, length, pool);
        ref OrderTree named = ref collection->Kind == ValueKind.SortedSet ? ref collection->Members : ref collection->Elements;
        if (!named.Remove(probe, out Element removed))
            return false;
        bool isRanked = collection->Kind != ValueKind.SortedSet
            || collection->Elements.Remove(Probe.Of(SortKeys.FromScore(ElementBulk.ScoreOf(removed.Bulk(pool))), data, length, pool), out _);
        Debug.Assert(isRanked && collection->Count > 0, "a member of a sorted set is found by its score as well");
        collection->Count--;
        CountDead(collection, removed.Place);
        return true;
    }

    /// <summary>Removes a list's elements from one sort key to another, both included.</summary>
    public void Cut(Collection* list, ulong first, ulong last)
    {
        while (true)
        {
            ElementCursor cursor = ElementCursor.AtKey(list->Elements, first);
            if (!cursor.IsValid || cursor.Key > last)
                return;
            bool isGone = list->Elements.Remove(Probe.OfOrdinal(cursor.Key), out Element removed);
            Debug.Assert(isGone && list->Count > 0, "what a cursor is at is found by its ordinal");
            list->Count--;
            CountDead(list, removed.Place);
        }
    }

    /// <summary>An element's bytes lie elsewhere now.</summary>
    /// <param name="collection">Whose element.</param>
    /// <param name="from">Its bulk string as it was; the element is there.</param>
    /// <param name="to">As it is.</param>
    /// <param name="sortKey">Of a list's element.</param>
    public void Move(Collection* collection, byte* from, byte* to, ulong sortKey)
    {
        byte* data = BulkString.Data(from, out int length);
        ulong place = (ulong)(to - pool), old = (ulong)(from - pool);
        Debug.Assert(place != old && collection->Count > 0, "an element moves to another place");
        if (collection->Kind == ValueKind.List)
            collection->Elements.Find(Probe.OfOrdinal(sortKey))->Place = place;
        else if (collection->Kind == ValueKind.SortedSet)
        {
            collection->Elements.Find(Probe.Of(SortKeys.FromScore(ElementBulk.ScoreOf(from)), data, length, pool))->Place = place;
            collection->Members.Find(Probe.OfHash(data, length, pool))->Place = place;
        }
        else
            collection->Elements.Find(Probe.OfHash(data, length, pool))->Place = place;
        CountDead(collection, old);
        CountLive(collection, place);
    }

    /// <summary>The record that tells when the collection expires; place 0: it does not expire.</summary>
    public void SetExpiryPlace(Collection* collection, ulong place)
    {
        long bytes = ElementBulk.ExpiryLiveBytes(collection);
        if (collection->ExpiryPlace != 0)
            live.Add(collection->ExpiryPlace, -bytes);
        if (place != 0)
            live.Add(place, bytes);
        collection->LogBytes += (place != 0 ? bytes : 0) - (collection->ExpiryPlace != 0 ? bytes : 0);
        Debug.Assert(collection->LogBytes >= 0, "no more bytes die than have lived");
        collection->ExpiryPlace = place;
        collection->HadExpiry |= place != 0;
    }

    /// <summary>The collection is no more: nothing that it holds lives, and its memory is given back.</summary>
    public void Free(Collection* collection)
    {
        ForgetLive(collection);
        Collection.Free(collection);
    }

    /// <summary>Nothing of the collection lives in the log any more.</summary>
    public void ForgetLive(Collection* collection)
    {
        if (collection->Kind == ValueKind.Pieces)
            new Pieces.PieceStore(pool, live).ForgetLive(collection);
        if (collection->Kind == ValueKind.Stream)
            new StreamStore(pool, live).ForgetLive(collection);
        for (ElementCursor cursor = new(collection->Elements); cursor.IsValid && collection->Kind <= ValueKind.SortedSet; cursor.MoveNext())
        {
            cursor.PrefetchLeaf(pool);
            CountDead(collection, cursor.Element.Place);
        }
        SetExpiryPlace(collection, 0);
    }

    /// <summary>Nothing of the collection lives any more, in all; where is told by <see cref="ForgetSome"/>.</summary>
    public void ForgetTotal(Collection* collection) => live.AddToTotal(-collection->LogBytes);

    /// <summary>After <see cref="ForgetTotal"/>: counts so many elements as dead where they lie. True: that were all, and the expiry.</summary>
    public bool ForgetSome(Collection* collection, ref ElementCursor cursor, int elements)
    {
        if (collection->Kind == ValueKind.Stream && !new StreamStore(pool, live).ForgetSome(collection, ref cursor, elements))
            return false;
        for (; elements > 0 && cursor.IsValid; elements--, cursor.MoveNext())
        {
            cursor.PrefetchLeaf(pool);
            CountBuried(collection, cursor.Element.Place, ElementBulk.LiveBytes(collection, pool + cursor.Element.Place));
        }
        if (cursor.IsValid)
            return false;
        if (collection->ExpiryPlace != 0)
            CountBuried(collection, collection->ExpiryPlace, ElementBulk.ExpiryLiveBytes(collection));
        return true;
    }

    /// <summary>All elements lie one after the other from here to there; null: they do not.</summary>
    public void SetWhole(Collection* collection, byte* start, byte* end)
    {
        Debug.Assert(start == null || start < end, "a record that holds all elements holds some");
        collection->WholePlace = start == null ? 0 : (ulong)(start - pool);
        collection->WholeBytes = start == null ? 0 : (uint)(end - start);
    }

    // Whether each field is one of the record's.
    private bool HoldsAll(Collection* hash, byte* start, byte* end)
    {
        if (hash->Elements.Root->Height != 0)
            return false;
            Debug.Assert(hash->Elements.Root->Count == hash->Count, "a hash counts its fields");
        ulong first = (ulong)(start - pool), bytes = (ulong)(end - start);
        Element* elements = Node.Elements(hash->Elements.Root);
        for (uint i = 0; i < hash->Count; i++)
        {
            if (elements[i].Place - first >= bytes)
                return false;
        }
        return true;
    }

    private bool PutOne(Collection* collection, RecordVerb verb, byte* bulk, ulong sortKey, bool isReplay)
    {
        byte* data = BulkString.Data(bulk, out int length);
        return collection->Kind switch
        {
            ValueKind.SortedSet => PutScored(collection, data, length, bulk, isReplay),
            ValueKind.List => PutAt(collection, Probe.OfOrdinal(sortKey), bulk, replaces: true),
            _ => PutAt(collection, Probe.OfHash(data, length, pool), bulk, replaces: isReplay || verb == RecordVerb.PutFields),
        };
    }

    private bool PutAt(Collection* collection, in Probe probe, byte* bulk, bool replaces)
    {
        ulong place = (ulong)(bulk - pool);
        Element* element = collection->Elements.FindOrInsert(probe, place, out bool isNew);
        if (isNew)
            collection->Count++;
        else if (!replaces || element->Place == place)
            return false;
        else
        {
            CountDead(collection, element->Place);
            element->Place = place;
        }
        CountLive(collection, place);
        return isNew;
    }

    private bool PutScored(Collection* set, byte* data, int length, byte* bulk, bool isReplay)
    {
        ulong place = (ulong)(bulk - pool);
        double score = ElementBulk.ScoreOf(bulk);
        Element* member = set->Members.FindOrInsert(Probe.OfHash(data, length, pool), place, out bool isNew);
        if (isNew)
            set->Count++;
        else
        {
            double old = ElementBulk.ScoreOf(member->Bulk(pool));
            if ((old == score && !isReplay) || member->Place == place)
                return false;
            bool isGone = set->Elements.Remove(Probe.Of(SortKeys.FromScore(old), data, length, pool), out _);
            Debug.Assert(isGone, "a member of a sorted set is found by its score as well");
            CountDead(set, member->Place);
            member->Place = place;
        }
        set->Elements.FindOrInsert(Probe.Of(SortKeys.FromScore(score), data, length, pool), place, out bool isRanked);
        Debug.Assert(isRanked, "a member has one score");
        CountLive(set, place);
        return isNew;
    }

    private void CountLive(Collection* collection, ulong place)
    {
        long bytes = ElementBulk.LiveBytes(collection, pool + place);
        live.Add(place, bytes);
        collection->LogBytes += bytes;
        collection->NoteBytes(bytes);
    }

    private void CountBuried(Collection* collection, ulong place, long bytes)
    {
        live.AddOutsideTotal(place, -bytes);
        collection->LogBytes -= bytes;
    }

    private void CountDead(Collection* collection, ulong place)
    {
        long bytes = ElementBulk.LiveBytes(collection, pool + place);
        live.Add(place, -bytes);
        collection->LogBytes -= bytes;
        Debug.Assert(collection->LogBytes >= 0, "no more bytes die than have lived");
    }
}
