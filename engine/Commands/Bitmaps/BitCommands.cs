using Pkv.Engine.Commands.Strings;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Engine.Settings;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Bitmaps;

/// <summary>
/// SETBIT and GETBIT. A changed bit rewrites a short string completely, or one byte of a longer one; a bit that already has
/// the requested value writes nothing. Source: redis.io/commands.
/// </summary>
internal static unsafe class BitCommands
{
    public static void Set(CommandContext context)
    {
        if (!BitOffset.TryRead(context, 2, width: 0, out long offset))
            return;
        if (!Integers.TryParse(context.Arg(3), out long wanted) || wanted is not (0 or 1))
        {
            context.Reply.Error("ERR bit is not an integer or out of range"u8);
            return;
        }
        KeyRef key = context.KeyAt(1);
        if (!StringLookup.TryWrite(context, key, out Entry entry, out bool exists))
            return;
        StoredString old = context.Strings.Of(entry);
        bool was = At(old, offset);
        long bytes = (offset >> 3) + 1;
        if (bytes <= old.Length && was == (wanted == 1))
        {
            CommandContext.MarkRaw(entry);
            context.Reply.Integer(wanted);
            return;
        }
        if (!StringLookup.FitsLimit(context, bytes))
            return;
        int length = (int)Math.Max(bytes, old.Length);
        byte mask = (byte)(0x80 >> (int)(offset & 7)), held = old.At(offset >> 3);
        byte changed = (byte)(wanted == 1 ? held | mask : held & ~mask);
        if (StringAccess.TakesPart(entry, length))
        {
            if (!context.Strings.TryPut(key, entry, offset >> 3, new ReadOnlySpan<byte>(in changed)))
                return;
        }
        else
        {
            byte* value = context.BeginValue(key, length, exists ? entry.ExpiryMs : -1);
            if (value == null)
                return;
            old.CopyTo(0, new Span<byte>(value, length));
            value[offset >> 3] = changed;
            context.Recorder.BytesMoved += length;
            context.EndValue(key, ValueKind.RawString);
        }
        context.Notify(KeyspaceEvents.String, "setbit"u8, key);
        context.Reply.Integer(was ? 1 : 0);
    }

    public static void Get(CommandContext context)
    {
        if (!BitOffset.TryRead(context, 2, width: 0, out long offset))
            return;
        if (StringLookup.TryRead(context, 1, out Entry entry, out bool exists))
            context.Reply.Integer(exists && At(context.Strings.Of(entry), offset) ? 1 : 0);
    }

    /// <summary>Copies a string and fills what is longer than it with zeroes.</summary>
    public static void CopyPadded(ReadOnlySpan<byte> source, Span<byte> target)
    {
        source.CopyTo(target);
        target[source.Length..].Clear();
    }

    private static bool At(in StoredString value, long offset) => (value.At(offset >> 3) & (0x80 >> (int)(offset & 7))) != 0;
}
