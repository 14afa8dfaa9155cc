using System.Diagnostics;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Engine.Settings;
using Pkv.Engine.Space;
using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;
using Pkv.Resp;

namespace Pkv.Engine.Execution;

/// <summary>
/// What command handlers do to streams: find them, add and remove entries and facts, as records of the log first. Under the key's stripe
/// lock. Tells whoever watches the key or waits for it. One for each I/O thread.
/// </summary>
/// <remarks>A stream stays when its last entry goes: only DEL, expiry and what replaces it end it.</remarks>
public sealed unsafe class StreamAccess
{
    private const int RangeBytes = 2 * (StreamId.MaxBytes + 8);

    private readonly CommandContext _context;
    private readonly StreamStore _store;
    private readonly UseBits _use;
    private readonly byte* _pool;

    internal StreamAccess(CommandContext context, StreamStore store, UseBits use)
    {
        _context = context;
        _store = store;
        _use = use;
        _pool = context.PoolBase;
    }

    /// <summary>As <see cref="CollectionAccess.TryRead"/>.</summary>
    public bool TryRead(int keyArg, out Collection* stream) => _context.Collections.TryRead(keyArg, ValueKind.Stream, out stream);

    /// <summary>As <see cref="CollectionAccess.TryOpen"/>.</summary>
    public bool TryOpen(in KeyRef key, out Collection* stream) => _context.Collections.TryOpen(key, ValueKind.Stream, out stream);

    /// <summary>
    /// Adds the entry that the running XADD brings: kept as received if its argument tells the ID. Then trims. False: no room, nothing was
    /// done, and the client has been told.
    /// </summary>
    /// <param name="key">The command's key.</param>
    /// <param name="stream">What it holds, or null: it becomes a stream.</param>
    /// <param name="id">The entry's ID, above the stream's last one.</param>
    /// <param name="idArg">The argument in its place; fields and values follow.</param>
    /// <param name="isWhole">The argument tells the ID in full.</param>
    /// <param name="trim">What is to go then.</param>
    /// <param name="trimmed">Entries that went.</param>
    public bool TryAppend(in KeyRef key, Collection* stream, StreamId id, int idArg, bool isWhole, in StreamTrim trim, out uint trimmed)
    {
        trimmed = 0;
        bool mayTrim = trim.MayRemove(stream, id, _pool);
        if (mayTrim)
        {
            _context.Recorder.BeginPlan().Slots.Add(RecordPlan.CopyBytes(_context.Args) + StreamId.MaxBytes);
            AddRemoval(key);
            if (!_context.Room.TryPrepare())
                return false;
            _context.Thread.Log.BeginTransaction();
        }
        bool done = TryRecordEntry(id, idArg, isWhole);
        if (done)
        {
            stream = stream == null ? Make(key) : stream;
            _store.Append(stream, id, _context.Args.Items[idArg].Bulk, (_context.ArgCount - idArg - 1) / 2, _context.Locks.LastSequence, Nodes);
            if (mayTrim)
                trimmed = Trim(key, stream, trim);
            Tell(key);
        }
        if (mayTrim)
            _context.Thread.Log.EndTransaction();
        return done;
    }

    /// <summary>Removes what is to be trimmed. False: no room even for that, nothing was done, and the client has been told.</summary>
    public bool TryTrim(in KeyRef key, Collection* stream, in StreamTrim trim, out uint trimmed)
    {
        trimmed = 0;
        _context.Recorder.BeginPlan(AppendPurpose.Delete);
        AddRemoval(key);
        if (!_context.Room.TryPrepare())
            return false;
        _context.Thread.Log.BeginTransaction();
        trimmed = Trim(key, stream, trim);
        _context.Thread.Log.EndTransaction();
        if (trimmed != 0)
            _context.TouchWatchers(key);
        return true;
    }

    /// <summary>Removes entries that are there (XDEL). False: no room even for that, nothing was done, and the client has been told.</summary>
    public bool TryDelete(in KeyRef key, Collection* stream, ReadOnlySpan<StreamId> ids)
    {
        Debug.Assert(ids.Length > 0, "what is logged as removed is there");
        long most = CollectionRecord.UsualMaxBytes / RangeBytes;
        _context.Recorder.BeginPlan(AppendPurpose.Delete);
        for (long left = ids.Length; left > 0; left -= most)
            _context.Recorder.Plan.Slots.Add(CollectionRecord.HeadBytes(key.Length) + Math.Min(left, most) * RangeBytes);
        AddSummary(key);
        if (!_context.Room.TryPrepare())
            return false;
        _context.Thread.Log.BeginTransaction();
        for (int first = 0; first < ids.Length; first += (int)most)
        {
            ReadOnlySpan<StreamId> some = ids.Slice(first, (int)Math.Min(most, ids.Length - first));
            byte* p = BeginPrepared(CollectionRecord.HeadBytes(key.Length) + some.Length * RangeBytes);
            p = CollectionRecord.WriteHead(p, RecordVerb.CutEntries, key.Data, key.Length, 2 * some.Length);
            foreach (StreamId id in some)
                p = id.WriteBulk(id.WriteBulk(p));
            _context.Recorder.End(p, key.Database.Number, EntryFlags.None, isTombstone: true);
            foreach (StreamId id in some)
            {
                _store.Cut(stream, id, id);
                if (id > stream->Stream->MaxDeletedId)
                    stream->Stream->MaxDeletedId = id;
            }
            _context.Breathe();
        }
        LogSummary(key, stream);
        _context.Thread.Log.EndTransaction();
        _context.TouchWatchers(key);
        return true;
    }

    /// <summary>Changes what the stream tells of itself (XSETID): to whoever watches the key, as in Redis, that is no change. False: no room, nothing was done, and the client has been told.</summary>
    public bool TrySetState(in KeyRef key, Collection* stream, StreamId lastId, ulong added, StreamId maxDeletedId)
    {
        _context.Recorder.BeginPlan();
        AddSummary(key);
        if (!_context.Room.TryPrepare())
            return false;
        StreamState* state = stream->Stream;
        (state->LastId, state->Added, state->MaxDeletedId) = (lastId, added, maxDeletedId);
        LogSummary(key, stream);
        return true;
    }

    /// <summary>Adds to the plan what <see cref="Store(in KeyRef, Collection*)"/> logs.</summary>
    public void PlanStore(in KeyRef to, Collection* source) => PlanStore(to, new StreamCopy(source, _pool));

    /// <summary>Gives the key all that another one's stream holds, in place of whatever it holds. It was planned. False: no room for the key's deletion.</summary>
    public bool Store(in KeyRef to, Collection* source)
    {
        _context.Thread.Log.BeginTransaction();
        Collection* made = StoreEntries(to, new StreamCopy(source, _pool));
        if (made != null)
        {
            StreamStore.TakeStateOf(made, source, _context.Breather);
            LogSummary(to, made);
            Tell(to);
        }
        _context.Thread.Log.EndTransaction();
        return made != null;
    }

    /// <summary>Adds to the plan what <see cref="Store(in KeyRef, ReadOnlySpan{byte}, in StreamState)"/> logs.</summary>
    public void PlanStore(in KeyRef to, ReadOnlySpan<byte> entries)
    {
        fixed (byte* frames = entries)
            PlanStore(to, new StreamCopy(frames, entries.Length));
    }

    /// <summary>Gives the key these entries, as a record of PKV.XPUT has them, in place of whatever it holds. As the other one.</summary>
    public bool Store(in KeyRef to, ReadOnlySpan<byte> entries, in StreamState state)
    {
        _context.Thread.Log.BeginTransaction();
        Collection* made;
        fixed (byte* frames = entries)
            made = StoreEntries(to, new StreamCopy(frames, entries.Length));
        if (made != null)
        {
            (made->Stream->LastId, made->Stream->Added, made->Stream->MaxDeletedId) = (state.LastId, state.Added, state.MaxDeletedId);
            LogSummary(to, made);
            Tell(to);
        }
        _context.Thread.Log.EndTransaction();
        return made != null;
    }

    private void PlanStore(in KeyRef to, StreamCopy entries)
    {
        _context.Recorder.Plan.AddTombstone(to);
        while (entries.TryNext(to.Length, out long bytes))
        {
            _context.Recorder.Plan.Slots.Add(bytes);
            _context.Breathe();
        }
        AddSummary(to);
    }

    private Collection* StoreEntries(in KeyRef to, StreamCopy entries)
    {
        bool replaces = _context.Find(to, out Entry old, touch: false);
        if (replaces && !_context.Delete(to, old))
            return null;
        Collection* made = Make(to, isNew: !replaces);
        while (entries.TryNext(to.Length, out long bytes))
        {
            byte* p = BeginPrepared(bytes);
            byte* first = CollectionRecord.WriteHead(p, RecordVerb.PutEntries, to.Data, to.Length, entries.Bulks);
            p = entries.Write(first);
            _context.Recorder.BytesMoved += p - first;
            _context.Recorder.End(p, to.Database.Number, EntryFlags.None, isTombstone: false);
            _store.PutEntries(made, first, entries.Bulks, Nodes);
            _context.Breathe();
        }
        return made;
    }

    private NodeLimits Nodes => new(_context.Engine.Options.StreamNodeMaxEntries, _context.Engine.Options.StreamNodeMaxBytes);

    private void Tell(in KeyRef key)
    {
        _context.TouchWatchers(key);
        _context.Events.KeyBecame(key, ValueKind.Stream);
    }

    // The command as received, unless its argument does not tell the ID.
    private bool TryRecordEntry(StreamId id, int idArg, bool isWhole)
    {
        Arg* arg = _context.Args.Items + idArg;
        bool isAuto = arg->Span.SequenceEqual("*"u8);
        if (isAuto && AutoId.Fits(id, _context.NowMs))
        {
            byte* text = arg->Data;
            *text = AutoId.Of(id);
            bool isRetained = _context.Retain();
            // The bytes stay what they were where they are not the record.
            if (!isRetained || _context.Args.Items[idArg].Data != text)
                *text = (byte)'*';
            return isRetained;
        }
        if (isWhole && !AutoId.Is(arg->Span))
            return _context.Retain();
        return TryRecordWithId(id, idArg);
    }

    // "XADD key id field value …", written once more, with the whole ID.
    private bool TryRecordWithId(StreamId id, int idArg)
    {
        ArgList args = _context.Args;
        byte* p = _context.Recorder.TryBegin(RecordPlan.CopyBytes(args) + StreamId.MaxBytes);
        if (p == null)
        {
            _context.OutOfMemory();
            return false;
        }
        Arg* key = args.Items + 1;
        int pairs = (args.Count - idArg - 1) / 2;
        byte* start = p;
        p = CollectionRecord.WriteHead(p, RecordVerb.AppendEntry, key->Data, key->Length, 2 * pairs + 1);
        byte* idBulk = p;
        p = id.WriteBulk(p);
        byte* data = BulkString.Data(idBulk, out int length);
        args.Items[idArg] = args.Items[idArg] with { Data = data, Length = length, Framed = true };
        for (int i = idArg + 1; i < args.Count; i++)
            p = BulkString.WriteBulk(p, args.Items[i].Data, args.Items[i].Length);
        _context.Recorder.BytesMoved += p - start;
        _context.Recorder.End(p, _context.Client.Database, EntryFlags.None, isTombstone: false);
        return true;
    }

    private uint Trim(in KeyRef key, Collection* stream, in StreamTrim trim)
    {
        if (!trim.TryFind(stream, _pool, out StreamId last))
            return 0;
        byte* p = BeginPrepared(CollectionRecord.HeadBytes(key.Length) + RangeBytes);
        p = CollectionRecord.WriteHead(p, RecordVerb.CutEntries, key.Data, key.Length, 2);
        p = last.WriteBulk(StreamId.Min.WriteBulk(p));
        _context.Recorder.End(p, key.Database.Number, EntryFlags.None, isTombstone: true);
        uint removed = _store.Cut(stream, StreamId.Min, last, _context.Breather);
        LogSummary(key, stream);
        return removed;
    }

    private void AddRemoval(in KeyRef key)
    {
        _context.Recorder.Plan.Slots.Add(CollectionRecord.HeadBytes(key.Length) + RangeBytes);
        AddSummary(key);
    }

    private void AddSummary(in KeyRef key) => _context.Recorder.Plan.Slots.Add(SummaryBytes(key));

    private static long SummaryBytes(in KeyRef key) => CollectionRecord.HeadBytes(key.Length) + StreamFacts.SummaryBytes + 32;

    // What goes may have been what told of the stream.
    private void LogSummary(in KeyRef key, Collection* stream)
    {
        ulong number = _context.Locks.LastSequence;
        byte* p = BeginPrepared(SummaryBytes(key));
        byte* name = CollectionRecord.WriteHead(p, RecordVerb.PutFacts, key.Data, key.Length, 2);
        p = StreamFacts.WriteSummaryPair(name, *stream->Stream, number);
        _context.Recorder.End(p, key.Database.Number, EntryFlags.None, isTombstone: false);
        stream->Stream->SummaryNumber = number;
        _store.PutFact(stream, name);
    }

    // All of it was planned: see RecordPlan.
    private byte* BeginPrepared(long bytes)
    {
        byte* p = _context.Recorder.TryBegin(bytes, _context.Recorder.Plan.Purpose);
        return p != null ? p : throw new InvalidOperationException(CollectionAccess.NoPreparedRoom);
    }

    private Collection* Make(in KeyRef key, bool isNew = true)
    {
        Collection* made = Collection.Make(ValueKind.Stream, key.Data, key.Length, 1);
        StripeIndex.Insert(key.Stripe, key.Hash, ValueKind.Stream, Collection.Locator(made), -1, _use.Fresh(_context.NowMs), _pool);
        key.Database.CountKeys(1);
        key.Database.CountCollections(1);
        // As in Redis, a key whose value is replaced is no new key.
        if (isNew)
            _context.Notify(KeyspaceEvents.NewKey, "new"u8, key);
        return made;
    }
}
