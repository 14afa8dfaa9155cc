using System.Diagnostics;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Table;

namespace Pkv.Engine.Execution.Scripting;

/// <summary>
/// The stripes that a running script has locked: those of the keys that it declares, and, as it goes on, those of keys that it does not
/// declare. One for each <see cref="ScriptLevel"/>. Owner thread only.
/// </summary>
/// <remarks>
/// No ring of threads can wait for each other. A stripe that is not to be had at once is waited for only by a script that has written,
/// and only one such script at a time may lock more stripes (<see cref="ScriptRegistry.TryTakeTurn"/>). A script that has not written lets go of everything
/// and begins again, with all that it is known to want locked in order. Whoever else waits for stripes holds none meanwhile, or has not begun.
/// </remarks>
internal sealed unsafe class ScriptStripes(CommandContext context)
{
    // A script that finds more and more to lock is given everything.
    private const int MaxRestarts = 8;

    private nint[] _wanted = new nint[32];
    private nint[] _found = new nint[32];
    private int _wantedCount;
    private int _restarts;
    private bool _isAll;

    /// <summary>The script has changed something: it cannot be stopped. Any thread.</summary>
    public bool HasWritten { get; set; }

    /// <summary>The script has changed something, or told others something: it cannot be begun again.</summary>
    public bool HasActed { get; set; }

    /// <summary>Another script is to begin.</summary>
    public void Reset() => (_wantedCount, _restarts, _isAll) = (0, 0, false);

    /// <summary>Locks what the script is known to want. False: somebody keeps a part of it, nothing is locked.</summary>
    /// <param name="what">Runs.</param>
    /// <param name="spec">Of the command that runs it, which is in the context: its keys are declared.</param>
    public bool TryEnter(Callable what, CommandSpec spec)
    {
        KeyspaceState keyspace = context.Engine.Keyspace;
        context.Locks.ForgetBusy();
        _isAll = what.LocksEverything || _restarts > MaxRestarts;
        if (_isAll)
            return context.Database.TryMake() && context.Locks.TryEnterEverything(keyspace);
        context.Thread.Runner.Keys.HashKeys(spec);
        while (true)
        {
            int swaps = keyspace.SwapCount, count = _wantedCount;
            if (!context.Database.TryMake())
                return false;
            context.Thread.Runner.Keys.AddStripes(spec, context.Database, ref _wanted, ref count);
            // Sorted in a list of its own: what was found stays in front.
            if (_found.Length < count)
                _found = new nint[2 * count];
            _wanted.AsSpan(0, count).CopyTo(_found);
            if (!context.Locks.TryEnterAll(_found.AsSpan(0, count)))
                return false;
            if (swaps == keyspace.SwapCount)
                return true;
            context.Locks.Exit(wrote: false);
            _wantedCount = 0;
        }
    }

    /// <summary>Unlocks all.</summary>
    public void Exit(bool wrote)
    {
        if (_isAll)
            context.Locks.ExitEverything(context.Engine.Keyspace, wrote);
        else
            context.Locks.Exit(wrote);
    }

    /// <summary>The script is going to run once more.</summary>
    public void CountRestart() => _restarts++;

    /// <summary>Whether all stripes of the keys of the command in the context, whose hashes are there, are locked.</summary>
    public bool Covers(CommandSpec spec)
    {
        if (context.Locks.HoldsAll)
            return true;
        int count = 0;
        if (!context.Database.IsMade)
            return false;
        context.Thread.Runner.Keys.AddStripes(spec, context.Database, ref _found, ref count);
        for (int i = 0; i < count; i++)
        {
            if (!context.Locks.Holds((Stripe*)_found[i]))
                return false;
        }
        return true;
    }

    /// <summary>Locks the stripes of the command in the context, whose hashes are there. False: the script has to begin again.</summary>
    public bool TryExtend(CommandSpec spec, bool mayRestart)
    {
        KeyspaceState keyspace = context.Engine.Keyspace;
        int swaps;
        do
        {
            while (!context.Database.TryMakeAtOnce())
            {
                if (mayRestart)
                    return false;
                Wait();
            }
            swaps = keyspace.SwapCount;
            int count = 0;
            context.Thread.Runner.Keys.AddStripes(spec, context.Database, ref _found, ref count);
            for (int i = 0; i < count; i++)
            {
                nint stripe = _found[i];
                if (!context.Locks.Holds((Stripe*)stripe) && !TryAdd((Stripe*)stripe, mayRestart))
                    return false;
            }
        }
        while (swaps != keyspace.SwapCount);
        return true;
    }

    /// <summary>Locks all that is not locked yet, of a script that has written.</summary>
    public void ExtendToEverything()
    {
        Debug.Assert(!_isAll, "everything is locked once");
        while (!context.Locks.TryExtendToEverything(context.Engine.Keyspace, Wait))
            Wait();
        _isAll = true;
    }

    private bool TryAdd(Stripe* stripe, bool mayRestart)
    {
        while (!context.Locks.TryExtend(stripe))
        {
            if (mayRestart)
            {
                Want((nint)stripe);
                return false;
            }
            Wait();
        }
        Want((nint)stripe);
        return true;
    }

    private void Want(nint stripe)
    {
        if (_wantedCount == _wanted.Length)
            Array.Resize(ref _wanted, 2 * _wantedCount);
        _wanted[_wantedCount++] = stripe;
    }

    // Whoever has the stripe may wait for what this thread wrote before the script.
    private void Wait()
    {
        context.Thread.Log.CommitEarlier(context.NowMs);
        context.Thread.Host.ServeOthers();
        Thread.Yield();
    }
}
