using System.Diagnostics;
using System.Runtime.CompilerServices;
using Pkv.Persistence.Log;
using Pkv.Persistence.Segments;
using Pkv.Server.Blocking;
using Pkv.Server.Commands;
using Pkv.Server.Commands.Table;
using Pkv.Server.Commands.Transactions;
using Pkv.Server.Configuration;
using Pkv.Server.Keyspace;
using Pkv.Server.Monitoring;
using Pkv.Server.Net;
using Pkv.Server.Resp;
using Pkv.Server.Sessions;
using Pkv.Zio.Buffers;

namespace Pkv.Server.Execution;

/// <summary>
/// Takes a parsed command through its checks, its locks and its handler. One for each I/O thread. Times every
/// slow command and one in 64 of the quick ones (all, when the slow log asks for less than a millisecond).
/// </summary>
public sealed unsafe class Dispatcher
{
    private const int SampleMask = 63;
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
    private readonly ThreadCounters _counters;
    private readonly CommandBinding?[] _bindings;
    private readonly KeyspaceState _keyspace;
    private readonly BlockedClients _blocked;
    private readonly Containment _containment;
    private nint[] _stripes = new nint[64];

    // When the last command ended, if the next one has begun then: of commands parsed together each reads the clock once. Else 0.
    private long _lastEnd;

    public Dispatcher(CommandContext context)
    {
        _context = context;
        _thread = context.Thread;
        _server = context.Server;
        _reply = context.Reply;
        _output = context.Reply.Output;
        _locks = context.Locks;
        _recorder = context.Recorder;
        _counters = context.Thread.Counters;
        _bindings = context.Server.Bindings;
        _keyspace = context.Server.Keyspace;
        _blocked = context.Thread.Blocked;
        _containment = context.Thread.Containment;
    }

    /// <summary>The last command carried a password and must not stay in the receive window.</summary>
    public bool CarriedSecret { get; private set; }

    /// <summary>
    /// Runs (or queues, or refuses) the command whose arguments are in the context and whose bytes are
    /// [start, start + bytes) of <paramref name="segment"/> (null: not in the pool). <paramref name="named"/>: what the
    /// table has under its name. False: the client is paused, or the pool out of room that cleaning will make, and the command must be offered again.
    /// </summary>
    public bool Execute(Connection connection, byte* start, long bytes, Segment? segment, CommandSpec? named)
    {
        _containment.Phase = TurnPhase.Changing;
        Session session = connection.Session;
        _recorder.Begin(start, bytes, segment);
        CarriedSecret = false;
        _thread.BeginReplies(connection);
        BeginReply(session);
        CommandSpec? spec = named;
        CommandBinding? binding = Resolve(ref spec);
        if (binding is not null)
        {
            if (_server.Pause.Holds(binding, session, _context.NowMs))
            {
                connection.IsPaused = connection.IsHeldByPause = true;
                return false;
            }
            if (binding.IsWrite && _recorder.Room < bytes + EffectsSlackBytes && MustWaitForRoom(binding))
            {
                Hold(connection);
                return false;
            }
            CarriedSecret = binding.CarriesSecret;
            session.LastCommand = binding.Spec.FullName;
            if (session.Transaction is { } transaction && !binding.EscapesMulti)
            {
                transaction.HoldsSecrets |= binding.CarriesSecret;
                transaction.Queue(binding.Spec, _context.Args.Items, _context.Args.Count);
                _reply.Queued();
            }
            else if (!RunUnlessShort(connection, binding))
                return false;
        }
        else if (_context.Room.IsShort)
        {
            _context.Room.IsShort = false;
            Hold(connection);
            return false;
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
            connection.IsPaused = true;
            return true;
        }
        CompleteReply(connection);
        if (_blocked.HasReady)
        {
            _blocked.ServeReady();
            _lastEnd = 0;
        }
        if (_output.Length > FlushReplyBytes || _output.SliceCount > FlushSlices || _thread.Log.RangeCount >= LogWriter.MaxRangesPerBatch / 2
            || _thread.Publisher.WaitingBytes > FlushMessageBytes)
        {
            _thread.FlushTurn();
            _lastEnd = 0;
        }
        return true;
    }

    // False: it found no room that the cleaner is about to make, has done nothing, and is to be offered again.
    private bool RunUnlessShort(Connection connection, CommandBinding binding)
    {
        // Where slots are free and none could be opened, it is the device that has no room: only a race is waited for.
        int patienceMs = _server.Cleaning.IsOutOfRoom || _server.Cleaning.Window.IsWanted ? MaxShortOfRoomMs : MaxRaceMs;
        _context.Room.MayRunAgain = connection.ShortOfRoomSinceMs == 0 || _context.NowMs - connection.ShortOfRoomSinceMs < patienceMs;
        Run(binding);
        _context.Room.MayRunAgain = false;
        if (!_context.Room.IsShort)
        {
            connection.ShortOfRoomSinceMs = 0;
            return true;
        }
        _context.Room.IsShort = false;
        _context.DropReply();
        Hold(connection);
        return false;
    }

    private void Hold(Connection connection)
    {
        connection.IsPaused = connection.IsHeldForRoom = true;
        if (connection.ShortOfRoomSinceMs == 0)
            connection.ShortOfRoomSinceMs = _context.NowMs;
    }

    // The cleaner makes room as long as there is garbage. Commands over whole databases always find some.
    private bool MustWaitForRoom(CommandBinding binding) => binding.Mode != LockMode.Everything && !_server.Space.IsStarved
        && (binding.DenyOom ? _server.Cleaning.HasNoSlot : _server.Cleaning.HasNoSlotForDeletes);

    // Whatever the cleaner and the window hope for, no client waits longer for room.
    private const int MaxShortOfRoomMs = 60_000;
    private const int MaxRaceMs = 200;

    /// <summary>Commands follow that were parsed together: nothing happens between two of them.</summary>
    public void BeginGroup() => _lastEnd = 0;

    /// <summary>What is answered from now on belongs to this session.</summary>
    public void BeginReply(Session session)
    {
        _context.Session = session;
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

    /// <summary>Runs a bound command with its locks: a client's, or one of EXEC's (whose locks are held).</summary>
    public void Run(CommandBinding binding)
    {
        _context.Spec = binding.Spec;
        long errors = _reply.ErrorCount;
        ref CommandCounters counters = ref _counters.Commands[binding.Spec.Index];
        counters.Calls++;
        _counters.CommandsProcessed++;
        bool timesEverything = _server.SlowLog.TimesEverything;
        bool timed = !binding.TimedBySample || (counters.Calls & SampleMask) == 1 || timesEverything;
        long began = !timed ? 0 : _lastEnd != 0 && !timesEverything ? _lastEnd : Stopwatch.GetTimestamp();
        _lastEnd = 0;
        RunLocked(binding, binding.Handler);
        _context.Spec = binding.Spec;
        if (_context.Room.IsShort)
        {
            counters.Calls--;
            _counters.CommandsProcessed--;
            return;
        }
        if (_server.Monitors.Any)
            _server.Monitors.Feed(_context);
        if (timed)
        {
            _lastEnd = Stopwatch.GetTimestamp();
            CountTime(ref counters, _lastEnd - began);
        }
        if (_reply.ErrorCount != errors)
            counters.Failed++;
    }

    /// <summary>Runs a handler with the locks of the bound command in the context. Nothing is counted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void RunLocked(CommandBinding binding, delegate*<CommandContext, void> handler)
    {
        EnterLocks(binding);
        // A command that writes several keys may log several records: none of them counts without the others.
        bool chained = binding.IsWrite && !binding.IsSingleKey;
        if (chained)
            _thread.Log.BeginTransaction();
        if (binding.OnlyReads && !_context.InExec)
            _containment.Phase = TurnPhase.Reading;
        handler(_context);
        _containment.Phase = TurnPhase.Changing;
        if (chained)
            _thread.Log.EndTransaction();
        if (_context.InExec)
            return;
        _recorder.EndPrepared();
        ExitLocks(binding);
    }

    /// <summary>Answers a protocol error; the connection is closed once that is sent.</summary>
    public void ProtocolError(Connection connection, string error)
    {
        _context.Session = connection.Session;
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

    /// <summary>Computes the hashes of the keys of the command in the context.</summary>
    public void HashKeys(CommandSpec spec)
    {
        HashKeys(KeyPositions.For(spec, _context.Args.Count));
        if (spec.CountedKeys is not null)
            HashKeys(KeyPositions.Counted(spec, _context.Args));
    }

    // An EXEC that is refused ends its transaction, as in Redis.
    private void AbortExec(string reason)
    {
        TransactionCommands.Abandon(_server, _context.Session);
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
        if (_server.WriteError is { } error && binding.RefusedOnDiskError)
        {
            _reply.Error(error);
            return false;
        }
        // What is queued takes memory too, whatever it is; EXEC is as its commands are.
        bool needsRoom = session.Transaction is null ? binding.DenyOom
            : !binding.EscapesMulti || (session.Transaction.NeedsRoom && binding.Spec.Name == "exec");
        if (needsRoom && !_thread.Evictor.HasRoom())
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void EnterLocks(CommandBinding binding)
    {
        if (binding.Mode == LockMode.Keys)
        {
            if (!binding.IsSingleKey || _context.InExec)
                EnterKeys(binding);
            else
            {
                Arg* key = _context.Args.Items + binding.FirstKey;
                if (!key->Hashed)
                    key->Hash = KeyHash.Of(key->Data, key->Length);
                int swaps = _keyspace.SwapCount;
                _locks.Enter(_context.Database.StripeOf(key->Hash));
                if (swaps != _keyspace.SwapCount)
                    EnterAgain(key->Hash);
            }
        }
        else if (binding.Mode == LockMode.Everything && !_context.InExec)
            _locks.EnterEverything(_server.Keyspace);
    }

    private void ExitLocks(CommandBinding binding)
    {
        if (binding.Mode == LockMode.Everything)
            _locks.ExitEverything(_server.Keyspace, _recorder.Wrote);
        else
            _locks.Exit(_recorder.Wrote);
    }

    private void EnterKeys(CommandBinding binding)
    {
        HashKeys(binding.Spec);
        if (_context.InExec)
            return;
        while (true)
        {
            int count = 0, swaps = _keyspace.SwapCount;
            AddStripes(binding.Spec, _context.Database, ref _stripes, ref count);
            _locks.EnterAll(_stripes.AsSpan(0, count));
            if (swaps == _keyspace.SwapCount)
                return;
            _locks.Exit(wrote: false);
        }
    }

    // The databases were exchanged while this thread waited: the stripe it got may be another database's now.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterAgain(ulong hash)
    {
        int swaps;
        do
        {
            _locks.Exit(wrote: false);
            swaps = _keyspace.SwapCount;
            _locks.Enter(_context.Database.StripeOf(hash));
        }
        while (swaps != _keyspace.SwapCount);
    }

    /// <summary>Appends the stripes of the keys of the command in the context, whose hashes are there.</summary>
    public void AddStripes(CommandSpec spec, Database database, ref nint[] stripes, ref int count)
    {
        AddStripes(KeyPositions.For(spec, _context.Args.Count), database, ref stripes, ref count);
        if (spec.CountedKeys is not null)
            AddStripes(KeyPositions.Counted(spec, _context.Args), database, ref stripes, ref count);
    }

    private void HashKeys(in KeyPositions keys)
    {
        Arg* args = _context.Args.Items;
        for (int i = keys.First; i <= keys.Last && keys.Count > 0; i += keys.Step)
        {
            args[i].Hash = KeyHash.Of(args[i].Data, args[i].Length);
            args[i].Hashed = true;
        }
    }

    private void AddStripes(in KeyPositions keys, Database database, ref nint[] stripes, ref int count)
    {
        if (keys.Count + count > stripes.Length)
            Array.Resize(ref stripes, Math.Max(stripes.Length * 2, keys.Count + count));
        for (int i = keys.First; i <= keys.Last && keys.Count > 0; i += keys.Step)
            stripes[count++] = (nint)database.StripeOf(_context.Args.Items[i].Hash);
    }

    private void CountTime(ref CommandCounters counters, long ticks)
    {
        long nanoseconds = ticks * (1_000_000_000 / Stopwatch.Frequency);
        counters.TimedCalls++;
        counters.TimedNanoseconds += nanoseconds;
        (counters.Histogram ??= new long[LatencyBuckets.Count])[LatencyBuckets.IndexOf(nanoseconds)]++;
        _server.SlowLog.Consider(_context, nanoseconds / 1000);
        if (_server.Latency.IsOn)
            _server.Latency.Consider(_context.Spec.Flags.HasFlag(CommandFlags.Fast) ? "fast-command" : "command", nanoseconds / 1_000_000);
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
