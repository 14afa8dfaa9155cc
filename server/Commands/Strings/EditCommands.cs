using Pkv.Server.Configuration;
using Pkv.Server.Execution;
using Pkv.Server.Keyspace;
using Pkv.Server.Resp;

namespace Pkv.Server.Commands.Strings;

/// <summary>
/// APPEND and SETRANGE. A string stands in one piece in the log, so both write the whole new value. The expiry time
/// stays. Source: redis.io/commands.
/// </summary>
internal static unsafe class EditCommands
{
    public static void Append(CommandContext context)
    {
        KeyRef key = context.KeyAt(1);
        if (!StringLookup.TryWrite(context, key, out Entry entry, out bool exists))
            return;
        ReadOnlySpan<byte> old = exists ? entry.Value : default;
        ReadOnlySpan<byte> added = context.Arg(2);
        long length = (long)old.Length + added.Length;
        if (exists && !StringLookup.FitsLimit(context, length))
            return;
        byte* destination = context.BeginValue(key, (int)length, exists ? entry.ExpiryMs : -1);
        if (destination == null)
            return;
        old.CopyTo(new Span<byte>(destination, old.Length));
        added.CopyTo(new Span<byte>(destination + old.Length, added.Length));
        context.Recorder.BytesMoved += length;
        context.EndValue(key);
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
        ReadOnlySpan<byte> old = exists ? entry.Value : default;
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
        byte* destination = context.BeginValue(key, length, exists ? entry.ExpiryMs : -1);
        if (destination == null)
            return;
        Fill(new Span<byte>(destination, length), old, (int)offset, part);
        context.Recorder.BytesMoved += length;
        context.EndValue(key);
        context.Notify(KeyspaceEvents.String, "setrange"u8, key);
        context.Reply.Integer(length);
    }

    // What was before the part, zeroes where nothing was, the part, what was after it.
    private static void Fill(Span<byte> value, ReadOnlySpan<byte> old, int offset, ReadOnlySpan<byte> part)
    {
        int kept = Math.Min(old.Length, offset);
        old[..kept].CopyTo(value);
        value[kept..offset].Clear();
        part.CopyTo(value[offset..]);
        int end = offset + part.Length;
        if (old.Length > end)
            old[end..].CopyTo(value[end..]);
    }
}
