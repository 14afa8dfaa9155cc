using System.Diagnostics;
using System.Runtime.CompilerServices;
using Pkv.Engine.Commands.Transactions;
using Pkv.Engine.Execution;
using Pkv.Engine.Execution.Clients;
using Pkv.Engine.Execution.Scripting;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Replies;
using Pkv.Engine.Table;
using Pkv.Persistence.Log;
using Pkv.Persistence.Segments;
using Pkv.Resp;
using Pkv.Server.Blocking;
using Pkv.Server.Configuration;
using Pkv.Server.Monitoring;
using Pkv.Server.Net;
using Pkv.Server.Sessions;
using Pkv.Zio.Buffers;

namespace Pkv.Server.Net;

/// <summary>
/// Takes a parsed command of a connection through its checks to where it is run. One for each I/O thread.
/// </summary>
public sealed unsafe class Dispatcher
{
    private const int FlushReplyBytes = 4 << 20;
    private const int FlushSlices = 1000;

    // What a command may log beyond the bytes that it came in, as most do not.
    private const int EffectsSlackBytes = 64 * 1024;
    private const long FlushMessageBytes = 1 << 20;

    private readonly CommandContext _context;
    private readonly IoThread _thread;
    private readonly ServerState _server;
    private readonly ReplyWriter _reply;
    private readonly GatherBuffer _output;
    private readonly StripeLocks _locks;
    private readonly Recorder _recorder;
    private readonly ExecutionCounters _counters;
    private readonly CommandBinding?[] _bindings;
    private readonly BlockedClients _blocked;
    private readonly CommandRunner _runner;

    public Dispatcher(CommandContext context)
    {
        _context = context;
        _thread = context.IoThread;
        _server = context.Server;
        _runner = context.Thread.Runner;
        _reply = context.Reply;
        _output = context.Reply.Output;
        _locks = context.Locks;
        _recorder = context.Recorder;
        _counters = context.Thread.Counters;
        _bindings = context.Server.Bindings;
        _blocked = _thread.Blocked;
    }

    /// <summary>The last command carried a password and must not stay in the receive window.</summary>
    public bool CarriedSecret { get; internal set; }

    /// <summary>
    /// Runs (or queues, or refuses) the command whose arguments are in the context and whose bytes are
    /// [start, start + bytes) of <paramref name="segment"/> (null: not in the pool). <paramref name="named"/>: what the
    /// table has under its name. False: the client is paused, the pool out of room that cleaning will make, or a key's stripe kept by
    /// a command that takes long, and the command must be offered again.
    /// </summary>
    public bool Execute(Connection connection, byte* start, long bytes, Segment? segment, CommandSpec? named)
    {
        _thread.Engine.Phase = TurnPhase.Changing;
        Session session = connection.Session;
        _recorder.Begin(start, bytes, segment);
        CarriedSecret = false;
        _thread.BeginReplies(connection);
        BeginReply(session);
        _thread.Publisher.BeginCommand();
        CommandSpec? spec = named;
        if (Resolve(ref spec) is { } binding)
        {
            if (_server.Pause.Holds(binding, _context))
            {
                connection.Hold(HoldReason.ClientPause);
                return false;
            }
            if ((binding.IsWrite || binding.RunsScript) && _recorder.Room < bytes + EffectsSlackBytes && MustWaitForRoom(binding))
                return Hold(connection);
            CarriedSecret = binding.CarriesSecret;
            session.LastCommand = binding.Spec.FullName;
            if (session.Transaction is { } transaction && !binding.EscapesMulti)
            {
                transaction.HoldsSecrets |= binding.CarriesSecret;
                transaction.Queue(binding, _context.Args.Items, _context.Args.Count, ScriptCalls.MayWrite(_context, binding));
                _reply.Queued();
            }
            else if (!TryRun(connection, binding))
                return false;
        }
        else if (_context.Room.IsShort)
        {
            _context.Room.IsShort = false;
            return Hold(connection);
        }
        else
        {
            if (session.Transaction is { } broken)
                broken.IsBroken = true;
            // Refused, but the password that it brought lies in the window all the same.
            CarriedSecret = MayCarrySecret(spec);
            if (spec is not null)
                _counters.Commands[spec.Index].Rejected++;
        }
        if (_blocked.HasBegun)
        {
            // It is answered later: see BlockedClients.
            _blocked.EndCommand();
            _locks.SawUndurable = false;
            connection.Hold(HoldReason.Blocked);
            return true;
        }
        CompleteReply(connection);
        if (_blocked.HasReady)
        {
            _blocked.ServeReady();
            _runner.ForgetLastEnd();
        }
        if (IsTurnFull)
        {
            _thread.FlushTurn();
            _runner.ForgetLastEnd();
        }
        return true;
    }

    private bool IsTurnFull => _output.Length > FlushReplyBytes || _output.SliceCount > FlushSlices
        || _thread.Log.RangeCount >= LogWriter.MaxRangesPerBatch / 2 || _thread.Publisher.WaitingBytes > FlushMessageBytes;

    // It is offered again when this stripe is free; null: in a millisecond.
    private static bool HoldForKeys(Connection connection, Stripe* busy)
    {
        connection.Hold(HoldReason.KeysBusy);
        connection.BusyStripe = busy;
        return false;
    }

    // False: it found no room that the cleaner is about to make, or a stripe that somebody keeps, has done nothing, and is to be
    // offered again.
    private bool TryRun(Connection connection, CommandBinding binding)
    {
        // Where slots are free and none could be opened, it is the device that has no room: only a race is waited for. Adjacent ones
        // are asked for again and again, until they are there or refused.
        int patienceMs = _server.Cleaning.IsOutOfRoom || connection.AwaitsAdjacentSlots ? MaxShortOfRoomMs : MaxRaceMs;
        _context.Room.MayRunAgain = connection.ShortOfRoomSinceMs == 0 || _context.NowMs - connection.ShortOfRoomSinceMs < patienceMs;
        bool ran = _runner.Run(binding);
        _context.Room.MayRunAgain = false;
        if (!ran)
            return _server.Engine.Scripts.IsBusy ? RefuseBusy() : HoldForKeys(connection, _locks.Busy);
        if (!_context.Room.IsShort)
        {
            connection.ShortOfRoomSinceMs = 0;
            connection.AwaitsAdjacentSlots = false;
            return true;
        }
        _context.Room.IsShort = false;
        _context.DropReply();
        connection.AwaitsAdjacentSlots = _context.Recorder.RefusedSlots > 1;
        return Hold(connection);
    }

    // Whoever waits for a script that runs for long is told so, as in Redis.
    private bool RefuseBusy()
    {
        _reply.Error(_server.Engine.Scripts.BusyError);
        return true;
    }

    // It is offered again when there is room, or none to come.
    private bool Hold(Connection connection)
    {
        connection.Hold(HoldReason.NoRoom);
        if (connection.ShortOfRoomSinceMs == 0)
            connection.ShortOfRoomSinceMs = _context.NowMs;
        return false;
    }

    // The cleaner makes room as long as there is garbage. Commands over whole databases always find some.
    private bool MustWaitForRoom(CommandBinding binding) => binding.Mode != LockMode.Everything && !_server.Cleaning.IsStarved
        && (binding.DenyOom ? _server.Cleaning.HasNoSlot : _server.Cleaning.HasNoSlotForDeletes);

    // Whatever the cleaner and the window hope for, no client waits longer for room.
    private const int MaxShortOfRoomMs = 60_000;
    private const int MaxRaceMs = 200;

    /// <summary>Commands follow that were parsed together: nothing happens between two of them.</summary>
    public void BeginGroup() => _runner.ForgetLastEnd();

    /// <summary>What is answered from now on belongs to this session.</summary>
    public void BeginReply(Session session)
    {
        _context.Client = session;
        _reply.Resp3 = session.RespVersion == 3;
        _context.BeginReply();
    }

    /// <summary>The command that began last is answered: holds the reply to what it may be, and to the device.</summary>
    public void CompleteReply(Connection connection)
    {
        if (_locks.WatchesDurability && (_recorder.Wrote || _locks.SawUndurable))
            connection.AwaitsDurability = true;
        _locks.SawUndurable = false;
        if (_output.Overflowed)
            RefuseReply(connection);
        if (connection.Session.Replies != ReplyMode.On)
            ApplyReplyMode(connection.Session);
        if (_thread.Publisher.OwesOwn)
            _thread.Publisher.PayOwn();
    }

    /// <summary>Whether a command of this name, or of none that is known, may bring a password.</summary>
    public bool MayCarrySecret(ReadOnlySpan<byte> name) => MayCarrySecret(CommandTable.Find(name) ?? _server.Names.FindRenamed(name));

    // What is not known, or not offered, may be ACL SETUSER, MIGRATE AUTH, or AUTH with a slip of the finger.
    private bool MayCarrySecret(CommandSpec? spec) => spec is null || _bindings[spec.Index] is null or { CarriesSecret: true };

    // More than 2 GiB of replies in one turn: the client is told and closed, nobody else notices.
    private void RefuseReply(Connection connection)
    {
        _output.Truncate(connection.ReplyStart, connection.SliceStart);
        _output.Overflowed = false;
        _reply.Error("ERR the replies of one pipeline or transaction pass 2 GiB"u8);
        connection.Session.CloseAfterReply = true;
    }

    /// <summary>Answers a protocol error; the connection is closed once that is sent.</summary>
    public void ProtocolError(Connection connection, string error)
    {
        _context.Client = connection.Session;
        _thread.BeginReplies(connection);
        _reply.Resp3 = connection.Session.RespVersion == 3;
        _reply.Error(System.Text.Encoding.Latin1.GetBytes("ERR " + error.Replace('\r', ' ').Replace('\n', ' ')));
        connection.Session.CloseAfterReply = true;
    }

    /// <summary>
    /// Finds the binding of the command in the context, or answers why there is none. <paramref name="spec"/>: what the
    /// table has under its name; on return the command or subcommand that is meant.
    /// </summary>
    public CommandBinding? Resolve(ref CommandSpec? spec)
    {
        ArgList args = _context.Args;
        if (spec is null || _server.Names.IsRenamedAway(spec))
        {
            if (spec is null && CrossProtocolGuard.IsHttp(args.Items[0].Span))
            {
                _server.CrossProtocol.Warn(_context.NowMs);
                _context.Session.CloseAfterReply = true;
                return null;
            }
            spec = _server.Names.FindRenamed(args.Items[0].Span);
            if (spec is null)
            {
                DispatchErrors.UnknownCommand(_reply, args);
                return null;
            }
        }
        if (spec.IsContainer && args.Count > 1)
        {
            CommandSpec? sub = CommandTable.FindSub(spec, args.Items[1].Span);
            if (sub is null)
            {
                DispatchErrors.UnknownSubcommand(_reply, spec, args);
                return null;
            }
            spec = sub;
        }
        CommandBinding? binding = _bindings[spec.Index];
        if (binding is null || !spec.AcceptsCount(args.Count))
        {
            if (spec.Name == "exec")
                AbortExec("wrong number of arguments for 'exec' command");
            else
                DispatchErrors.WrongArity(_reply, spec);
            return null;
        }
        return Permits(binding) ? binding : null;
    }

    // An EXEC that is refused ends its transaction, as in Redis.
    private void AbortExec(string reason)
    {
        TransactionCommands.Abandon(_thread.Engine, _context.Session);
        DispatchErrors.ExecAborted(_reply, reason);
    }

    private bool Permits(CommandBinding binding)
    {
        Session session = _context.Session;
        if (binding.IsRestricted && AccessRule.RefusalOf(binding.Spec.Name == "debug", _server.Options, session.IsLocal) is { } refusal)
        {
            _reply.Error(refusal);
            return false;
        }
        if (!session.IsAuthenticated && !binding.NoAuth && _server.Options.RequirePass.Length > 0)
        {
            if (binding.Spec.Name == "exec")
                AbortExec("NOAUTH Authentication required.");
            else
                _reply.Error("NOAUTH Authentication required."u8);
            return false;
        }
        if (session.InTransaction && binding.NoMulti)
        {
            _reply.Error("ERR Command not allowed inside a transaction"u8);
            return false;
        }
        // Others go on while a script takes long, but whoever watches the server shall see it, and no transaction begins to wait for it.
        if (_server.Engine.Scripts.IsBusy && (binding.TellsOfBusy || session.InTransaction) && !binding.Spec.Flags.HasFlag(CommandFlags.AllowBusy))
        {
            if (binding.Spec.Name == "exec")
                AbortExec(System.Text.Encoding.ASCII.GetString(_server.Engine.Scripts.BusyError));
            else
                _reply.Error(_server.Engine.Scripts.BusyError);
            return false;
        }
        if (_server.WriteError is { } error && binding.RefusedOnDiskError)
        {
            _reply.Error(error);
            return false;
        }
        // What is queued takes memory too, whatever it is; EXEC is as its commands are.
        bool needsRoom = session.Transaction is null ? binding.DenyOom
            : !binding.EscapesMulti || (session.Transaction.NeedsRoom && binding.Spec.Name == "exec");
        // While a suspended command holds all, no key can go: this one waits for that, and is asked then.
        if (needsRoom && !_locks.OthersHoldAll && !_thread.Evictor.HasRoom())
        {
            // Keys would go, but there is no room to log that they do: the cleaner makes some.
            if (session.Transaction is null && _server.Space.Evicts && _server.Cleaning.HasNoSlotForDeletes && _server.Cleaning.MayMakeRoom(slots: 1))
                _context.Room.IsShort = true;
            else if (binding.Spec.Name == "exec")
                AbortExec("OOM command not allowed when used memory > 'maxmemory'.");
            else
                _context.OutOfMemory();
            return false;
        }
        if (session.IsSubscribed && session.RespVersion == 2 && !binding.RunsWhileSubscribed)
        {
            string reason = $"Can't execute '{binding.Spec.FullName}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context";
            if (binding.Spec.Name == "exec")
                AbortExec(reason);
            else
                _reply.Error("ERR " + reason);
            return false;
        }
        return true;
    }

    private void ApplyReplyMode(Session session)
    {
        _context.DropReply();
        session.Replies = session.Replies switch
        {
            ReplyMode.SkipNext => ReplyMode.Skip,
            ReplyMode.Skip => ReplyMode.On,
            _ => ReplyMode.Off,
        };
    }
}
