using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Pkv.Engine.Cleaning;
using Pkv.Engine.Commands.Transactions;
using Pkv.Engine.Eviction;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Records;
using Pkv.Engine.Replies;
using Pkv.Engine.Table;
using Pkv.Linux;
using Pkv.Persistence.Log;
using Pkv.Resp;
using Pkv.Server.Blocking;
using Pkv.Server.PubSub;
using Pkv.Zio.Buffers;
using Pkv.Zio.Sockets;

namespace Pkv.Server.Net;

/// <summary>
/// One event loop on a thread of its own: receives, runs, commits and replies for the connections it owns. A turn
/// is one epoll_wait and all that follows from it: one clock, one commit, one fence pair for all its commands.
/// </summary>
public sealed unsafe class IoThread
{
    private const int MaxEvents = 256, CronPeriodMs = 100;

    // While commands wait for room that somebody else is making.
    private const int ShortOfRoomMs = 1;

    private readonly ServerState _server;
    private readonly Poller _poller;
    private readonly ConcurrentQueue<Action<IoThread>> _inbox = new();
    private readonly RoomWaiters _shortOfRoom;
    private readonly Action<Connection> _resume;
    private readonly HeldConnections _held;
    private readonly GatherBuffer _gather = new();
    private readonly Sender _sender;
    private readonly CommandContext _context;
    private readonly TurnReplies _replies;
    private long _nextCronMs;
    private int _polls;
    private volatile bool _stopping;

    // Of large collections that are gone, after a turn with commands and when there is nothing else to do.
    private static readonly long s_buryBusy = Stopwatch.Frequency / 5_000;  // 200 us
    private static readonly long s_buryIdle = Stopwatch.Frequency / 1_000;  // 1 ms

    public IoThread(ServerState server, int number)
    {
        (_server, Number) = (server, number);
        Containment = new Containment(server, this);
        Counters = new ThreadCounters(CommandTable.IndexCount);
        Engine = new EngineThread(server.Engine, number, _gather, Counters, new IoThreadHost(this));
        Engine.Reply.GatherThreshold = server.Options.SendGatherThresholdBytes;
        _context = Engine.Context;
        _sender = new Sender(server, this, _gather);
        _replies = new TurnReplies(server, this, _gather, _sender);
        Receiver NewReceiver(ArgList args) => new(Received, Dispatcher!, Engine.Recorder, _context, Counters, args, Placement!);
        Inner = new InnerTurns(server, this, _context, _replies, () => NewReceiver(new ArgList()));
        Publisher = new Publisher(server, this, _context);
        Inlet = new Inlet(this);
        Leftovers = new Leftovers(server);
        Blocked = new BlockedClients(server, this);
        Engine.Waits = Blocked;
        Engine.Events = new ThreadKeyEvents(server.PubSub, Publisher, Blocked);
        Dispatcher = new Dispatcher(_context);
        Placement = new LargePlacement(server, Received, Dispatcher, Engine.Recorder);
        Receiver = NewReceiver(_context.Args);
        _poller = new Poller(MaxEvents);
        Cleaning = new CleaningTurn(Engine);
        Evictor = new Evictor(Engine);
        Engine.HasRoom = Evictor.HasRoom;
        Cron = new IoCron(server, this);
        _shortOfRoom = new RoomWaiters(server);
        _resume = Resume;
        _held = new HeldConnections(this);
    }

    public int Number { get; }

    public ServerState Server => _server;

    /// <summary>What runs the commands.</summary>
    public EngineThread Engine { get; }

    /// <summary>Notes what this thread's commands write.</summary>
    public LogWriter Log => Engine.Log;

    /// <summary>Serves others in the middle of a long command.</summary>
    internal InnerTurns Inner { get; }

    /// <summary>Receives for the turn, or the inner turn, that is under way.</summary>
    internal Receiver Receiver { get; set; }

    /// <summary>Segments that sockets receive into.</summary>
    public AppendLog Received => Engine.Received;

    /// <summary>What large commands hold of those while they are being received.</summary>
    public Claims Claims => Placement.Claims;

    internal LargePlacement Placement { get; }

    /// <summary>What this thread's commands log with.</summary>
    public RecordSink[] Sinks => Engine.Sinks;

    /// <summary>Segments for records that the server writes itself.</summary>
    public AppendLog Effects => Engine.Effects;

    /// <summary>What of that is open, to be sealed on demand.</summary>
    public OpenSegments Open => Engine.Open;

    public LiveBytes Live => Engine.Live;
    public ThreadCounters Counters { get; }
    public StripeLocks Locks => Engine.Locks;
    public ReplyWriter Reply => Engine.Reply;
    public Dispatcher Dispatcher { get; }

    /// <summary>What this thread's commands publish.</summary>
    public Publisher Publisher { get; }

    /// <summary>Messages for the subscribers that this thread owns.</summary>
    public Inlet Inlet { get; }

    /// <summary>This thread's clients that wait in blocking commands.</summary>
    public BlockedClients Blocked { get; }

    /// <summary>What they and others leave in the server's tables.</summary>
    internal Leftovers Leftovers { get; }

    /// <summary>The connection whose commands run; null between turns and in the background.</summary>
    public Connection? Current => _replies.Current;

    public CommandContext Context => _context;
    public Containment Containment { get; }
    public IoCron Cron { get; }

    /// <summary>Keeps what lives within the limits.</summary>
    public Evictor Evictor { get; }

    /// <summary>This thread's share of the log cleaner's work.</summary>
    public CleaningTurn Cleaning { get; }
    public Poller Poller => _poller;

    /// <summary>Connections by descriptor.</summary>
    public ConnectionTable Connections { get; } = new();

    /// <summary>Connections owned now. Any thread.</summary>
    public int ConnectionCount => Volatile.Read(ref _connectionCount);

    /// <summary>Connections handed to this thread that it has not taken yet. Any thread.</summary>
    public int PendingAdoptions => Volatile.Read(ref _pendingAdoptions);

    /// <summary>Turns go round: what has time may be done between them.</summary>
    public bool IsRunning { get; private set; }

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
        KeyspaceState.CommitBeforeWait = Engine.Commit;
        IsRunning = true;
        Inner.Prepare();
        Graveyard graves = _context.Collections.Graveyard;
        graves.IsTended = true;
        while (!_stopping)
        {
            bool hasWork = Cleaning.IsWanted || Evictor.IsBehind || _held.AnyForTurn || !graves.IsEmpty || !Leftovers.IsEmpty;
            int ready = Poll(hasWork ? 0 : _shortOfRoom.Any ? ShortOfRoomMs : TimeoutMs());
            _server.Pool.Epochs.Enter(Number);
            _context.NowMs = Clock.NowMs();
            // What only waits to be counted as dead is room that others wait for.
            if (!graves.IsEmpty && _server.Cleaning.IsOutOfRoom)
                graves.Work(s_buryIdle);
            Cleaning.BeforeTurn();
            // Before the commands of this turn: who was told that a message is published, and asks its subscriber's connection
            // for something now, finds the message sent before the answer.
            Inlet.Deliver();
            Inner.Served();
            long began = Stopwatch.GetTimestamp();
            bool works = ready > 0 || _shortOfRoom.Any || _held.AnyForTurn;
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
            _held.ResumeLate();
            _held.ResumeBusy();
            if (HasPaused && _server.Pause.UntilMs <= _context.NowMs)
                ResumePaused();
            ServeBlocked();
            FlushTurn();
            if (_server.Cleaning.IsOutOfRoom)
                Open.SealOfInnerTurns();
            if (Cron.TakeTrim())
                _gather.Trim();
            _context.Collections.ReleaseDead();
            _context.Strings.ReleaseCopies();
            graves.Work(works ? s_buryBusy : s_buryIdle);
            Leftovers.Work(works ? s_buryBusy : s_buryIdle);
            Claims.AfterTurn();
            Cleaning.AfterTurn(works ? Stopwatch.GetTimestamp() - began : 0);
            _server.Pool.Epochs.Leave(Number);
        }
        CloseAll();
    }

    /// <summary>One inner turn. By <see cref="InnerTurns"/>, which has put aside what is under way.</summary>
    internal void ServeInside(int timeoutMs)
    {
        int ready = Poll(timeoutMs);
        _context.NowMs = Clock.NowMs();
        Inlet.Deliver();
        Inner.Served();
        if (ready > 0)
            Serve(ready);
        _held.ResumeLate();
        _held.ResumeBusy();
        ServeBlocked();
        FlushTurn();
    }

    private void ServeBlocked()
    {
        if (Blocked.HasPostponed)
            Blocked.ServePostponed();
        if (Blocked.NextDeadlineMs <= _context.NowMs)
            Blocked.ExpireDue(_context.NowMs);
        while (Blocked.TryTakeReleased(out Connection released))
            Resume(released);
        _replies.End();
    }

    private int Poll(int timeoutMs)
    {
        _polls++;
        return _poller.Wait(timeoutMs);
    }

    /// <summary>Something that cannot be put off wants a stripe that another thread keeps: others are served until that is done with it.</summary>
    internal void AwaitStripe()
    {
        if (Inner.TryServe(timeoutMs: 1))
            return;
        SpinWait wait = default;
        while (wait.Count < 30)
            wait.SpinOnce();
    }

    /// <summary>Takes a connected socket.</summary>
    public void Adopt(Connection connection)
    {
        Connections.Add(connection);
        Volatile.Write(ref _connectionCount, Connections.Count);
        Counters.ConnectionsReceived++;
        if (!_poller.TryAdd(connection.Descriptor, PollCalls.EpollIn))
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
    public void BeginReplies(Connection connection) => _replies.Begin(connection);

    /// <summary>Commits what the turn has written so far, then sends what it has answered so far.</summary>
    public void FlushTurn()
    {
        Connection? current = _replies.Current;
        _replies.End();
        Engine.Commit();
        Publisher.HandOver();
        _replies.Send(current);
        _gather.Reset();
        Inlet.Deliver();
        if (!Inner.IsInside)
            Publisher.AwaitRoom();
        if (current is { IsClosed: false })
            _replies.Begin(current);
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
        // Its command is under way: it closes when that has ended.
        if (connection.IsSuspended)
        {
            connection.Session.CloseAfterReply = connection.ClosesAtEnd = true;
            return;
        }
        connection.IsClosed = true;
        TransactionCommands.Abandon(Engine, connection.Session);
        if (connection.Session.IsMonitor)
            _server.Monitors.Remove(connection);
        Leftovers.Unsubscribe(connection.Session);
        Blocked.Forget(connection);
        Receiver.Abandon(connection);
        _server.Clients.Remove(connection);
        Connections.Remove(connection);
        Volatile.Write(ref _connectionCount, Connections.Count);
        _poller.Remove(connection.Descriptor);
        FileCalls.Close(connection.Descriptor);
        connection.Dispose();
    }

    /// <summary>CONFIG RESETSTAT. Owner thread.</summary>
    public void ResetStatistics()
    {
        Counters.Reset();
        Reply.Errors.Reset();
    }

    /// <summary>Retries the sends that waited for the device.</summary>
    public void ReleaseHeld() => _sender.ReleaseHeld();

    /// <summary>Runs the input of connections that CLIENT PAUSE held.</summary>
    public void ResumePaused()
    {
        HasPaused = false;
        foreach (Connection connection in Connections.All.Where(c => c.HoldReason == HoldReason.ClientPause).ToList())
            Resume(connection);
    }

    // Runs the input of a held connection.
    internal void Resume(Connection connection)
    {
        if (connection.IsClosed || !connection.IsHeld)
            return;
        Containment.Resume(Receiver, connection);
        EndConnectionTurn(connection, alive: true);
        if (!connection.IsHeld && !connection.Session.CloseAfterReply)
            connection.Listen();
    }

    private int TimeoutMs()
    {
        if (_stopping || !_inbox.IsEmpty)
            return 0;
        if (_held.AnyBusy || Blocked.HasPostponed)
            return 1;
        long until = Math.Min(_nextCronMs, Blocked.NextDeadlineMs);
        if (HasPaused)
            until = Math.Min(until, _server.Pause.UntilMs);
        return (int)Math.Clamp(until - Clock.NowMs(), 0, CronPeriodMs);
    }

    private void Serve(int ready)
    {
        // What an inner turn polled takes the place of the rest, which is told again.
        int poll = _polls;
        for (int i = 0; i < ready && poll == _polls; i++)
        {
            EpollEvent e = _poller.EventAt(i);
            int descriptor = (int)e.Data;
            if (descriptor == _poller.WakeDescriptor)
            {
                _poller.ClearWake();
                for (int left = _inbox.Count; left > 0 && _inbox.TryDequeue(out Action<IoThread>? action); left--)
                    action(this);
            }
            else if (Connections.Find(descriptor) is { } connection)
                Serve(connection, e.Events);
            else
                _server.Listener.Accept(descriptor);
        }
    }

    private void Serve(Connection connection, uint events)
    {
        if ((events & PollCalls.EpollOut) != 0)
            _sender.Continue(connection);
        if ((events & (PollCalls.EpollIn | PollCalls.EpollRdHup | PollCalls.EpollErr | PollCalls.EpollHup)) == 0 || connection.IsClosed || connection.IsSuspended)
            return;
        bool broken = (events & (PollCalls.EpollErr | PollCalls.EpollHup)) != 0;
        if (connection.IsHeld || connection.Session.CloseAfterReply)
        {
            // Nothing more is read from it; the poller would tell of its end again and again.
            if (broken || (connection.IsHeld && (events & PollCalls.EpollRdHup) != 0))
                Close(connection);
            return;
        }
        connection.Session.LastInteractionMs = _context.NowMs;
        bool alive = Containment.Receive(Receiver, connection);
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
        _replies.End();
        HasPaused |= connection.HoldReason == HoldReason.ClientPause;
        if (connection.HoldReason == HoldReason.NoRoom)
            _shortOfRoom.Add(connection);
        _held.Note(connection);
        if (!alive || connection.ClosesAtEnd)
            Close(connection);
        else if (connection.IsHeld || connection.Session.CloseAfterReply)
            connection.Listen();
    }

    /// <summary>Closes the connections that waited for the end of the server. After <see cref="Run"/>.</summary>
    public void CloseLast()
    {
        foreach (Connection connection in Connections.All)
            FileCalls.Close(connection.Descriptor);
        Connections.Clear();
    }

    private void CloseAll()
    {
        foreach (Connection connection in Connections.All.Where(c => !c.Session.ClosesLast).ToList())
            Close(connection);
        Received.Close();
        foreach (RecordSink sink in Sinks)
            sink.Effects.Close();
        Cleaning.Close();
        Cleaning.Dispose();
        Inlet.Close();
        Publisher.Dispose();
        _poller.Dispose();
        Receiver.Dispose();
        Inner.Dispose();
        _sender.Dispose();
        _gather.Dispose();
        _context.Collections.Dispose();
        _context.Strings.Dispose();
        Blocked.Dispose();
        Locks.Dispose();
    }
}
