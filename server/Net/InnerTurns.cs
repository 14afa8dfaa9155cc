using System.Diagnostics;
using Pkv.Engine.Execution;

namespace Pkv.Server.Net;

/// <summary>
/// Serves an I/O thread's other connections in the middle of a command that takes long, or while something waits for a stripe that
/// another thread keeps: an *inner turn*, with a commit and replies of its own. Commands that need a stripe of the suspended one
/// are held until it has ended; nobody sees half of it. Owner thread only.
/// </summary>
/// <remarks>
/// What the suspended command has noted is one transaction, and stays in its log writer uncommitted; the inner turn notes with the
/// thread's other writer then, so that recovery finds the pieces of each writer's transactions next to each other. What earlier
/// commands of the outer turn wrote and answered is committed and sent before. The thread stays in the outer turn's epoch.
/// </remarks>
internal sealed class InnerTurns : IDisposable
{
    // Commands suspended at a time. A further one runs to its end.
    private const int MaxDepth = 4;

    // Interval at which others are served in the middle of a command.
    internal const int PeriodMs = 4;

    private static readonly long s_period = Stopwatch.Frequency * PeriodMs / 1000;

    private readonly ServerState _server;
    private readonly IoThread _thread;
    private readonly CommandContext _context;
    private readonly TurnReplies _replies;
    private readonly Func<Receiver> _newReceiver;
    private readonly SuspendedTurn?[] _suspended = new SuspendedTurn?[MaxDepth];
    private int _depth;
    private OwnerThread _owner;

    public InnerTurns(ServerState server, IoThread thread, CommandContext context, TurnReplies replies, Func<Receiver> newReceiver)
    {
        _server = server;
        _thread = thread;
        _context = context;
        _replies = replies;
        _newReceiver = newReceiver;
    }

    /// <summary>An inner turn is under way.</summary>
    public bool IsInside => _depth != 0;

    /// <summary>Commands that are suspended now, each in the inner turn of the one before. Any thread.</summary>
    public int Depth => Volatile.Read(ref _depth);

    /// <summary>Inner turns served. Any thread.</summary>
    public long Count { get; private set; }

    /// <summary>Not as many commands are suspended as can be.</summary>
    public bool CanServe => _depth < MaxDepth && FreeSink() is not null;

    /// <summary>Makes what the first inner turn needs, so that none of a usual depth allocates. Before the first turn.</summary>
    public void Prepare() => _suspended[0] ??= new SuspendedTurn(_newReceiver());

    /// <summary>Others are being served now.</summary>
    public void Served() => _context.Breather.Due = Stopwatch.GetTimestamp() + s_period;

    /// <summary>
    /// Serves others once. False: that is not possible now. What the running command has noted so far, and what it is going to
    /// note, must be one transaction, and no record begun.
    /// </summary>
    /// <param name="timeoutMs">How long to wait for them; 0 in the middle of a command.</param>
    public bool TryServe(int timeoutMs)
    {
        _owner.Check();
        if (_depth == MaxDepth || !_thread.IsRunning || _thread.Blocked.IsServing || FreeSink() is not { } sink)
        {
            Served();
            return false;
        }
        Debug.Assert(_depth is >= 0 and < MaxDepth && !sink.IsTaken, "an inner turn logs where no suspended command does");
        SuspendedTurn suspended = _suspended[_depth] ??= new SuspendedTurn(_newReceiver());
        Suspend(suspended, sink);
        _depth++;
        _thread.ServeInside(timeoutMs);
        _depth--;
        Resume(suspended);
        Count++;
        Served();
        return true;
    }

    /// <summary>
    /// Serves others now and then in the steps of a command that writes nothing, each part of whose reply is to go out before what others
    /// send to its client from then on: that is sent first. The connection may be closed then.
    /// </summary>
    public void ServeBehindReplies(long step)
    {
        if ((step & 63) != 63 || _context.InExec || Stopwatch.GetTimestamp() < _context.Breather.Due)
            return;
        _thread.FlushTurn();
        _context.BeginReply();
        if (_thread.Current is not null)
            TryServe(timeoutMs: 0);
    }

    public void Dispose()
    {
        foreach (SuspendedTurn? suspended in _suspended)
            suspended?.Dispose();
    }

    // The one in use, if the running command does not keep it.
    private RecordSink? FreeSink()
    {
        foreach (RecordSink sink in _thread.Sinks)
        {
            if (!sink.IsTaken)
                return sink;
        }
        return null;
    }

    private void Suspend(SuspendedTurn suspended, RecordSink sink)
    {
        Debug.Assert(suspended.Current is null, "each depth has one turn");
        suspended.Sink = _context.Recorder.Sink;
        _thread.Log.CommitEarlier(_context.NowMs);
        _thread.Publisher.Suspend(suspended.Outbox, suspended.Own, _replies.Current is not null);
        suspended.Current = _replies.Suspend(suspended.Gather);
        suspended.TransactionDepth = _thread.Log.HoldsOpenRanges ? 0 : _thread.Log.SuspendTransaction();
        suspended.OuterReceiver = _thread.Receiver;
        suspended.Command = _context.Frame;
        suspended.Record = _context.Recorder.State;
        suspended.CarriedSecret = _thread.Dispatcher.CarriedSecret;
        suspended.Phase = _thread.Engine.Phase;
        _thread.Engine.Phase = TurnPhase.Changing;
        suspended.Errors = _context.Reply.ErrorCount;
        suspended.Replaces = _context.Collections.Suspend(suspended.Batch);
        suspended.Scratch.Suspend();
        _thread.Blocked.Suspend(suspended.Ready);
        _context.Locks.Suspend(suspended.Locks);
        if (suspended.Current is { } current)
        {
            current.IsSuspended = true;
            current.Listen();
        }
        _thread.Engine.Use(sink);
        _thread.Receiver = suspended.Receiver;
        _context.Args = suspended.Receiver.Args;
        _context.InExec = false;
        _context.Script = null;
        _context.Room.State = default;
    }

    private void Resume(SuspendedTurn suspended)
    {
        _thread.Engine.Use(suspended.Sink!);
        if (suspended.TransactionDepth != 0)
            _thread.Log.ContinueTransaction(suspended.TransactionDepth);
        _context.Locks.Resume(suspended.Locks);
        _thread.Blocked.Resume(suspended.Ready);
        suspended.Scratch.Resume();
        _context.Collections.Resume(suspended.Batch, suspended.Replaces);
        _thread.Dispatcher.CarriedSecret = suspended.CarriedSecret;
        _thread.Engine.Runner.ResumeAfterInnerTurn(_context.Reply.ErrorCount - suspended.Errors);
        _thread.Engine.Phase = suspended.Phase;
        _context.Recorder.State = suspended.Record;
        _context.Frame = suspended.Command;
        _thread.Receiver = suspended.OuterReceiver!;
        _replies.Resume(suspended.Current, suspended.Gather);
        if (suspended.Current is { } current)
        {
            Debug.Assert(current.IsSuspended, "who was suspended goes on");
            current.IsSuspended = false;
            current.Listen();
        }
        suspended.Current = null;
        _thread.Publisher.Resume(suspended.Outbox, suspended.Own);
    }
}
