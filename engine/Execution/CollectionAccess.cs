using System.Runtime.CompilerServices;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Settings;
using Pkv.Engine.Space;
using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;

namespace Pkv.Engine.Execution;

/// <summary>
/// What command handlers do to hashes, lists, sets and sorted sets: find them, put and remove elements, as records of the log
/// first. Under the key's stripe lock. Tells whoever watches the key. One for each I/O thread.
/// </summary>
/// <remarks>A collection is valid until its key is written to; one that becomes empty is gone, and its key.</remarks>
public sealed unsafe class CollectionAccess : IDisposable
{
    internal const string NoPreparedRoom = "the effect log has no room that was prepared";

    private readonly CommandContext _context;
    private readonly CollectionStore _store;
    private readonly UseBits _use;
    private readonly byte* _pool;
    private readonly ElementBatch _batch = new();
    private readonly List<nint> _dead = [];
    private readonly Graveyard _graveyard;
    private bool _replaces;

    internal CollectionAccess(CommandContext context, CollectionStore store, UseBits use)
    {
        _context = context;
        _store = store;
        _use = use;
        _pool = context.PoolBase;
        _graveyard = new Graveyard(store, context.Engine.Pool.Epochs, context.Thread.Number);
    }

    /// <summary>Large collections that are gone, but not yet out of memory.</summary>
    internal Graveyard Graveyard => _graveyard;

    /// <summary>
    /// Finds the collection at this argument, to be read: counts a hit or a miss. False: the key holds another type, and the client has
    /// been told. Null: there is no such key.
    /// </summary>
    public bool TryRead(int keyArg, ValueKind kind, out Collection* collection)
    {
        KeyRef key = _context.KeyAt(keyArg);
        bool exists = _context.Find(key, out Entry entry);
        _context.CountLookup(key, exists);
        collection = entry.Collection;
        return !exists || entry.Kind == kind || RefuseType();
    }

    /// <summary>As <see cref="TryRead"/>, for a key that is to be changed: nothing is counted.</summary>
    public bool TryOpen(in KeyRef key, ValueKind kind, out Collection* collection)
    {
        bool exists = _context.Find(key, out Entry entry);
        collection = entry.Collection;
        return !exists || entry.Kind == kind || RefuseType();
    }

    /// <summary>The thread's batch, emptied.</summary>
    public ElementBatch NewBatch()
    {
        _batch.Clear();
        return _batch;
    }

    /// <summary>
    /// Keeps the command as received and puts its elements: HSET, HMSET, HSETNX, SADD, ZADD (without options, its scores such as
    /// <see cref="ScoreText.TryParse"/> takes). False: no room, and the client has been told.
    /// </summary>
    /// <param name="key">The command's key.</param>
    /// <param name="collection">What it holds, or null.</param>
    /// <param name="kind">What it is to hold.</param>
    /// <param name="firstArg">The first argument behind the key, up to the last one.</param>
    /// <param name="added">Elements that were not there.</param>
    public bool AddRetained(in KeyRef key, Collection* collection, ValueKind kind, int firstArg, out uint added) =>
        Retain(key, collection, kind, RecordVerbs.PutOf(kind), firstArg, out added);

    /// <summary>Keeps LPUSH, RPUSH, LPUSHX, RPUSHX as received and puts its values. False: no room, and the client has been told.</summary>
    public bool PushRetained(in KeyRef key, Collection* list, bool atHead, int firstArg) =>
        Retain(key, list, ValueKind.List, atHead ? RecordVerb.PushHead : RecordVerb.PushTail, firstArg, out _);

    /// <summary>
    /// Logs the batch and puts its elements: of a list at places of their own. False: no room, nothing was done, the client has been told.
    /// </summary>
    public bool Put(in KeyRef key, Collection* collection, ValueKind kind, ElementBatch batch, out uint added) =>
        Record(key, collection, kind, RecordVerbs.PutOf(kind), batch, out added);

    /// <summary>Logs the batch and pushes its values one after the other to an end of a list. False: no room, the client has been told.</summary>
    public bool Push(in KeyRef key, Collection* list, ElementBatch batch, bool atHead) =>
        Record(key, list, ValueKind.List, atHead ? RecordVerb.PushHead : RecordVerb.PushTail, batch, out _);

    /// <summary>
    /// Gives the key a whole collection in place of whatever it holds (STORE commands); the expiry time goes. Recovered wholly or not
    /// at all. False: no room, nothing was done, the client has been told.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="kind">What it holds from now on.</param>
    /// <param name="batch">The elements.</param>
    /// <param name="servesWaiters">Also where the key held something: RENAME, COPY and RESTORE serve who waits for it, STORE does not.</param>
    public bool Replace(in KeyRef key, ValueKind kind, ElementBatch batch, bool servesWaiters = false)
    {
        RecordPlan plan = _context.Recorder.BeginPlan();
        plan.AddTombstone(key);
        plan.AddBatch(_context, key, batch);
        if (!_context.Room.TryPrepare())
            return false;
        _context.Thread.Log.BeginTransaction();
        _replaces = _context.Find(key, out Entry old, touch: false);
        RecordVerb verb = kind == ValueKind.List ? RecordVerb.PushTail : RecordVerbs.PutOf(kind);
        bool done = (!_replaces || _context.Delete(key, old)) && Record(key, null, kind, verb, batch, out _);
        if (done && _replaces && servesWaiters)
            _context.Events.KeyBecame(key, kind);
        _replaces = false;
        _context.Thread.Log.EndTransaction();
        return done;
    }

    /// <summary>
    /// Logs and removes what the batch names (of a list: what it cuts). Only what is there belongs into it. The key goes with its last
    /// element. May use the room that is kept for deletes; false: not even that is enough, nothing was done, and the client has been told.
    /// </summary>
    public bool Remove(in KeyRef key, Collection* collection, ElementBatch batch)
    {
        RecordPlan plan = _context.Recorder.BeginPlan(AppendPurpose.Delete);
        plan.AddBatch(_context, key, batch);
        plan.AddTombstone(key);
        if (!_context.Room.TryPrepare())
            return false;
        RecordVerb verb = RecordVerbs.RemoveOf(collection->Kind);
        int each = RecordVerbs.BulksPerElement(verb);
        _context.Thread.Log.BeginTransaction();
        for (int first = 0; first < batch.Count;)
        {
            int count = CollectionRecord.Fit(batch, first, key.Length, out long bytes);
            byte* p = BeginPrepared(bytes, AppendPurpose.Delete);
            byte* elements = CollectionRecord.WriteHead(p, verb, key.Data, key.Length, count * each);
            p = CollectionRecord.WriteElements(elements, verb, batch, first, count);
            _context.Recorder.End(p, key.Database.Number, EntryFlags.None, isTombstone: true);
            _store.Remove(collection, verb, elements, count * each);
            first += count;
            _context.Breathe();
        }
        // The expiry's record would be found by a key that comes later, once the removals are not needed any more.
        if (collection->Count == 0 && collection->HadExpiry && !_context.LogDelete(key))
            throw new InvalidOperationException(NoPreparedRoom);
        _context.Thread.Log.EndTransaction();
        if (collection->Count == 0)
            _context.ForgetEmptied(key);
        _context.TouchWatchers(key);
        return true;
    }

    /// <summary>Replies with all elements one after the other, where they stand so in one record. False: they do not.</summary>
    public bool TryReplyWhole(Collection* collection)
    {
        if (collection->WholePlace == 0)
            return false;
        _context.Reply.StoredElements(_pool + collection->WholePlace, collection->WholeBytes);
        return true;
    }

    /// <summary>An inner turn begins, in the middle of whatever is being done here.</summary>
    internal bool Suspend(ElementBatch batch)
    {
        bool replaces = _replaces;
        _batch.Exchange(batch);
        _replaces = false;
        return replaces;
    }

    /// <summary>Undoes <see cref="Suspend"/>.</summary>
    internal void Resume(ElementBatch batch, bool replaces)
    {
        _batch.Exchange(batch);
        _replaces = replaces;
    }

    /// <summary>Frees what died since. Between turns: nobody looks at it any more.</summary>
    internal void ReleaseDead()
    {
        if (_dead.Count == 0)
            return;
        foreach (nint dead in _dead)
            Collection.Free((Collection*)dead);
        _dead.Clear();
    }

    /// <summary>The collection's key is gone, or holds something else: nothing in it lives. Its memory stays until the turn's end.</summary>
    internal void Bury(Database database, Collection* collection)
    {
        database.CountCollections(-1);
        if (_graveyard.Takes(collection))
        {
            _graveyard.Add(collection);
            return;
        }
        _store.ForgetLive(collection);
        _dead.Add((nint)collection);
    }

    /// <summary>The record that tells when a collection expires; 0: it does not.</summary>
    internal void SetExpiryPlace(Collection* collection, ulong place) => _store.SetExpiryPlace(collection, place);

    public void Dispose()
    {
        ReleaseDead();
        _graveyard.Work(long.MaxValue / 2);
        _batch.Dispose();
    }

    private bool Retain(in KeyRef key, Collection* collection, ValueKind kind, RecordVerb verb, int firstArg, out uint added)
    {
        added = 0;
        if (!_context.Retain())
            return false;
        ulong number = _context.Locks.LastSequence;
        int bulks = _context.ArgCount - firstArg;
        if (collection == null)
            collection = Make(key, kind, bulks / RecordVerbs.BulksPerElement(verb));
        // First: others may be served while the values are put, and number their own records.
        if (kind == ValueKind.List)
            _context.Locks.LastSequence += ListOrdinals.ExtraNumbers(bulks);
        added = _store.Put(collection, verb, _context.Args.Items[firstArg].Bulk, bulks, number, _context.Breather);
        _context.TouchWatchers(key);
        return true;
    }

    private bool Record(in KeyRef key, Collection* collection, ValueKind kind, RecordVerb verb, ElementBatch batch, out uint added)
    {
        added = 0;
        if (batch.Count == 0)
            return true;
        _context.Recorder.BeginPlan().AddBatch(_context, key, batch);
        if (!_context.Room.TryPrepare())
            return false;
        int each = RecordVerbs.BulksPerElement(verb);
        if (collection == null)
            collection = Make(key, kind, batch.Count);
        _context.Thread.Log.BeginTransaction();
        for (int first = 0; first < batch.Count;)
        {
            int count = CollectionRecord.Fit(batch, first, key.Length, out long bytes);
            byte* p = BeginPrepared(bytes, AppendPurpose.Write);
            byte* elements = CollectionRecord.WriteHead(p, verb, key.Data, key.Length, count * each);
            p = CollectionRecord.WriteElements(elements, verb, batch, first, count);
            _context.Recorder.BytesMoved += p - elements;
            _context.Recorder.End(p, key.Database.Number, EntryFlags.None, isTombstone: false);
            added += _store.Put(collection, verb, elements, count * each, _context.Locks.LastSequence);
            if (kind == ValueKind.List)
                _context.Locks.LastSequence += ListOrdinals.ExtraNumbers(count);
            first += count;
            _context.Breathe();
        }
        _context.Thread.Log.EndTransaction();
        _context.TouchWatchers(key);
        return true;
    }

    // All of it was planned: see RecordPlan.
    private byte* BeginPrepared(long bytes, AppendPurpose purpose)
    {
        byte* p = _context.Recorder.TryBegin(bytes, purpose);
        return p != null ? p : throw new InvalidOperationException(NoPreparedRoom);
    }

    private Collection* Make(in KeyRef key, ValueKind kind, int expected)
    {
        Collection* made = Collection.Make(kind, key.Data, key.Length, expected);
        StripeIndex.Insert(key.Stripe, key.Hash, kind, Collection.Locator(made), -1, _use.Fresh(_context.NowMs), _pool);
        key.Database.CountKeys(1);
        key.Database.CountCollections(1);
        // As in Redis, a key whose value is replaced is no new key, and nobody who waits for it is served.
        if (!_replaces)
        {
            _context.Notify(KeyspaceEvents.NewKey, "new"u8, key);
            _context.Events.KeyBecame(key, kind);
        }
        return made;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool RefuseType()
    {
        _context.Reply.Error("WRONGTYPE Operation against a key holding the wrong kind of value"u8);
        return false;
    }
}
