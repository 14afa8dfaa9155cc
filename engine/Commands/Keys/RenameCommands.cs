using System.Text;
using Pkv.Engine.Commands.Databases;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Settings;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Keys;

/// <summary>
/// RENAME, RENAMENX, COPY, MOVE. The last two may touch two databases and lock both keys' stripes themselves.
/// Source: redis.io/commands; texts and order of checks compared with Redis 7.0.
/// </summary>
internal static unsafe class RenameCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("rename", &Rename);
        bindings.Bind("renamenx", &RenameIfFree);
        bindings.Bind("copy", &Copy, LockMode.Self);
        bindings.Bind("move", &Move, LockMode.Self);
    }

    private static void Rename(CommandContext context) => Rename(context, onlyIfFree: false);

    private static void RenameIfFree(CommandContext context) => Rename(context, onlyIfFree: true);

    private static void Rename(CommandContext context, bool onlyIfFree)
    {
        KeyRef from = context.KeyAt(1), to = context.KeyAt(2);
        if (!context.Find(from, out Entry entry))
        {
            context.Reply.Error("ERR no such key"u8);
            return;
        }
        bool same = from.Span.SequenceEqual(to.Span);
        bool replaces = !same && context.Find(to, out _);
        if (onlyIfFree && (same || replaces))
        {
            context.Reply.Integer(0);
            return;
        }
        // The look at the target may have removed it, expired, and the source's slot with it have moved.
        if (!same && (!context.Find(from, out entry) || !ValueCopy.Run(context, from, entry, to, removeSource: true)))
            return;
        if (!same)
        {
            if (replaces)
                NotifyReplaced(context, to);
            context.Notify(KeyspaceEvents.Generic, "rename_from"u8, from);
            context.Notify(KeyspaceEvents.Generic, "rename_to"u8, to);
        }
        if (onlyIfFree)
            context.Reply.Integer(1);
        else
            context.Reply.Ok();
    }

    private static void Copy(CommandContext context)
    {
        int target = context.Client.Database;
        bool replace = false;
        for (int i = 3; i < context.ArgCount; i++)
        {
            if (Ascii.EqualsIgnoreCase(context.Arg(i), "REPLACE"u8))
                replace = true;
            else if (i + 1 < context.ArgCount && Ascii.EqualsIgnoreCase(context.Arg(i), "DB"u8))
            {
                if (!DatabaseNumber.TryRead(context, ++i, out target))
                    return;
            }
            else
            {
                context.Reply.Error("ERR syntax error"u8);
                return;
            }
        }
        if (target == context.Client.Database && context.Arg(1).SequenceEqual(context.Arg(2)))
            context.Reply.Error("ERR source and destination objects are the same"u8);
        else
            Transfer(context, target, targetArg: 2, replace, removeSource: false);
    }

    private static void Move(CommandContext context)
    {
        if (!DatabaseNumber.TryRead(context, 2, out int target))
            return;
        if (target == context.Client.Database)
            context.Reply.Error("ERR source and destination objects are the same"u8);
        else
            Transfer(context, target, targetArg: 1, replace: false, removeSource: true);
    }

    private static void Transfer(CommandContext context, int database, int targetArg, bool replace, bool removeSource)
    {
        if (!TryLockBoth(context, database, targetArg, out KeyRef from, out KeyRef to))
        {
            context.IsBusy = true;
            return;
        }
        bool found = context.Find(from, out Entry entry);
        if (!removeSource)
            context.CountLookup(from, found);
        bool replaces = found && context.Find(to, out _);
        if (!found || (replaces && !replace))
            context.Reply.Integer(0);
        else if (context.Find(from, out entry) && ValueCopy.Run(context, from, entry, to, removeSource))
        {
            if (replaces)
                NotifyReplaced(context, to);
            if (removeSource)
                context.Notify(KeyspaceEvents.Generic, "move_from"u8, from);
            context.Notify(KeyspaceEvents.Generic, removeSource ? "move_to"u8 : "copy_to"u8, to);
            context.Reply.Integer(1);
        }
        if (!context.Locks.HoldsAll)
            context.Locks.Exit(context.Recorder.Wrote);
    }

    // Redis deletes the target first, so that what takes its place is a new key.
    private static void NotifyReplaced(CommandContext context, in KeyRef key) => context.Notify(KeyspaceEvents.NewKey, "new"u8, key);

    private static bool TryLockBoth(CommandContext context, int database, int targetArg, out KeyRef from, out KeyRef to)
    {
        KeyspaceState keyspace = context.Engine.Keyspace;
        Arg source = context.Args.Items[1], target = context.Args.Items[targetArg];
        Span<nint> stripes = stackalloc nint[2];
        while (true)
        {
            int swaps = keyspace.SwapCount;
            from = CommandContext.MakeKey(context.Database, source.Data, source.Length);
            to = CommandContext.MakeKey(keyspace[database], target.Data, target.Length);
            if (context.Locks.HoldsAll)
                return true;
            stripes[0] = (nint)from.Stripe;
            stripes[1] = (nint)to.Stripe;
            if (!context.Locks.TryEnterAll(stripes))
                return false;
            if (keyspace.SwapCount == swaps)
                return true;
            // SWAPDB came between: these are not the databases that the command means any more.
            context.Locks.Exit(wrote: false);
        }
    }
}
