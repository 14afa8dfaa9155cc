using Pkv.Engine.Commands.Strings;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Engine.Settings;

namespace Pkv.Engine.Commands.Bitmaps;

/// <summary>
/// BITFIELD and BITFIELD_RO. As in Redis, the string grows to the last bit that any operation would write, even if all of
/// them fail. Source: redis.io/commands/bitfield; texts and order of checks compared with Redis 7.0.
/// </summary>
internal static unsafe class BitfieldCommands
{
    // The most bytes that a field of 64 bits lies in.
    private const int FieldBytes = 9;

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
            Answer(context, context.Strings.Of(entry));
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

    private static void Answer(CommandContext context, in StoredString value)
    {
        int index = 2;
        BitfieldOverflow overflow = BitfieldOverflow.Wrap;
        while (BitfieldOperation.TryRead(context, ref index, ref overflow, out bool found, out BitfieldOperation operation) && found)
            context.Reply.Integer(Read(value, operation));
    }

    private static void Change(CommandContext context, int count, long writtenBits)
    {
        KeyRef key = context.KeyAt(1);
        if (!StringLookup.TryWrite(context, key, out Entry entry, out bool exists))
            return;
        StoredString old = context.Strings.Of(entry);
        long bytes = (writtenBits + 7) >> 3;
        // A last field may reach a little beyond proto-max-bulk-len, as in Redis: only what cannot be held is refused.
        if (bytes > context.Engine.Options.ProtoMaxBulkLenBytes + sizeof(long) && !StringLookup.FitsLimit(context, bytes))
            return;
        int length = (int)Math.Max(bytes, old.Length);
        if (StringAccess.TakesPart(entry, length))
            ChangeInPart(context, key, entry, count, length);
        else
            ChangeWhole(context, key, entry, exists, count, length);
    }

    private static void ChangeWhole(CommandContext context, in KeyRef key, in Entry entry, bool exists, int count, int length)
    {
        StoredString old = context.Strings.Of(entry);
        bool grows = length > old.Length;
        byte* value = context.BeginValue(key, length, exists ? entry.ExpiryMs : -1);
        if (value == null)
            return;
        Span<byte> changed = new(value, length);
        old.CopyTo(0, changed);
        context.Reply.Array(count);
        int index = 2;
        bool changes = false;
        BitfieldOverflow overflow = BitfieldOverflow.Wrap;
        while (BitfieldOperation.TryRead(context, ref index, ref overflow, out bool found, out BitfieldOperation operation) && found)
        {
            if (!TryChange(context, operation, operation.Type.Read(changed, operation.Offset), out long after, out bool isChange))
                continue;
            Bits.Write(changed, operation.Offset, operation.Type.Width, (ulong)after);
            changes |= grows || isChange;
        }
        // Nothing else: what was begun is left, and its room used by the next.
        if (!changes && !grows)
        {
            CommandContext.MarkRaw(entry);
            return;
        }
        context.Recorder.BytesMoved += length;
        // As in Redis, a string that only grew is no change to who watches it.
        context.EndValue(key, ValueKind.RawString, tellsWatchers: changes);
        if (changes)
            context.Notify(KeyspaceEvents.String, "setbit"u8, key);
    }

    // Each operation is a change of its own to the log, of the few bytes that its field lies in; all of them are recovered, or none.
    private static void ChangeInPart(CommandContext context, in KeyRef key, in Entry entry, int count, int length)
    {
        bool grows = length > context.Strings.Of(entry).Length;
        if (!context.Strings.HasRoomForChanges(key, entry, count + 1, FieldBytes))
            return;
        context.Thread.Log.BeginTransaction();
        if (grows)
            context.Strings.TryPut(key, entry, length - 1, [0], tellsWatchers: false, isPromised: true);
        context.Reply.Array(count);
        Span<byte> window = stackalloc byte[FieldBytes];
        int index = 2;
        bool changes = false;
        BitfieldOverflow overflow = BitfieldOverflow.Wrap;
        while (BitfieldOperation.TryRead(context, ref index, ref overflow, out bool found, out BitfieldOperation operation) && found)
        {
            context.Find(key, out Entry held, touch: false);
            if (!TryChange(context, operation, Read(context.Strings.Of(held), operation), out long after, out bool isChange))
                continue;
            changes |= grows || isChange;
            if (!isChange)
                continue;
            long first = operation.Offset >> 3;
            int bytes = (int)(((operation.End + 7) >> 3) - first);
            context.Strings.Of(held).CopyTo(first, window);
            Bits.Write(window, operation.Offset & 7, operation.Type.Width, (ulong)after);
            context.Strings.TryPut(key, held, first, window[..bytes], tellsWatchers: false, isPromised: true);
        }
        context.Thread.Log.EndTransaction();
        if (!changes)
            return;
        context.TouchWatchers(key);
        context.Notify(KeyspaceEvents.String, "setbit"u8, key);
    }

    private static long Read(in StoredString value, in BitfieldOperation operation)
    {
        Span<byte> window = stackalloc byte[FieldBytes];
        value.CopyTo(operation.Offset >> 3, window);
        return operation.Type.Read(window, operation.Offset & 7);
    }

    // Replies; false: nothing is to be stored.
    private static bool TryChange(CommandContext context, in BitfieldOperation operation, long before, out long after, out bool isChange)
    {
        after = before;
        isChange = false;
        if (!operation.IsWrite)
        {
            context.Reply.Integer(before);
            return false;
        }
        // A negative number that an unsigned field is set to is a large one.
        Int128 start = operation.IsIncrement ? before : operation.Type.IsSigned ? operation.Operand : (ulong)operation.Operand;
        if (!operation.Type.TryFit(start, operation.IsIncrement ? operation.Operand : 0, operation.Overflow, out after))
        {
            context.Reply.Null();
            return false;
        }
        context.Reply.Integer(operation.IsIncrement ? after : before);
        isChange = before != after;
        return true;
    }
}
