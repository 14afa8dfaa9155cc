using System.Diagnostics;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Engine.Records;
using Pkv.Engine.Recovery;
using Pkv.Persistence.Cleaning;
using Pkv.Persistence.Segments;
using Pkv.Resp;

namespace Pkv.Engine.Cleaning;

/// <summary>
/// What the cleaner asks about records: which of a victim's values and deletions are still needed, and their new places.
/// Where everything that happened on the key's stripe is durable, a value moves as <c>SET k v [PXAT ms]</c> with all that
/// became of it, under a new number: nothing has happened to the key since, so it replays to the same state, and many
/// share a commit entry. Where something is not (on a medium that is synced), a copy that tells of it could outlive it; so the
/// record is repeated exactly, under its old number, in an entry of its own. In both cases either record will do wherever
/// a crash cuts. One stripe is held for one record at a time. Owner thread only.
/// </summary>
public sealed unsafe class RecordMover : ISurvivors, IDisposable
{
    // A key's expiry change is folded into its value when that is no longer than this: what is moved once need not be
    // followed by the change for ever.
    private const long MaxFoldedBytes = 256;

    // The longest value that is repeated whole for the pieces of it that live.
    private const long MaxRepeatedBytes = 1 << 20;

    // What looking at a tombstone counts as in a budget of bytes.
    private const long TombstoneCostBytes = 64;

    private readonly EngineState _engine;
    private readonly KeyspaceState _keyspace;
    private readonly CommandContext _context;
    private readonly StripeLocks _locks;
    private readonly LiveBytes _live;
    private readonly SurvivorLog _survivors;
    private readonly ElementMover _elements;
    private readonly PieceMover _pieces;
    private readonly StreamMover _streams;
    private readonly KeptTombstones _tombstones = new();
    private readonly RecordGroup _group;
    private readonly byte* _pool;
    private ulong _numberBefore;
    private long _movedOfBase;
    private readonly CleanerStatistics _statistics;

    public RecordMover(EngineThread thread, CleanerStatistics statistics)
    {
        _engine = thread.Engine;
        _keyspace = _engine.Keyspace;
        _context = thread.Context;
        _locks = thread.Locks;
        _live = thread.Live;
        _pool = _keyspace.PoolBase;
        _survivors = new SurvivorLog(_engine.Pool, thread.Survivors, thread.Log, _locks, statistics);
        _elements = new ElementMover(_pool, _live, _survivors, statistics);
        _streams = new StreamMover(_pool, _live, _survivors, _elements, _locks, statistics);
        _pieces = new PieceMover(_pool, _live, _survivors, statistics);
        _statistics = statistics;
        _group = new RecordGroup(_engine);
    }

    public long Room => _survivors.Room;

    public bool TryMove(ref CleanedRange range, long budgetBytes)
    {
        _tombstones.BelongTo(range.Victim);
        _survivors.BelongTo(range.Victim, isRun: false);
        _pieces.BelongTo(range.Victim);
        Debug.Assert(range.Victim.State == SegmentState.Cleaning && range.Next < range.End && budgetBytes > 0, "what is moved is the rest of a range of a victim");
        byte* until = range.Next + Math.Min(budgetBytes, range.End - range.Next);
        while (range.Next < until)
        {
            if (!_group.TryRead(range, until))
            {
                // It passed its checksum, so this is a fault of ours: the segment stays as it is.
                range.Victim.IsDamaged = true;
                range.Next = range.End;
                return true;
            }
            foreach (ref readonly RecordItem item in _group.Items)
            {
                _movedOfBase = 0;
                bool isSettled = item.Op.Action == ReplayAction.Set ? SettleValue(item, range) : SettleRest(item, range);
                if (isSettled && _movedOfBase == 0)
                    continue;
                Debug.Assert(item.Start >= range.Next && item.Start < range.End, "a range is walked forwards");
                range.MovedOfNext = _movedOfBase;
                range.Next = item.Start;
                range.Sequence = item.Number;
                return isSettled;
            }
            range.Next = _group.End;
            range.Sequence = _group.EndNumber;
        }
        return true;
    }

    public void Dispose() => _group.Dispose();

    public bool TryFinish(Segment victim, long budgetBytes, out bool isThrough)
    {
        _tombstones.BelongTo(victim);
        // It stays, and is walked again with all that it holds: copies made now would be made once more then.
        isThrough = victim.IsPutOff || victim.IsDamaged;
        if (isThrough)
            return true;
        for (long looked = 0; looked < budgetBytes; looked += TombstoneCostBytes)
        {
            if (!_tombstones.TryPeek(out Tombstone item))
            {
                isThrough = _tombstones.AreFolded;
                if (isThrough)
                    return true;
                _tombstones.EndFolding();
                continue;
            }
            // What follows is nothing but repetitions: what takes a value along, which may lie in any segment, comes before them.
            _survivors.BelongTo(victim, isRun: _tombstones.AreFolded);
            bool isSettled = true;
            bool hasRoom = _tombstones.AreFolded ? SettleTombstone(item, victim) : TryFold(item, out isSettled);
            if (!hasRoom)
                return false;
            _tombstones.Next(isSettled);
        }
        return true;
    }

    public void NoteEmptied(Segment victim) => _survivors.NoteEmptied(victim);

    // Of what is not a value. False: no room.
    private bool SettleRest(in RecordItem item, in CleanedRange range)
    {
        if (item.Op.Action == ReplayAction.Put)
            return SettleElements(item, range);
        if (item.Op.Action == ReplayAction.PutPieces)
            return SettlePieces(item, range);
        if (item.Op.Action == ReplayAction.ExpireAt && SettleLiveExpiry(item, range) is { } isSettled)
            return isSettled;
        Tombstone tombstone = new() { Op = item.Op, Number = item.Number, Database = _keyspace.DatabaseAt(item.Op.Database, item.Number) };
        // A deletion has nothing to act on in its own segment either: what it killed is not repeated. An expiry change has.
        bool isOver = range.DropsTombstones && item.Op.Action is ReplayAction.Delete or ReplayAction.Remove or ReplayAction.Global;
        if (isOver || _tombstones.Put(tombstone))
            _statistics.TombstonesDropped++;
        return true;
    }

    // False: no room.
    private bool SettleValue(in RecordItem item, in CleanedRange range)
    {
        Database database = Enter(item.Op, item.Number, out Stripe* stripe);
        ulong address = (ulong)(item.Op.KeyBulk - _pool);
        ulong* slot = StripeIndex.FindAt(stripe, item.Op.Hash, address);
        if (slot != null && IsExpired(StripeIndex.ExpiryOf(stripe, *slot)))
        {
            // Its time is over: it is deleted, as whoever looked at it would have done.
            byte* key = BulkString.Data(item.Op.KeyBulk, out int length);
            _context.Find(CommandContext.MakeKey(database, key, length), out _, touch: false);
            slot = StripeIndex.FindAt(stripe, item.Op.Hash, address);
        }
        bool settled = true;
        if (slot != null)
        {
            // The slot's expiry stays what it is; the record tells what it told.
            LogPlace place = PlaceOf(item, range, database, stripe);
            settled = MustStay(place, range) || MoveValue(stripe, slot, place.Number == 0 ? StripeIndex.ExpiryOf(stripe, *slot) : item.Op.ExpiryMs, place);
        }
        else if (database.CollectionCount > 0)
            settled = SettleBase(item, range, database, stripe);
        Exit();
        return settled;
    }

    private bool SettleElements(in RecordItem item, in CleanedRange range)
    {
        Database database = Enter(item.Op, item.Number, out Stripe* stripe);
        byte* key = BulkString.Data(item.Op.KeyBulk, out int length);
        ulong* slot = StripeIndex.Find(stripe, item.Op.Hash, key, length, _pool);
        if (slot != null && StripeIndex.KindOf(stripe, *slot) == item.Op.Kind && IsExpired(StripeIndex.ExpiryOf(stripe, *slot)))
        {
            _context.Find(CommandContext.MakeKey(database, key, length), out _, touch: false);
            slot = StripeIndex.Find(stripe, item.Op.Hash, key, length, _pool);
        }
        bool settled = true;
        if (slot != null && StripeIndex.KindOf(stripe, *slot) == item.Op.Kind)
        {
            bool mayGather = _engine.Pool.FreeFor(AppendPurpose.Write) > 2 * _engine.Options.IoThreads;
            LogPlace place = PlaceOf(item, range, database, stripe);
            Collection* collection = StripeIndex.CollectionOf(stripe, *slot);
            long expiryMs = StripeIndex.ExpiryOf(stripe, *slot);
            settled = MustStay(place, range)
                || (item.Op.Kind == ValueKind.Stream ? _streams.TryMove(item.Op, collection, expiryMs, place) : _elements.TryMove(item.Op, item.Number, collection, expiryMs, place, mayGather));
        }
        Exit();
        return settled;
    }

    private bool SettlePieces(in RecordItem item, in CleanedRange range)
    {
        Database database = Enter(item.Op, item.Number, out Stripe* stripe);
        Collection* value = FindPieces(item.Op, database, stripe, out long expiryMs);
        bool settled = true;
        if (value != null && value->Birth == PieceRecord.HeadOf(item.Op.Elements).Birth)
        {
            LogPlace place = PlaceOf(item, range, database, stripe);
            settled = MustStay(place, range) || _pieces.TryMove(item.Op, value, expiryMs, place);
        }
        Exit();
        return settled;
    }

    // A value that is no key's any more may be what a string of pieces began with.
    private bool SettleBase(in RecordItem item, in CleanedRange range, Database database, Stripe* stripe)
    {
        byte* value = Cell.ValueBulk(item.Op.KeyBulk, item.Op.Kind), data = BulkString.Data(value, out int length);
        if (length <= StringAccess.WholeMaxBytes)
            return true;
        Collection* pieces = FindPieces(item.Op, database, stripe, out long expiryMs);
        if (pieces == null || pieces->BaseBytes != length || !_pieces.HasPiecesIn(data, length, pieces))
            return true;
        LogPlace place = PlaceOf(item, range, database, stripe);
        if (place.Number == 0)
            return _pieces.TryMoveBase(data, length, pieces, expiryMs, place.Database, out _movedOfBase);
        // That it is in pieces may not be durable yet: it is repeated as the value that it was.
        range.Victim.IsPutOff |= length > MaxRepeatedBytes;
        if (length > MaxRepeatedBytes || MustStay(place, range))
            return true;
        long keyBytes = BulkString.Next(item.Op.KeyBulk) - item.Op.KeyBulk;
        byte* moved = _survivors.TryAppendValue(item.Op.KeyBulk, keyBytes, value, BulkString.Next(value) - value, item.Op.ExpiryMs, place);
        if (moved == null)
            return false;
        _pieces.FollowBase(data, moved + keyBytes + (data - value), length, pieces);
        return true;
    }

    // The string of pieces that the key holds, or null. One whose time is over is deleted, as whoever looked at it would have done.
    private Collection* FindPieces(in ReplayOp op, Database database, Stripe* stripe, out long expiryMs)
    {
        byte* key = BulkString.Data(op.KeyBulk, out int length);
        ulong* slot = StripeIndex.Find(stripe, op.Hash, key, length, _pool);
        expiryMs = slot == null ? -1 : StripeIndex.ExpiryOf(stripe, *slot);
        if (slot == null || !StripeIndex.IsPieces(stripe, *slot))
            return null;
        if (!IsExpired(expiryMs) || !_context.Find(CommandContext.MakeKey(database, key, length), out _, touch: false))
            return IsExpired(expiryMs) ? null : StripeIndex.CollectionOf(stripe, *slot);
        slot = StripeIndex.Find(stripe, op.Hash, key, length, _pool);
        return slot == null ? null : StripeIndex.CollectionOf(stripe, *slot);
    }

    // The expiry of a collection lives as long as that: it stands in this record alone. Null: this one does not live.
    private bool? SettleLiveExpiry(in RecordItem item, in CleanedRange range)
    {
        Database database = Enter(item.Op, item.Number, out Stripe* stripe);
        byte* key = BulkString.Data(item.Op.KeyBulk, out int length);
        ulong* slot = StripeIndex.Find(stripe, item.Op.Hash, key, length, _pool);
        bool? settled = null;
        if (slot != null && Slot.IsCollection(*slot) && StripeIndex.CollectionOf(stripe, *slot)->ExpiryPlace == (ulong)(item.Op.KeyBulk - _pool))
        {
            LogPlace place = PlaceOf(item, range, database, stripe);
            settled = MustStay(place, range) || _elements.TryMoveExpiry(StripeIndex.CollectionOf(stripe, *slot), StripeIndex.ExpiryOf(stripe, *slot), place);
        }
        Exit();
        return settled;
    }

    private LogPlace PlaceOf(in RecordItem item, in CleanedRange range, Database database, Stripe* stripe) =>
        _locks.IsDurable(stripe) ? new LogPlace { Database = database.Number }
        : new LogPlace { Database = range.Database, Number = item.Number, Range = (nint)range.End, OldestContent = range.Victim.OldestContent };

    // Repeated under its old number it would need the exchanges of databases that came later; those in this segment go with it.
    // And tombstones would have to wait for the copy as they did for the original: where the room has run out because of
    // tombstones, a sync makes the record's stripe durable instead.
    private bool MustStay(in LogPlace place, in CleanedRange range)
    {
        bool needsSwaps = range.DropsTombstones && range.Victim.HoldsGlobals && _keyspace.WereSwappedAfter(place.Number);
        bool mustStay = place.Number != 0 && (needsSwaps || (_engine.Cleaning.Victims.RewritesUpTo != 0 && _engine.Cleaning.IsOutOfRoom));
        range.Victim.IsPutOff |= mustStay;
        return mustStay;
    }

    private bool IsExpired(long expiryMs) => expiryMs >= 0 && expiryMs <= _context.NowMs && _engine.Pause.UntilMs <= _context.NowMs;

    private bool MoveValue(Stripe* stripe, ulong* slot, long recordedExpiryMs, in LogPlace place)
    {
        ulong held = *slot;
        ulong address = StripeIndex.AddressOf(stripe, held);
        byte* key = _pool + address;
        byte* value = Cell.ValueBulk(key, Slot.Kind(held)), keyEnd = Slot.Kind(held) == ValueKind.StringAfterGap ? BulkString.Next(key) : value;
        byte* end = BulkString.Next(value);
        byte* moved = _survivors.TryAppendValue(key, keyEnd - key, value, end - value, recordedExpiryMs, place);
        if (moved == null)
            return false;
        Debug.Assert(moved != key && _locks.Count == 1, "a value moves to another place, under its stripe");
        _live.Move(address, end - key + Effects.SetHeaderBytes, (ulong)(moved - _pool), keyEnd - key + (end - value) + Effects.SetHeaderBytes);
        StripeIndex.Move(stripe, slot, (ulong)(moved - _pool));
        return true;
    }

    private bool SettleTombstone(in Tombstone item, Segment victim)
    {
        if (item.Op.Action == ReplayAction.Global)
            return _survivors.TryAppendGlobal(item.Op.KeyBulk, item.Op.Bulks, OldPlace(item), victim.TombstoneBound);
        Enter(item.Op, item.Number, out Stripe* stripe);
        byte* key = BulkString.Data(item.Op.KeyBulk, out int length);
        ulong* slot = StripeIndex.Find(stripe, item.Op.Hash, key, length, _pool);
        LogPlace place = _locks.IsDurable(stripe) ? new LogPlace { Database = item.Database.Number } : OldPlace(item);
        bool settled = item.Op.Action switch
        {
            ReplayAction.Delete => SettleDelete(item, stripe, slot, place, victim),
            ReplayAction.Remove => SettleRemoval(item, stripe, slot, place, victim),
            _ => SettleExpiry(item, stripe, slot, place, victim),
        };
        Exit();
        return settled;
    }

    // A string that is there again needs no deletion of its past: its value, which is newer, replaces that too. Elements that came
    // later do not, so what they must not meet stays deleted, at the place where that was in the order.
    private bool SettleDelete(in Tombstone item, Stripe* stripe, ulong* slot, in LogPlace place, Segment victim)
    {
        if (slot != null && StripeIndex.IsString(stripe, *slot))
        {
            _statistics.TombstonesDropped++;
            return true;
        }
        byte* key = BulkString.Data(item.Op.KeyBulk, out int length);
        return _survivors.TryAppendDelete(key, length, slot == null ? place : OldPlace(item), victim.TombstoneBound);
    }

    // What would be removed is a string by now, or another collection, whose coming removed it too; or it is there again.
    private bool SettleRemoval(in Tombstone item, Stripe* stripe, ulong* slot, in LogPlace place, Segment victim)
    {
        if (slot != null && StripeIndex.IsString(stripe, *slot))
        {
            _statistics.TombstonesDropped++;
            return true;
        }
        bool isSame = slot != null && StripeIndex.KindOf(stripe, *slot) == item.Op.Kind;
        Collection* collection = isSame ? StripeIndex.CollectionOf(stripe, *slot) : null;
        bool isNewest = slot == null || (isSame && !_elements.CutsLiving(item.Op, collection));
        return _elements.TryKeepRemoval(item.Op, collection, isNewest ? place : OldPlace(item), victim.TombstoneBound);
    }

    private static LogPlace OldPlace(in Tombstone item) =>
        new() { Database = item.Op.Database, Number = item.Number, Range = (nint)item.Op.KeyBulk };

    // A short value takes the change of its expiry along. False: no room.
    private bool TryFold(in Tombstone item, out bool isFolded)
    {
        isFolded = false;
        if (item.Op.Action is not (ReplayAction.ExpireAt or ReplayAction.Persist))
            return true;
        Enter(item.Op, item.Number, out Stripe* stripe);
        byte* key = BulkString.Data(item.Op.KeyBulk, out int length);
        ulong* slot = StripeIndex.Find(stripe, item.Op.Hash, key, length, _pool);
        bool hasRoom = true;
        if (slot != null && !Slot.IsCollection(*slot) && _locks.IsDurable(stripe))
        {
            ulong address = StripeIndex.AddressOf(stripe, *slot);
            isFolded = !IsNewer(address, item.Number) && Cell.LogBytes(_pool + address, Slot.Kind(*slot)) <= MaxFoldedBytes;
            hasRoom = !isFolded || MoveValue(stripe, slot, StripeIndex.ExpiryOf(stripe, *slot), new LogPlace { Database = item.Database.Number });
        }
        Exit();
        return hasRoom;
    }

    private bool SettleExpiry(in Tombstone item, Stripe* stripe, ulong* slot, in LogPlace place, Segment victim)
    {
        if (slot != null && Slot.IsCollection(*slot))
            return SettleCollectionExpiry(item, Slot.IsVolatile(*slot), place, victim);
        if (slot == null || IsNewer(StripeIndex.AddressOf(stripe, *slot), item.Number))
        {
            _statistics.TombstonesDropped++;
            return true;
        }
        bool exact = place.Number != 0;
        LogPlace actedOn = exact ? place with { OldestContent = victim.OldestContent } : place;
        byte* key = BulkString.Data(item.Op.KeyBulk, out int length);
        return _survivors.TryAppendExpiry(key, length, exact ? item.Op.ExpiryMs : StripeIndex.ExpiryOf(stripe, *slot), actedOn);
    }

    // One that lives has been moved with its collection; of the others only the last one counts, which PERSIST is.
    private bool SettleCollectionExpiry(in Tombstone item, bool isVolatile, in LogPlace place, Segment victim)
    {
        if (item.Op.Action == ReplayAction.ExpireAt || isVolatile || victim.DropsTombstones)
        {
            _statistics.TombstonesDropped++;
            return true;
        }
        byte* record = _survivors.TryBegin(BulkString.Next(item.Op.KeyBulk) - item.Op.KeyBulk + 32);
        if (record == null)
            return false;
        byte* p = record;
        byte* key = BulkString.Data(item.Op.KeyBulk, out int length);
        Effects.Persist(ref p, key, length);
        _survivors.EndTombstone(record, p, place.Number == 0 ? place : place with { OldestContent = victim.OldestContent }, victim.TombstoneBound);
        return true;
    }

    // Databases may be exchanged while this waits for the stripe.
    private Database Enter(in ReplayOp op, ulong number, out Stripe* stripe)
    {
        _context.Recorder.Begin(null, 0, null);
        while (true)
        {
            int swaps = _keyspace.SwapCount;
            Database database = _keyspace.DatabaseAt(op.Database, number);
            stripe = database.StripeOf(op.Hash);
            _locks.Enter(stripe);
            _numberBefore = _locks.LastSequence;
            if (swaps == _keyspace.SwapCount)
                return database;
            _locks.Exit(wrote: false);
        }
    }

    private void Exit()
    {
        if (_locks.LastSequence != _numberBefore && !_context.Recorder.Wrote)
            _locks.ExitMoved();
        else
            _locks.ExitUnseen(_context.Recorder.Wrote);
    }

    // Whether the value was surely logged after the command with this number.
    private bool IsNewer(ulong address, ulong number) => _engine.Pool.SegmentAt((long)address)!.MinSequence > number;
}
