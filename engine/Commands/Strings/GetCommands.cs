using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Engine.Settings;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Strings;

/// <summary>GET and related commands: whole strings, parts of them, their lengths. Source: redis.io/commands.</summary>
internal static unsafe class GetCommands
{
    public static void Get(CommandContext context)
    {
        if (StringLookup.TryRead(context, 1, out Entry entry, out bool exists))
            Answer(context, entry, exists);
    }

    public static void GetMany(CommandContext context)
    {
        context.Reply.Array(context.ArgCount - 1);
        for (int i = 1; i < context.ArgCount; i++)
        {
            KeyRef key = context.KeyAt(i);
            bool exists = context.Find(key, out Entry entry);
            context.CountLookup(key, exists);
            // A key of another type counts as absent here.
            Answer(context, entry, exists && entry.IsString);
            context.Breathe(i);
        }
    }

    public static void GetDelete(CommandContext context)
    {
        if (!StringLookup.TryRead(context, 1, out Entry entry, out bool exists))
            return;
        if (!exists)
        {
            context.Reply.Null();
            return;
        }
        StoredString value = context.Strings.Of(entry);
        KeyRef key = context.KeyAt(1);
        if (!context.Delete(key, entry))
            return;
        context.Reply.Stored(value);
        context.Notify(KeyspaceEvents.Generic, "del"u8, key);
    }

    public static void GetExpire(CommandContext context)
    {
        if (!StringOptions.TryRead(context, 2, isSet: false, out StringOptions options))
            return;
        if (!StringLookup.TryRead(context, 1, out Entry entry, out bool exists))
            return;
        if (!exists)
        {
            context.Reply.Null();
            return;
        }
        if (!options.TryReadTime(context, out long expiryMs))
            return;
        KeyRef key = context.KeyAt(1);
        StoredString value = context.Strings.Of(entry);
        bool deletes = options.TimeArg != 0 && options.Absolute && expiryMs <= context.NowMs;
        if (!deletes && options.TimeArg == 0 && !(options.Persist && entry.ExpiryMs >= 0))
        {
            context.Reply.Stored(value);
            return;
        }
        if (!(deletes ? context.Delete(key, entry) : context.SetExpiry(key, entry, expiryMs)))
            return;
        context.Reply.Stored(value);
        context.Notify(KeyspaceEvents.Generic, deletes ? "del"u8 : options.Persist ? "persist"u8 : "expire"u8, key);
    }

    public static void Length(CommandContext context)
    {
        if (StringLookup.TryRead(context, 1, out Entry entry, out bool exists))
            context.Reply.Integer(exists ? context.Strings.Of(entry).Length : 0);
    }

    public static void GetRange(CommandContext context)
    {
        if (!Integers.TryParse(context.Arg(2), out long start) || !Integers.TryParse(context.Arg(3), out long end))
        {
            context.Reply.Error("ERR value is not an integer or out of range"u8);
            return;
        }
        if (!StringLookup.TryRead(context, 1, out Entry entry, out bool exists))
            return;
        if (!exists)
        {
            context.Reply.Bulk(default(ReadOnlySpan<byte>));
            return;
        }
        StoredString value = context.Strings.Of(entry);
        int length = value.Length;
        // Both from the end and crossed: nothing, also where clamping would leave a byte.
        bool isCrossed = start < 0 && end < 0 && start > end;
        start = Math.Max(0, start < 0 ? start + length : start);
        end = Math.Min(length - 1, Math.Max(0, end < 0 ? end + length : end));
        if (isCrossed || start > end)
            context.Reply.Bulk(default(ReadOnlySpan<byte>));
        else
            context.Reply.StoredPart(value, start, (int)(end - start + 1));
    }

    private static void Answer(CommandContext context, in Entry entry, bool exists)
    {
        if (exists)
            context.Reply.Stored(context.Strings.Of(entry));
        else
            context.Reply.Null();
    }
}
