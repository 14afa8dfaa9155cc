using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Pkv.Persistence.Log;
using Pkv.Server.Blocking;
using Pkv.Server.Cleaning;
using Pkv.Server.Eviction;
using Pkv.Server.Execution;
using Pkv.Server.PubSub;
using Pkv.Server.Resp;
using Pkv.Server.Sessions;
using Pkv.Zio.Buffers;
using Pkv.Zio.Sockets;

namespace Pkv.Server.Net;

/// <summary>
/// One event loop on a thread of its own: receives, runs, commits and replies for the connections it owns. A turn
/// is one epoll_wait and all that follows from it: one clock, one commit, one fence pair for all its commands.
/// </summary>
public sealed unsafe class IoThread
{
    private const int MaxEvents = 256;
    private const int CronPeriodMs = 100;

    // While commands wait for room that somebody else is making.
    private const int ShortOfRoomMs = 1;

    private readonly ServerState _server;
    private readonly Poller _poller;
    private readonly ConcurrentQueue<Action<IoThread>> _inbox = new();
    private readonly List<Connection> _turn = [];
    private readonly RoomWaiters _shortOfRoom;
    private readonly Action<Connection> _resume;
    private readonly List<(Connection Connection, ReplyRange Replies)> _earlier = [];
    private readonly GatherBuffer _gather = new();
    private readonly Receiver _receiver;
    private readonly Sender _sender;
    private readonly CommandContext _context;
    private Connection? _current;
    private long _nextCronMs;
    private volatile bool _stopping;

    public IoThread(ServerState server, int number)
    {
        _server = server;
        Number = number;
        Containment = new Containment(server, this);
        Log = server.LogWriters[number];
        Received = new AppendLog(server.Pool);
        Effects = new AppendLog(server.Pool);
        Live = server.Live[number];
        Counters = new ThreadCounters(Commands.Table.CommandTable.IndexCount);
        Locks = new StripeLocks(number, server.LogWriters, CommitBatch) { DrainIsDurable = server.Pool.Medium.DrainIsDurable };
        Recorder recorder = new(Log, Effects, Locks);
        Reply = new ReplyWriter(_gather) { GatherThreshold = server.Options.SendGatherThresholdBytes };
        _context = new CommandContext(server, this, recorder, Locks, Live, Reply);
        Publisher = new Publisher(server, this, _context);
        Inlet = new Inlet(this);
        Blocked = new BlockedClients(server, this);
        Dispatcher = new Dispatcher(_context);
        _receiver = new Receiver(Received, Dispatcher, recorder, _context, Counters);
        _sender = new Sender(server, this, _gather);
        _poller = new Poller(MaxEvents);
        Cleaning = new CleaningTurn(server, this, _context);
        Evictor = new Evictor(server, this, _context);
        Cron = new IoCron(server, this);
        _shortOfRoom = new RoomWaiters(server);
        _resume = Resume;
    }

    public int Number { get; }
    public LogWriter Log { get; }

    /// <summary>Segments that sockets receive into.</summary>
    public AppendLog Received { get; }

    /// <summary>What large commands hold of those while they are being received.</summary>
    public Claims Claims => _receiver.Claims;

    /// <summary>Segments for records that the server writes itself.</summary>
    public AppendLog Effects { get; }

    public LiveBytes Live { get; }
    public ThreadCounters Counters { get; }
    public StripeLocks Locks { get; }
    public ReplyWriter Reply { get; }
    public Dispatcher Dispatcher { get; }

    /// <summary>What this thread's commands publish.</summary>
    public Publisher Publisher { get; }

    /// <summary>Messages for the subscribers that this thread owns.</summary>
    public Inlet Inlet { get; }

    /// <summary>This thread's clients that wait in blocking commands.</summary>
    public BlockedClients Blocked { get; }

    /// <summary>The connection whose commands run; null between turns and in the background.</summary>
    public Connection? Current => _current;

    public CommandContext Context => _context;
    public Containment Containment { get; }
    public IoCron Cron { get; }

    /// <summary>Keeps what lives within the limits.</summary>
    public Evictor Evictor { get; }

    /// <summary>This thread's share of the log cleaner's work.</summary>
    public CleaningTurn Cleaning { get; }
    public Poller Poller => _poller;

    /// <summary>Connections by descriptor.</summary>
    public Dictionary<int, Connection> Connections { get; } = [];

    /// <summary>Connections owned now. Any thread.</summary>
    public int ConnectionCount => Volatile.Read(ref _connectionCount);

    /// <summary>Connections handed to this thread that it has not taken yet. Any thread.</summary>
    public int PendingAdoptions => Volatile.Read(ref _pendingAdoptions);

    /// <summary>CLIENT PAUSE holds the input of at least one connection.</summary>
    public bool HasPaused { get; private set; }

    private int _connectionCount;
    private int _pendingAdoptions;

    /// <summary>Hands over a connected socket. Any thread.</summary>
    public void PostAdoption(Connection connection)
    {
        Interlocked.Increment(ref _pendingAdoptions);
        Post(thread =>
        {
            Interlocked.Decrement(ref thread._pendingAdoptions);
            thread.Adopt(connection);
        });
    }

    /// <summary>Runs an action on this thread, soon. Any thread.</summary>
    public void Post(Action<IoThread> action)
    {
        _inbox.Enqueue(action);
        _poller.Wake();
    }

    /// <summary>Ends <see cref="Run"/> after the turn it is in. Any thread.</summary>
    public void Stop()
    {
        _stopping = true;
        _poller.Wake();
    }

    public void Run()
    {
        Keyspace.KeyspaceState.CommitBeforeWait = CommitBatch;
        while (!_stopping)
        {
            int ready = _poller.Wait(Cleaning.IsWanted || Evictor.IsBehind ? 0 : _shortOfRoom.Any ? ShortOfRoomMs : TimeoutMs());
            _server.Pool.Epochs.Enter(Number);
            _context.NowMs = Clock.NowMs();
            Cleaning.BeforeTurn();
            // Before the commands of this turn: who was told that a message is published, and asks its subscriber's connection
            // for something now, finds the message sent before the answer.
            Inlet.Deliver();
            long began = Stopwatch.GetTimestamp();
            bool works = ready > 0 || _shortOfRoom.Any;
            if (_shortOfRoom.Any)
                _shortOfRoom.Resume(_resume);
            if (ready > 0)
                Serve(ready);
            if (_context.NowMs >= _nextCronMs)
            {
                _nextCronMs = _context.NowMs + CronPeriodMs;
                Cron.Tick(_context);
            }
            if (Evictor.IsBehind)
                Evictor.Run();
            if (HasPaused && _server.Pause.UntilMs <= _context.NowMs)
                ResumePaused();
            if (Blocked.NextDeadlineMs <= _context.NowMs)
                Blocked.ExpireDue(_context.NowMs);
            while (Blocked.TryTakeReleased(out Connection released))
                Resume(released);
            FlushTurn();
            if (Cron.TakeTrim())
                _gather.Trim();
            _context.Collections.ReleaseDead();
            _context.Strings.ReleaseCopies();
            Cleaning.AfterTurn(works ? Stopwatch.GetTimestamp() - began : 0);
            _server.Pool.Epochs.Leave(Number);
        }
        CloseAll();
    }

    /// <summary>Takes a connected socket.</summary>
    public void Adopt(Connection connection)
    {
        Connections.Add(connection.Descriptor, connection);
        Volatile.Write(ref _connectionCount, Connections.Count);
        Counters.ConnectionsReceived++;
        if (!_poller.TryAdd(connection.Descriptor, Libc.EpollIn))
            Close(connection);
    }

    /// <summary>Limits on this connection's commands as they stand now.</summary>
    public ParseLimits LimitsFor(Connection connection) => new()
    {
        MaxBulkBytes = _server.Options.ProtoMaxBulkLenBytes,
        Unauthenticated = !connection.Session.IsAuthenticated,
    };

    /// <summary>A command of this connection is about to reply.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void BeginReplies(Connection connection)
    {
        if (_current == connection)
            return;
        EndReplies();
        if (connection.InTurn)
            SetAside(connection);
        connection.InTurn = true;
        connection.ReplyStart = connection.ReplyEnd = _gather.Floor = _gather.Length;
        connection.SliceStart = connection.SliceEnd = _gather.SliceCount;
        _turn.Add(connection);
        _current = connection;
    }

    // It is served a second time in one turn (what it waited for came, CLIENT PAUSE ended): others' replies lie between.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SetAside(Connection connection)
    {
        if (connection.ReplyStart != connection.ReplyEnd || connection.SliceStart != connection.SliceEnd)
            _earlier.Add((connection, connection.Replies));
        _turn.RemoveAt(_turn.LastIndexOf(connection));
    }

    // The sender takes what a connection's fields tell: the parts that were set aside go first, in their order.
    private void SendEarlier()
    {
        foreach ((Connection connection, ReplyRange range) in _earlier)
        {
            ReplyRange last = connection.Replies;
            connection.Replies = range;
            _sender.Send(connection);
            connection.Replies = last;
        }
        _earlier.Clear();
    }

    /// <summary>Commits what the turn has written so far, then sends what it has answered so far.</summary>
    public void FlushTurn()
    {
        Connection? current = _current;
        EndReplies();
        CommitBatch();
        Publisher.HandOver();
        if (_turn.Count > 0)
            SendTurn(current);
        _gather.Reset();
        Inlet.Deliver();
        Publisher.AwaitRoom();
        if (current is { IsClosed: false })
            BeginReplies(current);
    }

    private void SendTurn(Connection? current)
    {
        SyncTurn();
        if (_earlier.Count != 0)
            SendEarlier();
        foreach (Connection connection in _turn)
        {
            connection.InTurn = false;
            _sender.Send(connection);
            if (connection.Session.CloseAfterReply && connection.Output.IsEmpty && connection != current)
                Close(connection);
        }
        _turn.Clear();
        Counters.Turns++;
    }

    // Where this thread is better off waiting for the device itself, no reply of the turn needs to be held.
    private void SyncTurn()
    {
        bool awaits = false;
        foreach (Connection connection in _turn)
            awaits |= connection.AwaitsDurability;
        if (!awaits || !_server.Durability.TrySyncInline())
            return;
        foreach (Connection connection in _turn)
            connection.AwaitsDurability = false;
        _sender.ReleaseHeld();
    }

    /// <summary>Sends bytes to a connection outside a command (MONITOR, pub/sub). Owner thread.</summary>
    public void Push(Connection connection, ReadOnlySpan<byte> bytes)
    {
        if (!connection.IsClosed)
            _sender.Push(connection, bytes);
    }

    /// <summary>Sends what was queued for a connection. Owner thread.</summary>
    public void SendQueued(Connection connection)
    {
        if (!connection.IsClosed)
            _sender.SendQueued(connection);
    }

    /// <summary>Closes a connection whose unsent output is over its limit. Owner thread.</summary>
    public void CheckOutputLimit(Connection connection) => _sender.CheckLimits(connection);

    /// <summary>Closes now; what is not sent is lost.</summary>
    public void Close(Connection connection)
    {
        if (connection.IsClosed)
            return;
        connection.IsClosed = true;
        Commands.Transactions.TransactionCommands.Abandon(_server, connection.Session);
        if (connection.Session.IsMonitor)
            _server.Monitors.Remove(connection);
        connection.Session.Subscriptions?.Clear(_server.PubSub);
        Blocked.Forget(connection);
        _receiver.Abandon(connection);
        _server.Clients.Remove(connection);
        Connections.Remove(connection.Descriptor);
        Volatile.Write(ref _connectionCount, Connections.Count);
        _poller.Remove(connection.Descriptor);
        Libc.Close(connection.Descriptor);
        connection.Dispose();
    }

    /// <summary>CONFIG RESETSTAT. Owner thread.</summary>
    public void ResetStatistics()
    {
        Counters.Reset();
        Reply.Errors.Reset();
    }

    /// <summary>Seals the segments that are half full, when all in them is dead. Owner thread, by <see cref="Post"/>.</summary>
    public void SealFilled()
    {
        Received.SealFilled();
        Effects.SealFilled();
        Cleaning.Survivors.Close();
    }

    /// <summary>Seals what is open up to this generation. Owner thread, by <see cref="Post"/>.</summary>
    public void SealUpTo(ulong generation) => SealWhereSlotsAreLeft(log => log.SealUpTo(generation));

    /// <summary>Has what is open attest pieces of transactions. Owner thread, by <see cref="Post"/>.</summary>
    public void AttestOpen()
    {
        Received.AttestOpen();
        Effects.AttestOpen();
        Cleaning.Survivors.AttestOpen();
    }

    /// <summary>Seals this segment if it is open here. Owner thread, by <see cref="Post"/>.</summary>
    public void SealOpen(Persistence.Segments.Segment segment) => SealWhereSlotsAreLeft(log => log.Seal(segment));

    // The room of what is open may be all that the cleaner and deletions have: it is not given away before another slot can
    // take its place. The keeper asks again.
    private void SealWhereSlotsAreLeft(Action<AppendLog> seal)
    {
        seal(Received);
        if (_server.Pool.FreeFor(Persistence.Segments.AppendPurpose.Delete) > 0)
            seal(Effects);
        if (_server.Pool.FreeForCleaning > 1)
            seal(Cleaning.Survivors);
    }

    /// <summary>Retries the sends that waited for the device.</summary>
    public void ReleaseHeld() => _sender.ReleaseHeld();

    /// <summary>Runs the input of connections that CLIENT PAUSE held.</summary>
    public void ResumePaused()
    {
        HasPaused = false;
        foreach (Connection connection in Connections.Values.Where(c => c.IsHeldByPause).ToList())
            Resume(connection);
    }

    // Runs the input that a paused connection was not asked for.
    private void Resume(Connection connection)
    {
        if (connection.IsClosed || !connection.IsPaused)
            return;
        Containment.Resume(_receiver, connection);
        EndConnectionTurn(connection, alive: true);
        if (!connection.IsPaused && !connection.IsClosed && !connection.Session.CloseAfterReply)
            _poller.Modify(connection.Descriptor, Libc.EpollIn | (connection.WantsWrite ? Libc.EpollOut : 0));
    }

    private int TimeoutMs()
    {
        if (_stopping || !_inbox.IsEmpty)
            return 0;
        long until = Math.Min(_nextCronMs, Blocked.NextDeadlineMs);
        if (HasPaused)
            until = Math.Min(until, _server.Pause.UntilMs);
        return (int)Math.Clamp(until - Clock.NowMs(), 0, CronPeriodMs);
    }

    private void CommitBatch() => Log.Commit(_context.NowMs);

    private void Serve(int ready)
    {
        for (int i = 0; i < ready; i++)
        {
            EpollEvent e = _poller.EventAt(i);
            int descriptor = (int)e.Data;
            if (descriptor == _poller.WakeDescriptor)
            {
                _poller.ClearWake();
                while (_inbox.TryDequeue(out Action<IoThread>? action))
                    action(this);
            }
            else if (Connections.TryGetValue(descriptor, out Connection? connection))
                Serve(connection, e.Events);
            else
                _server.Listener.Accept(descriptor);
        }
    }

    private void Serve(Connection connection, uint events)
    {
        if ((events & Libc.EpollOut) != 0)
            _sender.Continue(connection);
        if ((events & (Libc.EpollIn | Libc.EpollRdHup | Libc.EpollErr | Libc.EpollHup)) == 0 || connection.IsClosed)
            return;
        bool broken = (events & (Libc.EpollErr | Libc.EpollHup)) != 0;
        if (connection.IsPaused || connection.Session.CloseAfterReply)
        {
            // Nothing more is read from it; the poller would tell of its end again and again.
            if (broken || (connection.IsPaused && (events & Libc.EpollRdHup) != 0))
                Close(connection);
            return;
        }
        connection.Session.LastInteractionMs = _context.NowMs;
        bool alive = Containment.Receive(_receiver, connection);
        if (!alive && !broken && connection.HoldTicket != 0)
        {
            // The client sends no more, but replies still wait for the device.
            connection.Session.CloseAfterReply = true;
            alive = true;
        }
        EndConnectionTurn(connection, alive);
    }

    private void EndConnectionTurn(Connection connection, bool alive)
    {
        EndReplies();
        HasPaused |= connection.IsHeldByPause;
        if (connection.IsHeldForRoom)
            _shortOfRoom.Add(connection);
        if (!alive)
            Close(connection);
        else if (connection.IsPaused || connection.Session.CloseAfterReply)
            _poller.Modify(connection.Descriptor, (connection.IsPaused ? Libc.EpollRdHup : 0) | (connection.WantsWrite ? Libc.EpollOut : 0));
    }

    private void EndReplies()
    {
        if (_current is null)
            return;
        _current.ReplyEnd = _gather.Length;
        _current.SliceEnd = _gather.SliceCount;
        _current = null;
    }

    /// <summary>Closes the connections that waited for the end of the server. After <see cref="Run"/>.</summary>
    public void CloseLast()
    {
        foreach (Connection connection in Connections.Values)
            Libc.Close(connection.Descriptor);
        Connections.Clear();
    }

    private void CloseAll()
    {
        foreach (Connection connection in Connections.Values.Where(c => !c.Session.ClosesLast).ToList())
            Close(connection);
        Received.Close();
        Effects.Close();
        Cleaning.Close();
        Cleaning.Dispose();
        Inlet.Close();
        Publisher.Dispose();
        _poller.Dispose();
        _receiver.Dispose();
        _sender.Dispose();
        _gather.Dispose();
        _context.Args.Dispose();
        _context.Collections.Dispose();
        _context.Strings.Dispose();
        Blocked.Dispose();
        Locks.Dispose();
    }
}
