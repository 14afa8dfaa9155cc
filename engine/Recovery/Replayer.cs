using System.Runtime.InteropServices;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Engine.Records;
using Pkv.Engine.Space;
using Pkv.Persistence.Format;
using Pkv.Persistence.Recovery;
using Pkv.Resp;

namespace Pkv.Engine.Recovery;

/// <summary>
/// Rebuilds the keyspace from the merged log. Entries are taken in chunks; in each, all workers first decode a
/// part of the entries and sort what they find by stripe, then each applies, in order, what concerns its own
/// stripes. Nobody locks anything. Commands over whole databases run between chunks.
/// </summary>
internal sealed unsafe class Replayer
{
    private const int EntriesPerChunk = 64 * 1024;

    private readonly EngineState _engine;
    private readonly KeyspaceState _keyspace;
    private readonly int _workers;
    private readonly List<ReplayOp>[][] _ops;
    private readonly ReplayDecoder[] _decoders;
    private readonly PendingExpiries[] _pending;

    // As in Redis, a key that was just loaded counts as just used.
    private readonly ulong _lru;
    private readonly HashSet<ulong> _globals = [];
    private string? _error;

    public Replayer(EngineState engine, int workers)
    {
        _engine = engine;
        _keyspace = engine.Keyspace;
        _lru = engine.Space.CountsAccesses ? UseBits.NewKeyCount : Slot.LruClock(Clock.NowMs());
        _workers = Math.Min(workers, engine.Live.Threads);
        _ops = new List<ReplayOp>[_workers][];
        _decoders = new ReplayDecoder[_workers];
        _pending = [.. Enumerable.Range(0, _workers).Select(_ => new PendingExpiries())];
        for (int w = 0; w < _workers; w++)
        {
            List<ReplayOp>[] mine = [.. Enumerable.Range(0, _workers).Select(_ => new List<ReplayOp>())];
            _ops[w] = mine;
            _decoders[w] = new ReplayDecoder(op => mine[(int)(op.Hash & (Database.StripeCount - 1)) * _workers / Database.StripeCount].Add(op));
        }
    }

    /// <summary>Commands replayed.</summary>
    public long Commands => _decoders.Sum(d => d.Commands);

    /// <summary>Replays everything. Returns what is wrong, or null.</summary>
    /// <param name="entries">In order.</param>
    /// <param name="progress">Told (entries done, entries in all).</param>
    public string? Replay(RecoveredEntry[] entries, Action<long, long>? progress = null)
    {
        ulong last = 0;
        IndexSizing.Apply(_keyspace, entries);
        foreach (ref readonly RecoveredEntry entry in entries.AsSpan())
        {
            if (entry.Database >= _keyspace.Databases.Length)
                return TooFewDatabases(entry.Database);
        }
        for (int at = 0; at < entries.Length && _error is null;)
        {
            int end = at;
            while (end < entries.Length && end - at < EntriesPerChunk && (entries[end].Flags & EntryFlags.Global) == 0)
                end++;
            if (end > at)
                ReplayChunk(entries, at, end);
            if (end < entries.Length && (entries[end].Flags & EntryFlags.Global) != 0)
                ReplayGlobal(entries, end++);
            last = Math.Max(last, entries[end - 1].Sequence + MaxCommandsPerEntry);
            at = end;
            progress?.Invoke(at, entries.Length);
        }
        SetClocks(last);
        foreach (ReplayDecoder decoder in _decoders)
            decoder.Dispose();
        return _error;
    }

    // An entry tells its first number only; every command takes bytes, so a segment's worth is a safe bound.
    private const ulong MaxCommandsPerEntry = PoolHeader.SlotBytes;

    private void ReplayChunk(RecoveredEntry[] entries, int start, int end)
    {
        Run(w =>
        {
            foreach (List<ReplayOp> list in _ops[w])
                list.Clear();
            int from = start + (int)((long)(end - start) * w / _workers), to = start + (int)((long)(end - start) * (w + 1) / _workers);
            for (int i = from; i < to; i++)
                DecodeEntry(w, entries[i]);
        });
        Run(w =>
        {
            for (int from = 0; from < _workers; from++)
                Apply(_engine.Live[w], _pending[w], CollectionsMarshal.AsSpan(_ops[from][w]));
        });
    }

    private void DecodeEntry(int worker, in RecoveredEntry entry)
    {
        if (_decoders[worker].Decode(entry) is { } error)
            Interlocked.CompareExchange(ref _error, $"pool bytes {entry.Start - _keyspace.PoolBase}..{entry.Start - _keyspace.PoolBase + entry.Length - 1}: {error}", null);
        if (_decoders[worker].TombstoneBytes is long bytes and not 0)
            _engine.Pool.SegmentAt(entry.Start)!.AddTombstoneBytes(bytes);
    }

    private void Run(Action<int> work)
    {
        if (_workers == 1)
            work(0);
        else
            Parallel.For(0, _workers, new ParallelOptions { MaxDegreeOfParallelism = _workers }, work);
    }

    private void Apply(LiveBytes live, PendingExpiries pending, ReadOnlySpan<ReplayOp> ops)
    {
        const int ahead = 8;
        for (int i = 0; i < ops.Length; i++)
        {
            if (i + ahead < ops.Length)
            {
                ref readonly ReplayOp coming = ref ops[i + ahead];
                StripeIndex.Prefetch(_keyspace[coming.Database].StripeOf(coming.Hash), coming.Hash);
            }
            Apply(live, pending, ops[i]);
        }
    }

    private void Apply(LiveBytes live, PendingExpiries pending, in ReplayOp op)
    {
        Database database = _keyspace[op.Database];
        Stripe* stripe = database.StripeOf(op.Hash);
        byte* key = BulkString.Data(op.KeyBulk, out int length);
        ulong* slot = StripeIndex.Find(stripe, op.Hash, key, length, _keyspace.PoolBase);
        // A string of pieces began after it: as they were logged, this came first.
        if (slot != null && op.Action != ReplayAction.PutPieces && StripeIndex.IsPieces(stripe, *slot) && StripeIndex.CollectionOf(stripe, *slot)->Birth > op.Number)
            return;
        switch (op.Action)
        {
            case ReplayAction.PutPieces:
                pending.Forget(database, op.Hash);
                ApplyPieces(live, op, database, stripe, slot);
                return;
            case ReplayAction.Set:
                pending.Forget(database, op.Hash);
                ApplySet(live, op, database, stripe, slot);
                return;
            case ReplayAction.Put:
                ApplyPut(live, pending, op, database, stripe, slot);
                return;
            case ReplayAction.Remove:
                if (slot != null)
                    ApplyRemove(live, pending, op, database, stripe, slot);
                return;
            case ReplayAction.Delete:
                pending.Forget(database, op.Hash);
                if (slot != null)
                    Drop(live, database, stripe, slot);
                return;
            default:
                if (slot != null)
                    ApplyExpiry(live, op, database, stripe, slot);
                else if (op.Action == ReplayAction.ExpireAt)
                    pending.Keep(database, op);
                else
                    pending.Forget(database, op.Hash);
                return;
        }
    }

    private void ApplySet(LiveBytes live, in ReplayOp op, Database database, Stripe* stripe, ulong* slot)
    {
        ulong address = (ulong)(op.KeyBulk - _keyspace.PoolBase);
        long oldExpiry = slot == null ? -1 : StripeIndex.ExpiryOf(stripe, *slot);
        live.Add(address, Cell.LogBytes(op.KeyBulk, op.Kind));
        database.CountVolatile((op.ExpiryMs >= 0 ? 1 : 0) - (oldExpiry >= 0 ? 1 : 0));
        if (slot == null)
        {
            StripeIndex.Insert(stripe, op.Hash, op.Kind, address, op.ExpiryMs, _lru, _keyspace.PoolBase);
            database.CountKeys(1);
            return;
        }
        Forget(live, database, stripe, *slot);
        StripeIndex.Update(stripe, slot, op.Kind, address, op.ExpiryMs, _lru);
    }

    // A key of another type was deleted by removing its last element, whose record may be gone.
    private void ApplyPut(LiveBytes live, PendingExpiries pending, in ReplayOp op, Database database, Stripe* stripe, ulong* slot)
    {
        if (slot != null && StripeIndex.KindOf(stripe, *slot) != op.Kind)
        {
            Drop(live, database, stripe, slot);
            slot = null;
        }
        Collection* collection = slot == null ? null : StripeIndex.CollectionOf(stripe, *slot);
        if (collection == null)
        {
            byte* key = BulkString.Data(op.KeyBulk, out int length);
            collection = Collection.Make(op.Kind, key, length, op.Kind == ValueKind.Stream ? 1 : op.Bulks / RecordVerbs.BulksPerElement(op.Verb));
            StripeIndex.Insert(stripe, op.Hash, op.Kind, Collection.Locator(collection), -1, _lru, _keyspace.PoolBase);
            database.CountKeys(1);
            database.CountCollections(1);
            if (pending.TryTake(database, op.Hash, out ReplayOp expiry) && BulkString.Holds(expiry.KeyBulk, key, length))
                ApplyExpiry(live, expiry, database, stripe, StripeIndex.Find(stripe, op.Hash, key, length, _keyspace.PoolBase));
        }
        if (op.Kind == ValueKind.Stream)
            StreamRecords.Put(new StreamStore(_keyspace.PoolBase, live), collection, op, new NodeLimits(_engine.Options.StreamNodeMaxEntries, _engine.Options.StreamNodeMaxBytes));
        else
            new CollectionStore(_keyspace.PoolBase, live).Put(collection, op.Verb, op.Elements, op.Bulks, op.Number, isReplay: true);
    }

    // Whatever the key holds that is not this string, or the value that it began with, is older and gone: see PieceHead.
    private void ApplyPieces(LiveBytes live, in ReplayOp op, Database database, Stripe* stripe, ulong* slot)
    {
        PieceStore store = new(_keyspace.PoolBase, live);
        PieceHead head = PieceRecord.HeadOf(op.Elements);
        Collection* held = slot != null && StripeIndex.IsPieces(stripe, *slot) ? StripeIndex.CollectionOf(stripe, *slot) : null;
        if (held != null && held->Birth > head.Birth)
            return;
        if (held != null && held->Birth == head.Birth)
        {
            if (StripeIndex.ExpiryOf(stripe, *slot) != head.ExpiryMs)
            {
                database.CountVolatile((head.ExpiryMs >= 0 ? 1 : 0) - (Slot.IsVolatile(*slot) ? 1 : 0));
                StripeIndex.Update(stripe, slot, ValueKind.Pieces, Collection.Locator(held), head.ExpiryMs, _lru);
            }
            store.Put(held, BulkString.Next(op.Elements), op.Bulks / 2);
            return;
        }
        byte* key = BulkString.Data(op.KeyBulk, out int length);
        Collection* made = PieceStore.Make(key, length, head);
        if (slot != null && !Slot.IsCollection(*slot))
        {
            byte* data = BulkString.Data(Cell.ValueBulk(StripeIndex.KeyBulk(StripeIndex.AddressOf(stripe, *slot), _keyspace.PoolBase), Slot.Kind(*slot)), out int bytes);
            if (bytes == head.BaseBytes && bytes > 0)
            {
                store.Put(made, 0, data, bytes, isFirst: true);
                _engine.Pool.SegmentAt(data)!.MovesInPieces = true;
            }
        }
        store.Put(made, BulkString.Next(op.Elements), op.Bulks / 2);
        database.CountCollections(1);
        database.CountVolatile((head.ExpiryMs >= 0 ? 1 : 0) - (slot != null && Slot.IsVolatile(*slot) ? 1 : 0));
        if (slot == null)
        {
            StripeIndex.Insert(stripe, op.Hash, ValueKind.Pieces, Collection.Locator(made), head.ExpiryMs, _lru, _keyspace.PoolBase);
            database.CountKeys(1);
            return;
        }
        Forget(live, database, stripe, *slot);
        StripeIndex.Update(stripe, slot, ValueKind.Pieces, Collection.Locator(made), head.ExpiryMs, _lru);
    }

    private void ApplyRemove(LiveBytes live, PendingExpiries pending, in ReplayOp op, Database database, Stripe* stripe, ulong* slot)
    {
        if (StripeIndex.KindOf(stripe, *slot) != op.Kind)
            return;
        Collection* collection = StripeIndex.CollectionOf(stripe, *slot);
        if (op.Kind == ValueKind.Stream)
        {
            // A stream stays when its last entry goes.
            new StreamStore(_keyspace.PoolBase, live).Cut(collection, op.Elements, op.Bulks);
            return;
        }
        new CollectionStore(_keyspace.PoolBase, live).Remove(collection, op.Verb, op.Elements, op.Bulks);
        if (collection->Count != 0)
            return;
        // What was there besides may have died since, and its records be gone. Had the key gone here, a DEL would follow.
        if (collection->ExpiryPlace != 0)
            pending.Keep(database, op with { Action = ReplayAction.ExpireAt, KeyBulk = _keyspace.PoolBase + collection->ExpiryPlace, ExpiryMs = StripeIndex.ExpiryOf(stripe, *slot) });
        Drop(live, database, stripe, slot);
    }

    private void ApplyExpiry(LiveBytes live, in ReplayOp op, Database database, Stripe* stripe, ulong* slot)
    {
        ulong address = StripeIndex.AddressOf(stripe, *slot);
        database.CountVolatile((op.ExpiryMs >= 0 ? 1 : 0) - (StripeIndex.ExpiryOf(stripe, *slot) >= 0 ? 1 : 0));
        if (Slot.IsCollection(*slot))
            new CollectionStore(_keyspace.PoolBase, live).SetExpiryPlace(Collection.At(address), op.ExpiryMs >= 0 ? (ulong)(op.KeyBulk - _keyspace.PoolBase) : 0);
        StripeIndex.Update(stripe, slot, StripeIndex.KindOf(stripe, *slot), address, op.ExpiryMs, _lru);
    }

    private void Drop(LiveBytes live, Database database, Stripe* stripe, ulong* slot)
    {
        database.CountVolatile(StripeIndex.ExpiryOf(stripe, *slot) >= 0 ? -1 : 0);
        Forget(live, database, stripe, *slot);
        StripeIndex.Remove(stripe, slot);
        database.CountKeys(-1);
    }

    // What a slot leads to is dead.
    private void Forget(LiveBytes live, Database database, Stripe* stripe, ulong slot)
    {
        ulong address = StripeIndex.AddressOf(stripe, slot);
        if (Slot.IsCollection(slot))
        {
            new CollectionStore(_keyspace.PoolBase, live).Free(Collection.At(address));
            database.CountCollections(-1);
        }
        else
            live.Add(address, -Cell.LogBytes(_keyspace.PoolBase + address, Slot.Kind(slot)));
    }

    // FLUSHALL, FLUSHDB, SWAPDB, alone or among the commands of a transaction: one command after the other.
    private void ReplayGlobal(RecoveredEntry[] entries, int index)
    {
        RecoveredEntry entry = entries[index];
        _engine.Pool.SegmentAt(entry.Start)!.HoldsGlobals = true;
        byte* p = entry.Start;
        byte* end = p + entry.Length;
        ArgList args = new();
        for (ulong number = entry.Sequence; p < end && _error is null; number++)
        {
            ParseResult result = RespParser.Parse(p, end, args, new ParseLimits { MaxBulkBytes = int.MaxValue });
            if (result.Status != ParseStatus.Complete)
            {
                _error = "a record over whole databases is not RESP";
                break;
            }
            if (IsGlobal(args))
            {
                _engine.Pool.SegmentAt(entry.Start)!.AddTombstoneBytes(result.Consumed);
                // The cleaner repeats it under its number before the segment that it came from is freed: it counts once.
                if (_globals.Add(number))
                    ReplayGlobalCommand(args, entry, number);
            }
            else
            {
                RecoveredEntry one = entry with { Start = p, Length = (uint)result.Consumed, Flags = EntryFlags.None, Sequence = number };
                ReplayChunk([one], 0, 1);
            }
            p += result.Consumed;
        }
        args.Dispose();
    }

    private static bool IsGlobal(ArgList args)
    {
        ReadOnlySpan<byte> name = args.Items[0].Span;
        return name.SequenceEqual("FLUSHALL"u8) || name.SequenceEqual("FLUSHDB"u8) || name.SequenceEqual("SWAPDB"u8);
    }

    private void ReplayGlobalCommand(ArgList args, in RecoveredEntry entry, ulong number)
    {
        CommandContext context = _engine.Threads[0].Context;
        ReadOnlySpan<byte> name = args.Items[0].Span;
        if (name.SequenceEqual("FLUSHALL"u8))
        {
            foreach (PendingExpiries pending in _pending)
                pending.Clear();
            foreach (Database database in _keyspace.Databases)
                context.Flush(database);
            context.ForgetAllLiveBytes();
            _engine.Cleaning.Reaper.FlushedSequence = number;
        }
        else if (name.SequenceEqual("FLUSHDB"u8))
        {
            foreach (PendingExpiries pending in _pending)
                pending.Forget(_keyspace[entry.Database]);
            context.ForgetLiveBytes(_keyspace[entry.Database]);
            context.Flush(_keyspace[entry.Database]);
        }
        else if (Integers.TryParse(args.Items[1].Span, out long a) && Integers.TryParse(args.Items[2].Span, out long b))
        {
            if (Math.Max(a, b) >= _keyspace.Databases.Length)
                _error = TooFewDatabases(Math.Max(a, b));
            else
                _keyspace.Swap((int)a, (int)b, number);
        }
    }

    private string TooFewDatabases(long number) =>
        $"it holds commands on database {number}, but there are {_keyspace.Databases.Length} databases; give a larger --databases";

    // Whatever comes next must be numbered after all of this.
    private void SetClocks(ulong last)
    {
        _keyspace.GlobalClock = last;
        foreach (Database database in _keyspace.Databases)
        {
            for (int i = 0; database.IsMade && i < Database.StripeCount; i++)
                database.Stripes[i].Clock = last;
        }
    }
}
