using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Resp;

namespace Pkv.Engine.Commands;

/// <summary>
/// The locks of commands that read their first key and may store to another one, which only their options tell (SORT, GEORADIUS): they are
/// bound with <see cref="LockMode.Self"/>.
/// </summary>
internal static unsafe class KeyAndTarget
{
    /// <summary>
    /// Locks the keys, unless everything is locked already, as in EXEC. False: a stripe is kept by somebody for long; the command is offered
    /// again later.
    /// </summary>
    /// <param name="context">The command.</param>
    /// <param name="targetArg">The target's argument; 0: there is none.</param>
    /// <param name="held">Everything was locked.</param>
    /// <param name="looksElsewhere">Other keys must be looked at, and nobody knows which.</param>
    public static bool TryEnter(CommandContext context, int targetArg, out bool held, bool looksElsewhere = false)
    {
        held = context.Locks.HoldsAll;
        SetHash(context, 1);
        if (targetArg != 0)
            SetHash(context, targetArg);
        if (held || TryEnter(context, targetArg, looksElsewhere))
            return true;
        context.IsBusy = true;
        return false;
    }

    /// <summary>Unlocks what <see cref="TryEnter(CommandContext, int, out bool, bool)"/> has locked.</summary>
    public static void Exit(CommandContext context, bool held)
    {
        if (held)
            return;
        if (context.Locks.HoldsAll)
            context.Locks.ExitEverything(context.Engine.Keyspace, context.Recorder.Wrote);
        else
            context.Locks.Exit(context.Recorder.Wrote);
    }

    private static void SetHash(CommandContext context, int arg)
    {
        Arg* key = context.Args.Items + arg;
        key->Hash = KeyHash.Of(key->Data, key->Length);
        key->Hashed = true;
    }

    private static bool TryEnter(CommandContext context, int targetArg, bool looksElsewhere)
    {
        KeyspaceState keyspace = context.Engine.Keyspace;
        Span<nint> stripes = stackalloc nint[2];
        while (true)
        {
            int swaps = keyspace.SwapCount;
            // Looked up before anything is locked: a database that was never used is made by it.
            stripes[0] = (nint)context.KeyAt(1).Stripe;
            stripes[1] = targetArg == 0 ? stripes[0] : (nint)context.KeyAt(targetArg).Stripe;
            if (looksElsewhere)
                return context.Locks.TryEnterEverything(keyspace);
            if (!context.Locks.TryEnterAll(stripes))
                return false;
            if (keyspace.SwapCount == swaps)
                return true;
            context.Locks.Exit(wrote: false);
        }
    }
}
