using System.Diagnostics;
using System.Runtime.CompilerServices;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Replies;
using Pkv.Engine.Settings;
using Pkv.Resp;

namespace Pkv.Engine.Execution;

/// <summary>
/// Takes a command that may run through its locks and its handler, whoever asked for it. One for each thread. Times every
/// slow command and one in 64 of the quick ones (all, when the slow log asks for less than a millisecond).
/// </summary>
public sealed unsafe class CommandRunner
{
    private const int SampleMask = 63;

    private readonly CommandContext _context;
    private readonly EngineThread _thread;
    private readonly EngineOptions _options;
    private readonly CommandObserver _observer;
    private readonly ReplyWriter _reply;
    private readonly StripeLocks _locks;
    private readonly Recorder _recorder;
    private readonly ExecutionCounters _counters;
    private readonly KeyspaceState _keyspace;
    private readonly KeyLocks _keys;
    private long _innerErrors;

    // When the last command ended, if the next one has begun then: of commands parsed together each reads the clock once. Else 0.
    private long _lastEnd;

    internal CommandRunner(CommandContext context)
    {
        _context = context;
        _thread = context.Thread;
        _options = context.Engine.Options;
        _observer = context.Engine.Observer;
        _reply = context.Reply;
        _locks = context.Locks;
        _recorder = context.Recorder;
        _counters = context.Thread.Counters;
        _keyspace = context.Engine.Keyspace;
        _keys = new KeyLocks(context);
    }

    /// <summary>The locks of commands with several keys.</summary>
    public KeyLocks Keys => _keys;

    /// <summary>Something else was done since the last command ended, or commands follow that were parsed together.</summary>
    public void ForgetLastEnd() => _lastEnd = 0;

    /// <summary>Error replies that a script's commands gave are not those of the command that runs it.</summary>
    public void DiscountErrors(long errors) => _innerErrors += errors;

    /// <summary>An inner turn is over: what it answered is not the suspended command's.</summary>
    /// <param name="errors">Error replies of the inner turn.</param>
    public void ResumeAfterInnerTurn(long errors)
    {
        _innerErrors += errors;
        _lastEnd = 0;
    }

    /// <summary>
    /// Runs a bound command with its locks: a client's, or one of EXEC's (whose locks are held). False: a stripe is kept by somebody
    /// for long, nothing was done.
    /// </summary>
    public bool Run(CommandBinding binding)
    {
        _context.Spec = binding.Spec;
        long errors = _reply.ErrorCount - _innerErrors;
        ref CommandCounters counters = ref _counters.Commands[binding.Spec.Index];
        counters.Calls++;
        _counters.CommandsProcessed++;
        bool timesEverything = _options.TimesEveryCommand;
        bool timed = !binding.TimedBySample || (counters.Calls & SampleMask) == 1 || timesEverything;
        long began = !timed ? 0 : _lastEnd != 0 && !timesEverything ? _lastEnd : Stopwatch.GetTimestamp();
        _lastEnd = 0;
        if (!RunLocked(binding, binding.Handler))
        {
            _counters.Commands[binding.Spec.Index].Calls--;
            _counters.CommandsProcessed--;
            return false;
        }
        _context.Spec = binding.Spec;
        if (_context.Room.IsShort)
        {
            counters.Calls--;
            _counters.CommandsProcessed--;
            return true;
        }
        if (_observer.SeesEach)
            _observer.Ran(_context);
        if (timed)
        {
            _lastEnd = Stopwatch.GetTimestamp();
            CountTime(ref counters, _lastEnd - began);
        }
        if (_reply.ErrorCount - _innerErrors != errors)
            counters.Failed++;
        return true;
    }

    /// <summary>
    /// Runs a handler with the locks of the bound command in the context. Nothing is counted. False: a stripe is kept by somebody for
    /// long, nothing was done.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool RunLocked(CommandBinding binding, delegate*<CommandContext, void> handler)
    {
        if (!TryEnterLocks(binding))
            return false;
        // A command that writes several keys may log several records: none of them counts without the others.
        bool chained = binding.IsWrite && !binding.IsSingleKey;
        if (chained)
            _thread.Log.BeginTransaction();
        if (binding.OnlyReads && !_context.InExec)
            _thread.Phase = TurnPhase.Reading;
        handler(_context);
        _thread.Phase = TurnPhase.Changing;
        if (chained)
            _thread.Log.EndTransaction();
        if (!_context.InExec)
        {
            _recorder.EndPrepared();
            ExitLocks(binding);
        }
        if (!_context.IsBusy)
            return true;
        _context.IsBusy = false;
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryEnterLocks(CommandBinding binding)
    {
        if (_locks.OthersHold && !_keys.MayEnter(binding))
            return false;
        if (binding.Mode == LockMode.Keys)
        {
            if (!binding.IsSingleKey || _context.InExec)
                return _keys.TryEnter(binding);
            else
            {
                Arg* key = _context.Args.Items + binding.FirstKey;
                if (!key->Hashed)
                    key->Hash = KeyHash.Of(key->Data, key->Length);
                int swaps = _keyspace.SwapCount;
                Database database = _context.Database;
                if (!database.IsMade && !database.TryMake())
                    return false;
                if (!_locks.TryEnter(database.StripeOf(key->Hash)))
                    return false;
                if (swaps != _keyspace.SwapCount)
                    return _keys.TryEnterAgain(key->Hash);
            }
        }
        else if (binding.Mode == LockMode.Everything && !_context.InExec)
            return _locks.TryEnterEverything(_keyspace);
        return true;
    }

    private void ExitLocks(CommandBinding binding)
    {
        if (binding.Mode == LockMode.Everything)
            _locks.ExitEverything(_keyspace, _recorder.Wrote);
        else
            _locks.Exit(_recorder.Wrote);
    }

    private void CountTime(ref CommandCounters counters, long ticks)
    {
        long nanoseconds = ticks * (1_000_000_000 / Stopwatch.Frequency);
        counters.TimedCalls++;
        counters.TimedNanoseconds += nanoseconds;
        (counters.Histogram ??= new long[LatencyBuckets.Count])[LatencyBuckets.IndexOf(nanoseconds)]++;
        _observer.Took(_context, nanoseconds);
    }
}
