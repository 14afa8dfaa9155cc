using System.Runtime.CompilerServices;
using System.Text;
using Pkv.Engine.Execution.Clients;
using Pkv.Engine.Execution.Scripting;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Engine.Records;
using Pkv.Engine.Replies;
using Pkv.Engine.Settings;
using Pkv.Engine.Space;
using Pkv.Engine.Table;
using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;
using Pkv.Resp;

namespace Pkv.Engine.Execution;

/// <summary>
/// What a command handler sees: its arguments, the keyspace under the locks that were taken for it, the reply.
/// One for each I/O thread, used for every command; nothing in it outlives the command.
/// </summary>
public sealed unsafe class CommandContext
{
    private readonly KeyspaceState _keyspace;
    private readonly LiveBytes _live;
    private readonly WatchTable _watches;
    private readonly UseBits _use;
    private readonly byte* _pool;
    private byte* _valueKeyBulk;
    private byte* _valueEnd;
    private long _valueExpiryMs;
    private int _replyStart;
    private int _replySlices;

    internal CommandContext(EngineThread thread)
    {
        Thread = thread;
        Engine = thread.Engine;
        Recorder = thread.Recorder;
        Locks = thread.Locks;
        Reply = thread.Reply;
        Breather = thread.Breather;
        _keyspace = Engine.Keyspace;
        _pool = _keyspace.PoolBase;
        _watches = Engine.Watches;
        _live = thread.Live;
        _use = new UseBits(Engine.Space, () => Engine.Options.LfuLogFactor);
        Room = new CommandRoom(this);
        Collections = new CollectionAccess(this, new CollectionStore(_pool, _live), _use);
        Streams = new StreamAccess(this, new StreamStore(_pool, _live), _use);
        Strings = new StringAccess(this, new PieceStore(_pool, _live));
    }

    public EngineState Engine { get; }
    public EngineThread Thread { get; }
    public Recorder Recorder { get; }
    public StripeLocks Locks { get; }

    /// <summary>What <see cref="Breathe()"/> asks.</summary>
    public Breather Breather { get; }
    public ReplyWriter Reply { get; }

    /// <summary>Hashes, lists, sets and sorted sets.</summary>
    public CollectionAccess Collections { get; }

    /// <summary>Streams.</summary>
    public StreamAccess Streams { get; }

    /// <summary>Strings, where they may lie in pieces.</summary>
    public StringAccess Strings { get; }

    /// <summary>What places in the pool are relative to.</summary>
    public byte* PoolBase => _pool;

    public ArgList Args { get; internal set; } = new();
    public Client Client { get; internal set; } = null!;
    public CommandSpec Spec { get; internal set; } = null!;

    /// <summary>Unix ms, read once a turn: every command of a batch runs, and replays, by the same clock.</summary>
    public long NowMs { get; internal set; }

    /// <summary>The running command belongs to an EXEC: its locks are held already.</summary>
    public bool InExec { get; internal set; }

    /// <summary>The stripes of the script that the running command belongs to; null: to none.</summary>
    internal ScriptStripes? Script { get; set; }

    /// <summary>A script gave the running command.</summary>
    public bool IsInScript => Thread.Scripts.IsCommand(Args);

    /// <summary>Whether the running command has the room that it needs.</summary>
    public CommandRoom Room { get; }

    /// <summary>
    /// Set by a handler that takes its locks itself, has done nothing yet, and finds a stripe that somebody keeps for long: the
    /// command is offered again later.
    /// </summary>
    public bool IsBusy { get; set; }

    /// <summary>What is to be put aside while others run.</summary>
    internal CommandFrame Frame
    {
        get => new(Args, Client, Spec, NowMs, InExec, Script, Room.State, Reply.Resp3, _replyStart, _replySlices);
        set
        {
            (Args, Client, Spec, NowMs) = (value.Args, value.Client, value.Spec, value.NowMs);
            (InExec, Script, Room.State) = (value.InExec, value.Script, value.Room);
            (Reply.Resp3, _replyStart, _replySlices) = (value.Resp3, value.ReplyStart, value.ReplySlices);
        }
    }

    /// <summary>For commands that may wait.</summary>
    public ClientWaits Blocking => Thread.Waits;

    /// <summary>Told what happens to keys.</summary>
    public KeyEvents Events => Thread.Events;

    /// <summary>Arguments, the name counted.</summary>
    public int ArgCount => Args.Count;

    public Database Database => _keyspace[Client.Database];

    /// <summary>The database that a client has selected.</summary>
    public Database DatabaseOf(Client client) => _keyspace[client.Database];

    /// <summary>Nothing of the running command's reply is written, other than what is kept.</summary>
    public bool HasNoReplyYet => Reply.Output.Length == _replyStart && Reply.Output.SliceCount == _replySlices;

    /// <summary>
    /// What is written stays whatever CLIENT REPLY says: messages, and the confirmations of SUBSCRIBE, are no replies.
    /// </summary>
    public void KeepReply()
    {
        _replyStart = Reply.Output.Length;
        _replySlices = Reply.Output.SliceCount;
    }

    /// <summary>A command begins to reply.</summary>
    internal void BeginReply() => KeepReply();

    /// <summary>CLIENT REPLY: the running command's reply is not to be sent.</summary>
    internal void DropReply() => Reply.Output.Truncate(_replyStart, _replySlices);

    /// <summary>An argument's bytes.</summary>
    public ReadOnlySpan<byte> Arg(int index) => Args.Items[index].Span;

    /// <summary>The key at this argument, in the selected database. Its hash was computed when its stripe was locked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public KeyRef KeyAt(int index)
    {
        Arg* arg = Args.Items + index;
        Database database = Database;
        return new KeyRef { Database = database, Stripe = database.StripeOf(arg->Hash), Hash = arg->Hash, Data = arg->Data, Length = arg->Length };
    }

    /// <summary>A key whose stripe dispatch did not lock (another database's, or one that no key position tells).</summary>
    public static KeyRef MakeKey(Database database, byte* data, int length)
    {
        ulong hash = KeyHash.Of(data, length);
        return new KeyRef { Database = database, Stripe = database.StripeOf(hash), Hash = hash, Data = data, Length = length };
    }

    /// <summary>
    /// Looks a key up. One that has expired is removed (and its removal logged) and not found. <paramref name="touch"/>:
    /// counts as a use of the key (LRU).
    /// </summary>
    public bool Find(in KeyRef key, out Entry entry, bool touch = true)
    {
        ulong* slot = StripeIndex.Find(key.Stripe, key.Hash, key.Data, key.Length, _pool);
        if (slot == null)
        {
            entry = default;
            return false;
        }
        ulong held = *slot;
        ulong address = StripeIndex.AddressOf(key.Stripe, held);
        Collection* collection = Slot.IsCollection(held) ? Collection.At(address) : null;
        entry = new Entry
        {
            Slot = slot,
            Kind = collection != null ? collection->Kind : Slot.Kind(held),
            KeyBulk = StripeIndex.KeyBulk(address, _pool),
            Collection = collection,
            ExpiryMs = StripeIndex.ExpiryOf(key.Stripe, held),
        };
        if (entry.ExpiryMs >= 0 && entry.ExpiryMs <= NowMs && Expire(key, entry))
        {
            entry = default;
            return false;
        }
        if (touch)
            _use.Touch(slot, NowMs);
        return true;
    }

    /// <summary>Whether the key is there but its time is over. Changes nothing.</summary>
    public bool HasExpired(in KeyRef key)
    {
        ulong* slot = StripeIndex.Find(key.Stripe, key.Hash, key.Data, key.Length, _pool);
        if (slot == null)
            return false;
        long expiryMs = StripeIndex.ExpiryOf(key.Stripe, *slot);
        return expiryMs >= 0 && expiryMs <= NowMs;
    }

    /// <summary>
    /// Keeps the command as received: it becomes a record, and its arguments lie in the pool afterwards. False: the
    /// pool is full and the client has been told.
    /// </summary>
    public bool Retain()
    {
        if (Engine.Names.HasRenames ? RetainByOwnName() : Recorder.TryRetain(Args, Client.Database))
            return true;
        OutOfMemory();
        return false;
    }

    /// <summary>After <see cref="Retain"/>: points a key at the value that follows it in the command.</summary>
    /// <param name="keyArg">The key's argument.</param>
    /// <param name="kind">Whether the value follows directly or after one more argument.</param>
    /// <param name="expiryMs">Unix ms, or -1.</param>
    public void StoreRetained(int keyArg, ValueKind kind, long expiryMs)
    {
        KeyRef key = KeyAt(keyArg);
        Point(key, Args.Items[keyArg].Bulk, kind, expiryMs);
    }

    /// <summary>
    /// Begins a new string value that the server makes itself (INCR, APPEND, …): returns where its bytes go, or null
    /// when the pool is full and the client has been told. The old value stays readable. Then <see cref="EndValue"/>.
    /// </summary>
    public byte* BeginValue(in KeyRef key, int length, long expiryMs)
    {
        byte* p = Recorder.TryBegin(RecordPlan.ValueBytes(key.Length, length));
        if (p == null)
        {
            OutOfMemory();
            return null;
        }
        Effects.SetHeader(ref p, expiryMs >= 0);
        _valueKeyBulk = p;
        p = BulkString.WriteBulk(p, key.Data, key.Length);
        p = BulkString.WriteHeader(p, length);
        _valueEnd = p + length;
        _valueExpiryMs = expiryMs;
        return p;
    }

    /// <summary>The bytes are written: the key now has this value.</summary>
    /// <param name="key">That <see cref="BeginValue"/> was called for.</param>
    /// <param name="kind"><see cref="ValueKind.String"/> or <see cref="ValueKind.RawString"/>.</param>
    /// <param name="tellsWatchers">It is a change to clients that watch the key.</param>
    public void EndValue(in KeyRef key, ValueKind kind = ValueKind.String, bool tellsWatchers = true)
    {
        byte* p = _valueEnd;
        *p++ = (byte)'\r';
        *p++ = (byte)'\n';
        if (_valueExpiryMs >= 0)
            Effects.Expiry(ref p, _valueExpiryMs);
        Recorder.End(p, key.Database.Number, EntryFlags.None, isTombstone: false);
        Point(key, _valueKeyBulk, kind, _valueExpiryMs, tellsWatchers);
    }

    /// <summary>A string was edited without a change of its bytes: nothing is logged, but Redis holds it unencoded from now on.</summary>
    public static void MarkRaw(in Entry entry)
    {
        if (entry.Kind == ValueKind.String)
            *entry.Slot = *entry.Slot & ~Slot.KindMask | (ulong)ValueKind.RawString << Slot.KindShift;
    }

    /// <summary>Removes a key that was found. Always has room: deletes may use the pool's reserve.</summary>
    public bool Delete(in KeyRef key, in Entry entry)
    {
        if (Erase(key, entry))
            return true;
        OutOfMemory();
        return false;
    }

    /// <summary>Removes a key because room is needed. False: it is gone already, or its deletion could not be logged.</summary>
    public bool TryEvict(in KeyRef key)
    {
        if (!Find(key, out Entry entry, touch: false) || !Erase(key, entry))
            return false;
        Notify(KeyspaceEvents.Evicted, "evicted"u8, key);
        return true;
    }

    /// <summary>Logs that a key is gone. False: there is no room for the record.</summary>
    internal bool LogDelete(in KeyRef key)
    {
        byte* p = Recorder.TryBegin(BulkString.BulkBytes(key.Length) + 32, AppendPurpose.Delete);
        if (p == null)
            return false;
        Effects.Delete(ref p, key.Data, key.Length);
        Recorder.End(p, key.Database.Number, EntryFlags.None, isTombstone: true);
        return true;
    }

    /// <summary>A collection has lost its last element, which is logged: so its key is gone.</summary>
    internal void ForgetEmptied(in KeyRef key)
    {
        ulong* slot = StripeIndex.Find(key.Stripe, key.Hash, key.Data, key.Length, _pool);
        Forget(key, new Entry { Slot = slot, ExpiryMs = StripeIndex.ExpiryOf(key.Stripe, *slot) });
    }

    /// <summary>Gives a key that was found an expiry time (Unix ms), or with -1 takes it away.</summary>
    public bool SetExpiry(in KeyRef key, in Entry entry, long expiryMs)
    {
        byte* p = Recorder.TryBegin(BulkString.BulkBytes(key.Length) + 64, AppendPurpose.Delete);
        if (p == null)
        {
            OutOfMemory();
            return false;
        }
        ulong place = expiryMs >= 0 ? (ulong)(p + Effects.ExpireAtHeaderBytes - _pool) : 0;
        if (expiryMs >= 0)
            Effects.ExpireAt(ref p, key.Data, key.Length, expiryMs);
        else
            Effects.Persist(ref p, key.Data, key.Length);
        Recorder.End(p, key.Database.Number, EntryFlags.None, isTombstone: true);
        if (entry.Collection != null)
            Collections.SetExpiryPlace(entry.Collection, place);
        ulong address = StripeIndex.AddressOf(key.Stripe, *entry.Slot);
        key.Database.CountVolatile((expiryMs >= 0 ? 1 : 0) - (entry.ExpiryMs >= 0 ? 1 : 0));
        StripeIndex.Update(key.Stripe, entry.Slot, entry.Kind, address, expiryMs, _use.Renewed(*entry.Slot, NowMs));
        TouchWatchers(key);
        return true;
    }

    /// <summary>Forgets a database's keys. All stripes are held, the command is recorded.</summary>
    public void Flush(Database database)
    {
        if (!database.IsMade)
            return;
        if (!_watches.IsEmpty)
            _watches.TouchDatabase(database.Number, (key, length) => Holds(database, key, length));
        DatabaseFlush.Run(this, database);
    }

    /// <summary>Exchanges two databases. All stripes are held, the command is recorded.</summary>
    public void SwapDatabases(int a, int b)
    {
        if (!_watches.IsEmpty)
        {
            // Watched keys change when they are, or come to be, on either side.
            Database first = _keyspace[a], second = _keyspace[b];
            _watches.TouchDatabase(a, (key, length) => Holds(first, key, length) || Holds(second, key, length));
            _watches.TouchDatabase(b, (key, length) => Holds(first, key, length) || Holds(second, key, length));
        }
        _keyspace.Swap(a, b, Locks.LastSequence);
        Events.DatabaseBecame(_keyspace[a]);
        Events.DatabaseBecame(_keyspace[b]);
    }

    /// <inheritdoc cref="DatabaseFlush.ForgetAllLiveBytes"/>
    public void ForgetAllLiveBytes() => DatabaseFlush.ForgetAllLiveBytes(this, _live);

    /// <inheritdoc cref="DatabaseFlush.ForgetLiveBytes"/>
    public void ForgetLiveBytes(Database database) => DatabaseFlush.ForgetLiveBytes(this, database, _live);

    /// <summary>
    /// To be called now and then by whatever takes long, about every 50 us or oftener: lets the thread's other connections be served
    /// after some milliseconds. What the command has logged by then must be one transaction with what it is going to log,
    /// and no record begun. Nobody but commands that this one does not hold stripes against runs meanwhile.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Breathe() => Breather.Breathe();

    /// <summary>As <see cref="Breathe()"/>, at every 256th step of a loop.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Breathe(long step) => Breather.Breathe(step);

    /// <summary>
    /// A keyspace event, after the change that it tells of: <c>context.Notify(KeyspaceEvents.Hash, "hset"u8, key)</c>. Costs a
    /// load or two where nobody asks for it. Sent once the turn is committed. That a key is new
    /// ("new") is told where it is added to the index.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Notify(KeyspaceEvents type, ReadOnlySpan<byte> name, in KeyRef key)
    {
        KeyspaceEvents asked = Engine.Options.NotifyKeyspaceEvents;
        if ((asked & type) != 0)
            Events.Notify(asked, name, key);
    }

    /// <summary>Counts a look at a key that a reading command gave: a hit, or a miss, which is a keyspace event too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CountLookup(in KeyRef key, bool found)
    {
        if (found)
        {
            Thread.Counters.KeyspaceHits++;
            return;
        }
        Thread.Counters.KeyspaceMisses++;
        Notify(KeyspaceEvents.KeyMiss, "keymiss"u8, key);
    }

    /// <summary>Tells whoever watches the key that it changed.</summary>
    public void TouchWatchers(in KeyRef key)
    {
        if (!_watches.IsEmpty)
            _watches.Touch(key);
    }

    /// <summary>The error of a write that finds no room.</summary>
    public void OutOfMemory() => Room.Refuse();

    // The log holds commands under the names that recovery, and any other Redis, knows, whatever clients call them here.
    private bool RetainByOwnName()
    {
        ReadOnlySpan<byte> name = Encoding.ASCII.GetBytes(Spec.Name);
        fixed (byte* data = name)
        {
            if (!Ascii.EqualsIgnoreCase(Arg(0), name))
                Args.Items[0] = new Arg { Data = data, Length = name.Length, Framed = false };
            return Recorder.TryRetain(Args, Client.Database);
        }
    }

    private bool Holds(Database database, nint key, int length)
    {
        if (!database.IsMade)
            return false;
        KeyRef sought = MakeKey(database, (byte*)key, length);
        return StripeIndex.Find(sought.Stripe, sought.Hash, (byte*)key, length, _pool) != null;
    }

    private void Point(in KeyRef key, byte* keyBulk, ValueKind kind, long expiryMs, bool tellsWatchers = true)
    {
        ulong address = (ulong)(keyBulk - _pool);
        _live.Add(address, Cell.LogBytes(keyBulk, kind));
        PointAt(key, kind, address, expiryMs);
        if (tellsWatchers)
            TouchWatchers(key);
    }

    // The key leads there from now on, and what it led to is dead.
    internal void PointAt(in KeyRef key, ValueKind kind, ulong address, long expiryMs)
    {
        ulong* slot = StripeIndex.Find(key.Stripe, key.Hash, key.Data, key.Length, _pool);
        if (slot == null)
        {
            StripeIndex.Insert(key.Stripe, key.Hash, kind, address, expiryMs, _use.Fresh(NowMs), _pool);
            key.Database.CountKeys(1);
            if (expiryMs >= 0)
                key.Database.CountVolatile(1);
            Notify(KeyspaceEvents.NewKey, "new"u8, key);
        }
        else
        {
            ulong old = *slot;
            ForgetValue(key.Database, old, StripeIndex.AddressOf(key.Stripe, old));
            if (Slot.IsVolatile(old) != expiryMs >= 0)
                key.Database.CountVolatile(expiryMs >= 0 ? 1 : -1);
            StripeIndex.Update(key.Stripe, slot, kind, address, expiryMs, _use.Renewed(old, NowMs));
        }
    }

    private void Forget(in KeyRef key, in Entry entry)
    {
        ForgetValue(key.Database, *entry.Slot, StripeIndex.AddressOf(key.Stripe, *entry.Slot));
        StripeIndex.Remove(key.Stripe, entry.Slot);
        key.Database.CountKeys(-1);
        if (entry.ExpiryMs >= 0)
            key.Database.CountVolatile(-1);
        TouchWatchers(key);
    }

    // What a slot led to is dead.
    private void ForgetValue(Database database, ulong slot, ulong address)
    {
        if (Slot.IsCollection(slot))
            Collections.Bury(database, Collection.At(address));
        else
            _live.Add(address, -Cell.LogBytes(_pool + address, Slot.Kind(slot)));
    }

    private bool Expire(in KeyRef key, in Entry entry)
    {
        if (Erase(key, entry))
        {
            Thread.Counters.ExpiredKeys++;
            Notify(KeyspaceEvents.Expired, "expired"u8, key);
        }
        return true;
    }

    // Logs the deletion and forgets the key; false: there is no room for the record.
    private bool Erase(in KeyRef key, in Entry entry)
    {
        if (!LogDelete(key))
            return false;
        Forget(key, entry);
        return true;
    }
}
