using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Settings;
using Pkv.Persistence.Segments;

namespace Pkv.Engine.Commands.Keys;

/// <summary>The generic group: binds each command to its function, and contains the shortest commands.</summary>
public static unsafe class KeyCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("del", &Delete);
        bindings.Bind("unlink", &Delete);
        bindings.Bind("exists", &Exists);
        bindings.Bind("touch", &Touch);
        bindings.Bind("type", &Type);
        bindings.Bind("keys", &KeyListing.Keys, LockMode.Self);
        bindings.Bind("scan", &KeyListing.Scan, LockMode.Self);
        bindings.Bind("randomkey", &RandomKey.Run, LockMode.Self);
        bindings.Bind("wait", &WaitCommand.Wait);
        ExpiryCommands.Bind(bindings);
        RenameCommands.Bind(bindings);
        ObjectCommands.Bind(bindings);
    }

    /// <summary>Looks the key at an argument up for a reading command, and counts the hit or miss.</summary>
    internal static bool FindCounted(CommandContext context, int keyArg, out Entry entry, bool touch = false)
    {
        KeyRef key = context.KeyAt(keyArg);
        bool found = context.Find(key, out entry, touch);
        context.CountLookup(key, found);
        return found;
    }

    private static void Delete(CommandContext context)
    {
        if (context.ArgCount > 2 && !HasRoomToDelete(context))
            return;
        long removed = 0;
        for (int i = 1; i < context.ArgCount; i++)
        {
            context.Breathe(i);
            KeyRef key = context.KeyAt(i);
            if (!context.Find(key, out Entry entry, touch: false))
                continue;
            if (!context.Delete(key, entry))
                return;
            context.Notify(KeyspaceEvents.Generic, "del"u8, key);
            removed++;
        }
        context.Reply.Integer(removed);
    }

    private static bool HasRoomToDelete(CommandContext context)
    {
        RecordPlan plan = context.Recorder.BeginPlan(AppendPurpose.Delete);
        for (int i = 1; i < context.ArgCount; i++)
        {
            plan.AddTombstone(context.KeyAt(i));
            context.Breathe(i);
        }
        return context.Room.TryPrepare();
    }

    private static void Exists(CommandContext context) => Count(context, touch: false);

    private static void Touch(CommandContext context) => Count(context, touch: true);

    private static void Count(CommandContext context, bool touch)
    {
        long found = 0;
        for (int i = 1; i < context.ArgCount; i++)
        {
            found += FindCounted(context, i, out _, touch) ? 1 : 0;
            context.Breathe(i);
        }
        context.Reply.Integer(found);
    }

    private static void Type(CommandContext context) =>
        context.Reply.Simple(FindCounted(context, 1, out Entry entry) ? ValueTypes.NameOf(entry.Kind) : "none"u8);
}
