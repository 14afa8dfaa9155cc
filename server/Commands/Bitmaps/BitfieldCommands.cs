using Pkv.Server.Commands.Strings;
using Pkv.Server.Configuration;
using Pkv.Server.Execution;
using Pkv.Server.Keyspace;

namespace Pkv.Server.Commands.Bitmaps;

/// <summary>
/// BITFIELD and BITFIELD_RO. As in Redis the string grows to the last bit that any operation would write, also where all of
/// them fail. Source: redis.io/commands/bitfield; texts and order of checks compared with Redis 7.0.
/// </summary>
internal static unsafe class BitfieldCommands
{
    public static void Run(CommandContext context) => Run(context, isReadOnly: false);

    public static void RunReadOnly(CommandContext context) => Run(context, isReadOnly: true);

    private static void Run(CommandContext context, bool isReadOnly)
    {
        if (!TryCheck(context, out int count, out long writtenBits))
            return;
        if (writtenBits == 0)
        {
            if (!StringLookup.TryRead(context, 1, out Entry entry, out bool exists))
                return;
            context.Reply.Array(count);
            Answer(context, exists ? entry.Value : default);
        }
        else if (isReadOnly)
            context.Reply.Error("ERR BITFIELD_RO only supports the GET subcommand"u8);
        else
            Change(context, count, writtenBits);
    }

    // How many operations there are, and the end of the furthest that writes.
    private static bool TryCheck(CommandContext context, out int count, out long writtenBits)
    {
        int index = 2;
        BitfieldOverflow overflow = BitfieldOverflow.Wrap;
        count = 0;
        writtenBits = 0;
        while (true)
        {
            if (!BitfieldOperation.TryRead(context, ref index, ref overflow, out bool found, out BitfieldOperation operation))
                return false;
            if (!found)
                return true;
            count++;
            if (operation.IsWrite)
                writtenBits = Math.Max(writtenBits, operation.End);
        }
    }

    private static void Answer(CommandContext context, ReadOnlySpan<byte> value)
    {
        int index = 2;
        BitfieldOverflow overflow = BitfieldOverflow.Wrap;
        while (BitfieldOperation.TryRead(context, ref index, ref overflow, out bool found, out BitfieldOperation operation) && found)
            context.Reply.Integer(operation.Type.Read(value, operation.Offset));
    }

    private static void Change(CommandContext context, int count, long writtenBits)
    {
        KeyRef key = context.KeyAt(1);
        if (!StringLookup.TryWrite(context, key, out Entry entry, out bool exists))
            return;
        ReadOnlySpan<byte> old = exists ? entry.Value : default;
        long bytes = (writtenBits + 7) >> 3;
        // A last field may reach a little beyond proto-max-bulk-len, as in Redis: only what cannot be held is refused.
        if (bytes > context.Server.Options.ProtoMaxBulkLenBytes + sizeof(long) && !StringLookup.FitsLimit(context, bytes))
            return;
        int length = (int)Math.Max(bytes, old.Length);
        bool grows = length > old.Length;
        byte* value = context.BeginValue(key, length, exists ? entry.ExpiryMs : -1);
        if (value == null)
            return;
        Span<byte> changed = new(value, length);
        BitCommands.CopyPadded(old, changed);
        context.Reply.Array(count);
        bool changes = Apply(context, changed, grows);
        // Nothing else: what was begun is left, and its room used by the next.
        if (!changes && !grows)
            return;
        context.Recorder.BytesMoved += length;
        // As in Redis, a string that only grew is no change to who watches it.
        context.EndValue(key, tellsWatchers: changes);
        if (changes)
            context.Notify(KeyspaceEvents.String, "setbit"u8, key);
    }

    private static bool Apply(CommandContext context, Span<byte> value, bool grows)
    {
        int index = 2;
        bool changes = false;
        BitfieldOverflow overflow = BitfieldOverflow.Wrap;
        while (BitfieldOperation.TryRead(context, ref index, ref overflow, out bool found, out BitfieldOperation operation) && found)
        {
            BitfieldType type = operation.Type;
            long before = type.Read(value, operation.Offset);
            if (!operation.IsWrite)
            {
                context.Reply.Integer(before);
                continue;
            }
            // A negative number that an unsigned field is set to is a large one.
            Int128 start = operation.IsIncrement ? before : type.IsSigned ? operation.Operand : (ulong)operation.Operand;
            if (!type.TryFit(start, operation.IsIncrement ? operation.Operand : 0, operation.Overflow, out long after))
            {
                context.Reply.Null();
                continue;
            }
            Bits.Write(value, operation.Offset, type.Width, (ulong)after);
            context.Reply.Integer(operation.IsIncrement ? after : before);
            changes |= grows || before != after;
        }
        return changes;
    }
}
