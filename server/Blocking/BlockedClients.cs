using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Replies;
using Pkv.Resp;
using Pkv.Server.Net;
using Pkv.Server.Sessions;

namespace Pkv.Server.Blocking;

/// <summary>
/// One I/O thread's part in blocking commands: its clients that wait, and the keys that its commands made ready for anybody's.
/// The order is Redis's: after the command (or the whole EXEC) that made a key, and before the next one of the thread, clients
/// are served in the order in which they came; what serving them makes ready follows. A client of another thread is served by
/// that thread, which then continues with the queue. Owner thread only.
/// </summary>
public sealed unsafe class BlockedClients(ServerState server, IoThread thread) : ClientWaits, IDisposable
{
    // Of a command with many keys: under one lock of the table, 0.1 ms.
    private const int KeysAtOnce = 256;

    private readonly BlockingTable _table = server.Blocking;
    private readonly SortedSet<BlockedClient> _deadlines = new(BlockedClient.ByDeadline);
    private readonly Queue<Connection> _released = [];
    private readonly ArgList _args = new();
    private List<ReadyKey> _ready = [], _taken = [];
    private readonly List<BlockedClient> _readers = [];
    private readonly HashSet<IoThread> _told = [];
    private BlockedClient? _served;
    private ReadyKey _servedKey;
    private bool _staysBlocked, _isPostponed;
    private readonly List<ReadyKey> _postponed = [];

    /// <summary>The running command has begun to wait: its connection is to be paused.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>A waiting client's command runs: nothing else may.</summary>
    public bool IsServing => _served is not null;

    /// <summary>Keys are ready whose clients could not be served yet, since somebody keeps a stripe of theirs.</summary>
    public bool HasPostponed => _postponed.Count != 0;

    /// <summary>Keys came to hold something that clients may wait for.</summary>
    public bool HasReady => _ready.Count != 0;

    /// <summary>Unix ms at which the next client gives up; <see cref="long.MaxValue"/>: none does.</summary>
    public long NextDeadlineMs { get; private set; } = long.MaxValue;

    /// <inheritdoc/>
    public override bool Considers(CommandContext context, int keyArg) =>
        _served is null || context.Arg(keyArg).SequenceEqual(_servedKey.Key);

    /// <inheritdoc/>
    public override bool Wait(CommandContext context, ValueKind kind, int firstKey, int keyCount, long untilMs)
    {
        if (_served is not null)
        {
            _staysBlocked = true;
            return true;
        }
        if (context.InExec)
            return false;
        BlockedClient client = new(thread.Current!, server.Bindings[context.Spec.Index]!, context.Args)
        {
            Kind = kind,
            FirstKey = firstKey,
            KeyCount = keyCount,
            UntilMs = untilMs,
        };
        KeyRef[] keys = new KeyRef[Math.Min(keyCount, KeysAtOnce)];
        for (int added = 0, count; added == 0 || added < keyCount; added += count)
        {
            count = Math.Min(KeysAtOnce, keyCount - added);
            for (int i = 0; i < count; i++)
                keys[i] = context.KeyAt(firstKey + added + i);
            _table.Add(client, keys.AsSpan(0, count), isLast: added + count == keyCount);
            if (count == 0)
                break;
            context.Breathe();
        }
        if (untilMs != long.MaxValue)
            AddDeadline(client);
        ((Session)context.Client).Blocked = client;
        HasBegun = true;
        return true;
    }

    /// <summary>The connection of the command that waits is paused.</summary>
    public void EndCommand() => HasBegun = false;

    /// <summary>A key holds a value of this kind that it did not hold before. Under its lock. A volatile read while nobody waits.</summary>
    public void KeyBecame(in KeyRef key, ValueKind kind)
    {
        if (!_table.IsEmpty && _table.TryFind(key, kind, out ReadyKey ready))
            _ready.Add(ready);
    }

    /// <summary>Keys that came with a whole database may be what clients wait for under its number. All stripes are held.</summary>
    public void DatabaseBecame(Database database)
    {
        if (_table.IsEmpty)
            return;
        foreach (ReadyKey awaited in _table.KeysOf(database.Number))
        {
            fixed (byte* data = awaited.Key)
            {
                KeyRef key = CommandContext.MakeKey(database, data, awaited.Key.Length);
                ulong* slot = StripeIndex.Find(key.Stripe, key.Hash, data, key.Length, thread.Context.PoolBase);
                if (slot != null)
                    KeyBecame(key, StripeIndex.KindOf(key.Stripe, *slot));
            }
            _table.LetGo(awaited);
        }
    }

    /// <summary>Serves who waits for keys that are ready, and for those that become ready by that.</summary>
    public void ServeReady()
    {
        while (_ready.Count != 0)
        {
            (_ready, _taken) = (_taken, _ready);
            foreach (ReadyKey key in _taken)
                Serve(key);
            _taken.Clear();
        }
    }

    /// <summary>Looks again at the keys of <see cref="HasPostponed"/>.</summary>
    public void ServePostponed()
    {
        _ready.AddRange(_postponed);
        _postponed.Clear();
        ServeReady();
    }

    /// <summary>An inner turn begins: the keys that the suspended command made ready are to be served after it.</summary>
    internal void Suspend(List<ReadyKey> aside)
    {
        aside.AddRange(_ready);
        _ready.Clear();
    }

    /// <summary>Undoes <see cref="Suspend"/>.</summary>
    internal void Resume(List<ReadyKey> aside)
    {
        _ready.InsertRange(0, aside);
        aside.Clear();
    }

    /// <summary>Answers the clients whose time is over.</summary>
    public void ExpireDue(long nowMs)
    {
        while (_deadlines.Min is { } client && client.UntilMs <= nowMs)
            Answer(client, UnblockReason.Timeout);
    }

    /// <summary>CLIENT UNBLOCK has called the client, by the table.</summary>
    public void AnswerCalled(BlockedClient client)
    {
        if (client.IsWaiting)
            Answer(client, client.Request);
    }

    /// <summary>The connection closes.</summary>
    public void Forget(Connection connection)
    {
        if (connection.Session.Blocked is { } client)
            End(client);
    }

    /// <summary>Takes a connection whose client does not wait any more and whose input goes on.</summary>
    public bool TryTakeReleased(out Connection connection) => _released.TryDequeue(out connection!);

    public void Dispose() => _args.Dispose();

    private void Serve(ReadyKey key)
    {
        if (key.Kind == ValueKind.Stream)
        {
            ServeReaders(key, tellsOthers: true);
            return;
        }
        while (_table.First(key) is { } client)
        {
            IoThread owner = client.Connection.Owner;
            if (owner != thread)
            {
                owner.Post(t => t.Blocked.ServePosted(key));
                return;
            }
            if (TryServe(client, key))
                continue;
            if (_isPostponed)
                _postponed.Add(key);
            else
                _table.LetGo(key);
            return;
        }
        _table.LetGo(key);
    }

    // What one client reads is there for the others: each is asked whether it has come to what it waits for, on its own thread.
    private void ServeReaders(ReadyKey key, bool tellsOthers)
    {
        _readers.Clear();
        _table.AllOf(key, _readers);
        _told.Clear();
        _isPostponed = false;
        foreach (BlockedClient client in _readers)
        {
            IoThread owner = client.Connection.Owner;
            if (owner == thread && client.IsWaiting && !_isPostponed)
                TryServe(client, key);
            else if (owner != thread && tellsOthers && _told.Add(owner))
            {
                _table.Keep(key);
                owner.Post(t => t.Blocked.ServeReadersPosted(key));
            }
        }
        if (_isPostponed)
            _postponed.Add(key);
        else
            _table.LetGo(key);
    }

    private void ServeReadersPosted(ReadyKey key)
    {
        ServeReaders(key, tellsOthers: false);
        ServeReady();
    }

    private void ServePosted(ReadyKey key)
    {
        _ready.Add(key);
        ServeReady();
    }

    // Runs the command for this key; false: it waits on, since the key does not hold what it waits for (any more), or is somebody's for now.
    private bool TryServe(BlockedClient client, ReadyKey key)
    {
        CommandContext context = thread.Context;
        CommandFrame outer = context.Frame;
        RecordOutcome outcome = context.Recorder.Outcome;
        Enter(client);
        client.Recall(_args, context.Recorder);
        context.Args = _args;
        context.Spec = client.Binding.Spec;
        (_served, _servedKey, _staysBlocked) = (client, key, false);
        _isPostponed = !thread.Engine.Runner.RunLocked(client.Binding, &RunIfReady);
        _staysBlocked |= _isPostponed;
        _served = null;
        if (!_staysBlocked)
        {
            thread.Dispatcher.CompleteReply(client.Connection);
            Release(client);
        }
        context.Frame = outer;
        context.Recorder.Outcome = outcome;
        return !_staysBlocked;
    }

    private static void RunIfReady(CommandContext context)
    {
        BlockedClients own = context.IoThread.Blocked;
        if (own.HoldsAwaited(context))
            own._served!.Binding.Handler(context);
        else
            own._staysBlocked = true;
    }

    private bool HoldsAwaited(CommandContext context)
    {
        for (int i = _served!.FirstKey; i < _served.FirstKey + _served.KeyCount; i++)
        {
            if (Considers(context, i))
                return context.Find(context.KeyAt(i), out Entry entry, touch: false) && entry.Kind == _servedKey.Kind;
        }
        return false;
    }

    private void Answer(BlockedClient client, UnblockReason reason)
    {
        Enter(client);
        ReplyWriter reply = thread.Reply;
        if (reason == UnblockReason.Error)
            reply.Error("UNBLOCKED client unblocked via CLIENT UNBLOCK"u8);
        else if (client.KeyCount == 0)
            reply.Integer(0);
        else
            reply.NullArray();
        thread.Dispatcher.CompleteReply(client.Connection);
        Release(client);
    }

    // Replies from now on belong to this client.
    private void Enter(BlockedClient client)
    {
        thread.BeginReplies(client.Connection);
        thread.Dispatcher.BeginReply(client.Connection.Session);
    }

    private void Release(BlockedClient client)
    {
        End(client);
        _released.Enqueue(client.Connection);
    }

    private void AddDeadline(BlockedClient client)
    {
        _deadlines.Add(client);
        NextDeadlineMs = _deadlines.Min!.UntilMs;
    }

    private void RemoveDeadline(BlockedClient client)
    {
        _deadlines.Remove(client);
        NextDeadlineMs = _deadlines.Min?.UntilMs ?? long.MaxValue;
    }

    private void End(BlockedClient client)
    {
        thread.Leftovers.Remove(client);
        if (client.UntilMs != long.MaxValue)
            RemoveDeadline(client);
        client.Connection.Session.Blocked = null;
        client.Dispose();
    }
}
