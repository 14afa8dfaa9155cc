using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Engine.Settings;

namespace Pkv.Engine.Commands.Strings;

/// <summary>
/// The older forms of SET, and SET of several keys. The received bytes become the record and the values. Source:
/// redis.io/commands.
/// </summary>
internal static unsafe class SetVariants
{
    public static void SetIfAbsent(CommandContext context)
    {
        KeyRef key = context.KeyAt(1);
        if (context.Find(key, out _))
        {
            context.Reply.Integer(0);
            return;
        }
        if (!context.Retain())
            return;
        context.StoreRetained(1, ValueKind.String, -1);
        context.Notify(KeyspaceEvents.String, "set"u8, key);
        context.Reply.Integer(1);
    }

    public static void SetSeconds(CommandContext context) => SetExpiring(context, seconds: true);

    public static void SetMilliseconds(CommandContext context) => SetExpiring(context, seconds: false);

    public static void GetSet(CommandContext context)
    {
        if (!StringLookup.TryRead(context, 1, out Entry entry, out bool exists))
            return;
        // The old value stays where it is, also when it is not the key's any more.
        StoredString old = context.Strings.Of(entry);
        if (!context.Retain())
            return;
        context.StoreRetained(1, ValueKind.String, -1);
        if (!exists)
            context.Reply.Null();
        else
            context.Reply.Stored(old);
        context.Notify(KeyspaceEvents.String, "set"u8, context.KeyAt(1));
    }

    public static void SetMany(CommandContext context)
    {
        if (IsPaired(context) && StoreMany(context))
            context.Reply.Ok();
    }

    public static void SetManyIfAllAbsent(CommandContext context)
    {
        if (!IsPaired(context))
            return;
        for (int i = 1; i < context.ArgCount; i += 2)
        {
            context.Breathe(i >> 1);
            if (!context.Find(context.KeyAt(i), out _))
                continue;
            context.Reply.Integer(0);
            return;
        }
        if (StoreMany(context))
            context.Reply.Integer(1);
    }

    private static void SetExpiring(CommandContext context, bool seconds)
    {
        if (!Expiry.TryRead(context, context.Arg(2), seconds, absolute: false, mustBePositive: true, out long expiryMs))
            return;
        if (!context.Retain())
            return;
        context.StoreRetained(1, ValueKind.StringAfterGap, expiryMs);
        KeyRef key = context.KeyAt(1);
        context.Notify(KeyspaceEvents.String, "set"u8, key);
        context.Notify(KeyspaceEvents.Generic, "expire"u8, key);
        context.Reply.Ok();
    }

    private static bool IsPaired(CommandContext context)
    {
        if ((context.ArgCount & 1) != 0)
            return true;
        DispatchErrors.WrongArity(context.Reply, context.Spec);
        return false;
    }

    // A key that is named twice ends with its last value.
    private static bool StoreMany(CommandContext context)
    {
        if (!context.Retain())
            return false;
        for (int i = 1; i < context.ArgCount; i += 2)
        {
            context.StoreRetained(i, ValueKind.String, -1);
            context.Notify(KeyspaceEvents.String, "set"u8, context.KeyAt(i));
            context.Breathe(i >> 1);
        }
        return true;
    }
}
