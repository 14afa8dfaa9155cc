using System.Text;
using Pkv.Engine.Execution;
using Pkv.Engine.Execution.Clients;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Interests;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Transactions;

/// <summary>
/// EXEC: locks every stripe that the queued commands touch, in address order, looks whether a watched key was
/// touched and whether there is room for all that they may log, runs them, and chains what they log so that recovery finds all of it or nothing.
/// </summary>
public static unsafe class TransactionRunner
{
    // Many commands touch few stripes: those found so far are made each once now and then.
    private const int ReduceAt = 1 << 14;

    [ThreadStatic] private static nint[]? s_stripes;
    [ThreadStatic] private static ArgList? s_args;

    /// <summary>False: a stripe is kept by somebody for long, nothing was done.</summary>
    public static bool TryRun(CommandContext context, Transaction transaction)
    {
        // The context's own list holds the commands of the pipeline that follow EXEC.
        ArgList own = context.Args;
        context.Args = s_args ??= new ArgList();
        bool done = TryRunLocked(context, transaction);
        context.Args = own;
        return done;
    }

    /// <summary>Exchanges the thread's lists: an EXEC that is suspended keeps its own.</summary>
    internal static void Exchange(ref ArgList? args, ref nint[]? stripes) => (args, s_args, stripes, s_stripes) = (s_args, args, s_stripes, stripes);

    private static bool TryRunLocked(CommandContext context, Transaction transaction)
    {
        Client client = context.Client;
        KeyspaceState keyspace = context.Engine.Keyspace;
        bool everything = transaction.LocksEverything;
        if (everything)
        {
            if (!TryEnterEverything(context, transaction))
                return false;
        }
        else
        {
            // Databases exchanged while the locks were waited for: the stripes may be other databases' now.
            for (int swaps = keyspace.SwapCount; ; swaps = keyspace.SwapCount)
            {
                if (!TryEnterKeys(context, transaction, client))
                    return false;
                if (swaps == keyspace.SwapCount)
                    break;
                context.Locks.Exit(wrote: false);
            }
        }
        context.Recorder.Begin(null, 0, null);
        bool wrote = false;
        if (client.Watched is { } watched && (watched.IsDirty || AnyExpired(context, watched)))
            context.Reply.NullArray();
        else if (TransactionPlan.TryPrepare(context, transaction))
            wrote = RunQueued(context, transaction);
        else if (!context.Room.TryHoldPlanned())
            DispatchErrors.ExecAborted(context.Reply, "OOM command not allowed when used memory > 'maxmemory'.");
        if (everything)
            context.Locks.ExitEverything(keyspace, wrote);
        else
            context.Locks.Exit(wrote);
        return true;
    }

    private static bool RunQueued(CommandContext context, Transaction transaction)
    {
        context.Client.Transaction = null;
        context.InExec = true;
        context.Thread.Log.BeginTransaction();
        context.Reply.Array(transaction.Count);
        bool wrote = false;
        long step = 0;
        foreach (QueuedCommand command in transaction.Commands)
        {
            byte* bytes = transaction.BytesOf(command);
            CommandBinding binding = context.Engine.Bindings[command.Index]!;
            Parse(context, transaction, command);
            context.Recorder.Begin(bytes, command.Bytes, null);
            // Write errors may have begun since it was queued.
            if (binding.IsWrite && context.Engine.WriteError is { } refusal)
                context.Reply.Error(refusal);
            else
                context.Thread.Runner.Run(binding);
            wrote |= context.Recorder.Wrote;
            context.Breathe(step++);
        }
        context.Thread.Log.EndTransaction();
        context.InExec = false;
        context.Client.Transaction = transaction;
        context.Recorder.NoteOutcome(wrote);
        return wrote;
    }

    /// <summary>Puts a queued command's arguments into the context.</summary>
    public static void Parse(CommandContext context, Transaction transaction, QueuedCommand command)
    {
        byte* bytes = transaction.BytesOf(command);
        context.Args.Reset();
        RespParser.Parse(bytes, bytes + command.Bytes, context.Args, new ParseLimits { MaxBulkBytes = long.MaxValue });
    }

    // A database that the commands may be the first to use gets its stripes before all that exist are locked.
    private static bool TryEnterEverything(CommandContext context, Transaction transaction)
    {
        KeyspaceState keyspace = context.Engine.Keyspace;
        context.Locks.ForgetBusy();
        for (int i = 0; i < keyspace.Databases.Length; i++)
        {
            if ((transaction.UsesOtherDatabases || i == context.Client.Database) && !keyspace[i].TryMake())
                return false;
        }
        return context.Locks.TryEnterEverything(keyspace);
    }

    private static bool TryEnterKeys(CommandContext context, Transaction transaction, Client client)
    {
        // A field of the thread that an EXEC in an inner turn gets its own of.
        s_stripes ??= new nint[64];
        int count = 0, reduced = 0, step = 0;
        int database = client.Database;
        context.Locks.ForgetBusy();
        if (context.Locks.OthersHoldAll)
            return false;
        foreach (QueuedCommand command in transaction.Commands)
        {
            CommandSpec spec = context.Engine.Bindings[command.Index]!.Spec;
            Parse(context, transaction, command);
            // What follows a SELECT runs on the database that it selects.
            if (spec.Name == "select" && Integers.TryParse(context.Arg(1), out long number)
                && number >= 0 && number < context.Engine.Keyspace.Databases.Length)
                database = (int)number;
            if (spec.FirstKey == 0 && spec.CountedKeys is null)
                continue;
            if (!context.Engine.Keyspace[database].TryMake())
                return false;
            context.Thread.Runner.Keys.HashKeys(spec);
            context.Thread.Runner.Keys.AddStripes(spec, context.Engine.Keyspace[database], ref s_stripes!, ref count);
            if (count >= 2 * reduced + ReduceAt)
                count = reduced = StripeSet.SortUnique(s_stripes.AsSpan(0, count));
            context.Breathe(step++);
        }
        AddWatched(context, client, ref s_stripes!, ref count);
        return context.Locks.TryEnterAll(s_stripes.AsSpan(0, count));
    }

    // Watched keys are locked too: nobody may touch one between the look at it and the commands.
    private static void AddWatched(CommandContext context, Client client, ref nint[] stripes, ref int count)
    {
        if (client.Watched is not { } watched)
            return;
        if (count + watched.Count > stripes.Length)
            Array.Resize(ref stripes, Math.Max(stripes.Length * 2, count + watched.Count));
        foreach (KeyEntry* key in watched.All)
            stripes[count++] = (nint)KeyOf(context, key).Stripe;
    }

    private static bool AnyExpired(CommandContext context, WatchSet watched)
    {
        foreach (KeyEntry* key in watched.All)
        {
            if (context.HasExpired(KeyOf(context, key)))
                return true;
        }
        return false;
    }

    private static KeyRef KeyOf(CommandContext context, KeyEntry* watched) =>
        CommandContext.MakeKey(context.Engine.Keyspace[watched->Database], KeyEntry.Data(watched), watched->Length);
}
