using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Engine.Settings;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Strings;

/// <summary>
/// APPEND and SETRANGE. A short string is rewritten; for a longer one the change is logged (see <see
/// cref="StringAccess"/>). The expiry is kept. Source: redis.io/commands.
/// </summary>
internal static unsafe class EditCommands
{
    public static void Append(CommandContext context)
    {
        KeyRef key = context.KeyAt(1);
        if (!StringLookup.TryWrite(context, key, out Entry entry, out bool exists))
            return;
        StoredString old = context.Strings.Of(entry);
        ReadOnlySpan<byte> added = context.Arg(2);
        long length = (long)old.Length + added.Length;
        if (exists && !StringLookup.FitsLimit(context, length))
            return;
        if (exists && added.Length > 0 && StringAccess.TakesPart(entry, length))
        {
            if (!context.Strings.TryPut(key, entry, old.Length, added))
                return;
        }
        else if (exists && added.Length == 0)
        {
            CommandContext.MarkRaw(entry);
            context.TouchWatchers(key);
        }
        // What APPEND creates is encoded as by SET.
        else if (!WriteWhole(context, key, entry, exists, old, old.Length, added, exists ? ValueKind.RawString : ValueKind.String))
            return;
        context.Notify(KeyspaceEvents.String, "append"u8, key);
        context.Reply.Integer(length);
    }

    public static void SetRange(CommandContext context)
    {
        if (!Integers.TryParse(context.Arg(2), out long offset))
        {
            context.Reply.Error("ERR value is not an integer or out of range"u8);
            return;
        }
        if (offset < 0)
        {
            context.Reply.Error("ERR offset is out of range"u8);
            return;
        }
        KeyRef key = context.KeyAt(1);
        if (!StringLookup.TryWrite(context, key, out Entry entry, out bool exists))
            return;
        StoredString old = context.Strings.Of(entry);
        ReadOnlySpan<byte> part = context.Arg(3);
        if (part.Length == 0)
        {
            context.Reply.Integer(old.Length);
            return;
        }
        if (!StringLookup.FitsLimit(context, offset > int.MaxValue ? long.MaxValue : offset + part.Length))
            return;
        int end = (int)offset + part.Length;
        int length = Math.Max(old.Length, end);
        bool done = StringAccess.TakesPart(entry, length) ? context.Strings.TryPut(key, entry, offset, part)
            : WriteWhole(context, key, entry, exists, old, (int)offset, part, ValueKind.RawString);
        if (!done)
            return;
        context.Notify(KeyspaceEvents.String, "setrange"u8, key);
        context.Reply.Integer(length);
    }

    // What was before the part, zeros where nothing was, the part, what was after it. False: no room, the client has been told.
    private static bool WriteWhole(CommandContext context, in KeyRef key, in Entry entry, bool exists, in StoredString old, int offset, ReadOnlySpan<byte> part, ValueKind kind)
    {
        int length = Math.Max(old.Length, offset + part.Length);
        byte* destination = context.BeginValue(key, length, exists ? entry.ExpiryMs : -1);
        if (destination == null)
            return false;
        Span<byte> value = new(destination, length);
        old.CopyTo(0, value);
        part.CopyTo(value[offset..]);
        context.Recorder.BytesMoved += length;
        context.EndValue(key, kind);
        return true;
    }
}
