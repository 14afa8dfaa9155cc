using Pkv.Persistence.Cleaning;
using Pkv.Persistence.Format;
using Pkv.Persistence.Log;
using Pkv.Persistence.Recovery;
using Pkv.Persistence.Segments;
using Pkv.Server.Execution;
using Pkv.Server.Keyspace;
using Pkv.Server.Recovery;

namespace Pkv.Server.Cleaning;

/// <summary>
/// What the cleaner asks about records: which of a victim's values and deletions are still needed, and their new places.
/// A value moves as <c>SET k v [PXAT ms]</c> under a new number, which is legal because nothing has happened to the key
/// since (its stripe is locked, and its clock goes to that number), and replays to the same state wherever a crash cuts:
/// before the move is durable the victim still has the old record, afterwards either will do. One stripe is held for
/// one record at a time. Owner thread only.
/// </summary>
public sealed unsafe class RecordMover : ISurvivors, IDisposable
{
    private const int CommandsAhead = 32;

    // A key's expiry change is folded into its value when that is no longer than this: what is moved once need not be
    // followed by the change for ever.
    private const long MaxFoldedBytes = 256;

    private readonly ServerState _server;
    private readonly KeyspaceState _keyspace;
    private readonly CommandContext _context;
    private readonly StripeLocks _locks;
    private readonly LiveBytes _live;
    private readonly SurvivorLog _survivors;
    private readonly ReplayDecoder _decoder;
    private readonly List<Item> _items = [];
    private readonly SeenTombstones _seen = new();
    private readonly byte* _pool;
    private Item _command;
    private CleanerStatistics _statistics = new();

    public RecordMover(ServerState server, CommandContext context, LiveBytes live, AppendLog survivors, LogWriter log)
    {
        _server = server;
        _keyspace = server.Keyspace;
        _context = context;
        _locks = context.Locks;
        _live = live;
        _pool = server.Keyspace.PoolBase;
        _survivors = new SurvivorLog(server.Pool, survivors, log, context.Locks);
        _decoder = new ReplayDecoder(Collect) { IgnoresGlobals = true };
    }

    /// <summary>Counts into the cleaner's figures.</summary>
    public void CountInto(CleanerStatistics statistics) => _survivors.Statistics = _statistics = statistics;

    public long Room => _survivors.Room;

    public bool TryMove(ref CleanedRange range, long budgetBytes)
    {
        _seen.BelongTo(range.Victim);
        byte* until = range.Next + Math.Min(budgetBytes, range.End - range.Next);
        RecoveredEntry entry = new() { Database = (ushort)range.Database, TimeMs = range.TimeMs };
        while (range.Next < until)
        {
            byte* p = range.Next;
            ulong number = range.Sequence;
            _items.Clear();
            for (int i = 0; i < CommandsAhead && p < until; i++)
            {
                _command = new Item { Start = p, Number = number++ };
                if (_decoder.DecodeNext(entry, ref p, range.End) is not null)
                {
                    // It passed its checksum, so this is a fault of ours: the segment stays as it is.
                    range.Victim.IsDamaged = true;
                    range.Next = range.End;
                    return true;
                }
            }
            foreach (ref readonly Item item in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_items))
            {
                if (Settle(item, range))
                    continue;
                range.Next = item.Start;
                range.Sequence = item.Number;
                return false;
            }
            range.Next = p;
            range.Sequence = number;
        }
        return true;
    }

    public void Dispose() => _decoder.Dispose();

    private void Collect(ReplayOp op)
    {
        Item item = _command with { Op = op };
        StripeIndex.Prefetch(_keyspace.DatabaseAt(op.Database, item.Number).StripeOf(op.Hash), op.Hash);
        _items.Add(item);
    }

    // False: no room.
    private bool Settle(in Item item, in CleanedRange range)
    {
        if (item.Op.Action != ReplayAction.Set && range.DropsTombstones)
        {
            _statistics.TombstonesDropped++;
            return true;
        }
        Database database = Enter(item, out Stripe* stripe);
        ulong number = _locks.LastSequence;
        bool settled = item.Op.Action switch
        {
            ReplayAction.Set => SettleValue(item, range, database, stripe),
            ReplayAction.Delete => SettleDelete(item, range, database, stripe),
            _ => SettleExpiry(item, range, database, stripe),
        };
        if (_locks.LastSequence != number && !_context.Recorder.Wrote)
            _locks.ExitMoved();
        else
            _locks.Exit(_context.Recorder.Wrote);
        _locks.SawUndurable = false; // no reply tells of what was seen here
        return settled;
    }

    // Databases may be exchanged while this waits for the stripe.
    private Database Enter(in Item item, out Stripe* stripe)
    {
        _context.Recorder.Begin(null, 0, null);
        while (true)
        {
            int swaps = _keyspace.SwapCount;
            Database database = _keyspace.DatabaseAt(item.Op.Database, item.Number);
            stripe = database.StripeOf(item.Op.Hash);
            _locks.Enter(stripe);
            if (swaps == _keyspace.SwapCount)
                return database;
            _locks.Exit(wrote: false);
        }
    }

    private bool SettleValue(in Item item, in CleanedRange range, Database database, Stripe* stripe)
    {
        ulong address = (ulong)(item.Op.KeyBulk - _pool);
        ulong* slot = StripeIndex.FindAt(stripe, item.Op.Hash, address);
        if (slot == null)
            return true;
        long expiryMs = StripeIndex.ExpiryOf(stripe, *slot);
        if (expiryMs >= 0 && expiryMs <= _context.NowMs && _server.Pause.UntilMs <= _context.NowMs)
        {
            // Its time is over: it is deleted, as whoever looked at it would have done.
            byte* key = Cell.Data(item.Op.KeyBulk, out int length);
            _context.Find(CommandContext.MakeKey(database, key, length), out _, touch: false);
            slot = StripeIndex.FindAt(stripe, item.Op.Hash, address);
            if (slot == null)
                return true;
        }
        return MoveValue(slot, range.Victim.WrittenMs, database, stripe);
    }

    private bool MoveValue(ulong* slot, long writtenMs, Database database, Stripe* stripe)
    {
        ulong held = *slot;
        ulong address = StripeIndex.AddressOf(stripe, held);
        long expiryMs = StripeIndex.ExpiryOf(stripe, held);
        byte* key = _pool + address;
        long bytes = CommandContext.CellBytes(key, Slot.Kind(held));
        byte* moved = _survivors.TryAppendValue(key, Slot.Kind(held), expiryMs, database.Number, writtenMs);
        if (moved == null)
            return false;
        _live.Add(address, -bytes);
        _live.Add((ulong)(moved - _pool), CommandContext.CellBytes(moved, ValueKind.String));
        StripeIndex.Update(stripe, slot, ValueKind.String, (ulong)(moved - _pool), expiryMs, (held & Slot.LruMask) >> Slot.LruShift);
        return true;
    }

    // A key that is there again needs no deletion of its past: its value, which is newer, replaces that too.
    private bool SettleDelete(in Item item, in CleanedRange range, Database database, Stripe* stripe)
    {
        byte* key = Cell.Data(item.Op.KeyBulk, out int length);
        if (StripeIndex.Find(stripe, item.Op.Hash, key, length, _pool) != null || _seen.HoldsDelete(item.Op.Hash, database, key, length))
        {
            _statistics.TombstonesDropped++;
            return true;
        }
        // Seen only once it is kept: without room it is tried again.
        if (!_survivors.TryAppendDelete(key, length, database.Number, range.Victim.TombstoneBound))
            return false;
        _seen.AddDelete(item.Op.Hash, database, key, length);
        return true;
    }

    private bool SettleExpiry(in Item item, in CleanedRange range, Database database, Stripe* stripe)
    {
        byte* key = Cell.Data(item.Op.KeyBulk, out int length);
        ulong* slot = StripeIndex.Find(stripe, item.Op.Hash, key, length, _pool);
        if (slot != null && !IsNewer(StripeIndex.AddressOf(stripe, *slot), item.Number))
        {
            ulong address = StripeIndex.AddressOf(stripe, *slot);
            if (CommandContext.CellBytes(_pool + address, Slot.Kind(*slot)) <= MaxFoldedBytes)
                return MoveValue(slot, range.Victim.WrittenMs, database, stripe);
            if (!_seen.HoldsExpiry(address))
            {
                if (!_survivors.TryAppendExpiry(key, length, StripeIndex.ExpiryOf(stripe, *slot), database.Number))
                    return false;
                _seen.AddExpiry(address);
                return true;
            }
        }
        _statistics.TombstonesDropped++;
        return true;
    }

    // Whether the value was surely logged after the command with this number.
    private bool IsNewer(ulong address, ulong number) => _server.Pool.SegmentAt((long)address)!.MinSequence > number;

    private struct Item
    {
        public ReplayOp Op;

        /// <summary>The command's first byte.</summary>
        public byte* Start;

        /// <summary>The command's Lamport number.</summary>
        public ulong Number;
    }
}
