using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Engine.Settings;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Strings;

/// <summary>
/// SET with its options. The received bytes become the record and the value, except with KEEPTTL: that record must contain
/// the expiry time, because the one to keep is in an older record. Source: redis.io/commands/set.
/// </summary>
public static unsafe class SetCommand
{
    public static void Set(CommandContext context)
    {
        if (context.ArgCount == 3)
        {
            if (Store(context, -1))
                context.Reply.Ok();
            return;
        }
        if (!StringOptions.TryRead(context, 3, isSet: true, out StringOptions options) || !options.TryReadTime(context, out long expiryMs))
            return;
        // Without conditions there is no need to look at what was there before.
        if (!options.IsPlain)
            SetConditionally(context, options, expiryMs);
        else if (Store(context, expiryMs))
            context.Reply.Ok();
    }

    private static void SetConditionally(CommandContext context, in StringOptions options, long expiryMs)
    {
        KeyRef key = context.KeyAt(1);
        bool exists;
        Entry entry;
        if (options.Get)
        {
            if (!StringLookup.TryRead(context, 1, out entry, out exists))
                return;
        }
        else
            exists = context.Find(key, out entry);
        StoredString old = options.Get && exists ? context.Strings.Of(entry) : default;
        bool answers = options.Get && exists;
        if ((options.IfAbsent && exists) || (options.IfPresent && !exists))
        {
            Answer(context, old, answers);
            return;
        }
        bool stored = options.KeepTtl && exists ? StoreKeepingTime(context, key, entry.ExpiryMs) : Store(context, expiryMs);
        if (!stored)
            return;
        if (options.Get)
            Answer(context, old, answers);
        else
            context.Reply.Ok();
    }

    private static bool Store(CommandContext context, long expiryMs)
    {
        if (!context.Retain())
            return false;
        context.StoreRetained(1, ValueKind.String, expiryMs);
        KeyRef key = context.KeyAt(1);
        context.Notify(KeyspaceEvents.String, "set"u8, key);
        if (expiryMs >= 0)
            context.Notify(KeyspaceEvents.Generic, "expire"u8, key);
        return true;
    }

    private static bool StoreKeepingTime(CommandContext context, in KeyRef key, long expiryMs)
    {
        Arg* value = context.Args.Items + 2;
        if (!context.Strings.TryStoreWhole(key, new StoredString(value->Data, value->Length), expiryMs))
            return false;
        context.Notify(KeyspaceEvents.String, "set"u8, key);
        return true;
    }

    private static void Answer(CommandContext context, in StoredString value, bool exists)
    {
        if (!exists)
            context.Reply.Null();
        else
            context.Reply.Stored(value);
    }
}
