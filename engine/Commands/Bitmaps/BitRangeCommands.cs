using System.Numerics;
using Pkv.Engine.Commands.Strings;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Bitmaps;

/// <summary>
/// BITCOUNT and BITPOS, over a whole string or a range in bytes or bits. Source: redis.io/commands; order of checks
/// compared with Redis 7.0.
/// </summary>
internal static unsafe class BitRangeCommands
{
    public static void Count(CommandContext context)
    {
        if (!StringLookup.TryRead(context, 1, out Entry entry, out bool exists))
            return;
        if (!exists)
        {
            context.Reply.Integer(0);
            return;
        }
        StoredString value = context.Strings.Of(entry);
        long start = 0, end = value.Length - 1L;
        bool inBits = false;
        if (context.ArgCount is 4 or 5)
        {
            if (!TryReadInteger(context, 2, out start) || !TryReadInteger(context, 3, out end))
                return;
            // Crossed from the end: nothing, before the unit is looked at.
            if (start < 0 && end < 0 && start > end)
            {
                context.Reply.Integer(0);
                return;
            }
            if (context.ArgCount == 5 && !TryReadUnit(context, 4, out inBits))
                return;
        }
        else if (context.ArgCount != 2)
        {
            context.Reply.Error("ERR syntax error"u8);
            return;
        }
        context.Reply.Integer(TryResolve(value.Length, inBits, ref start, ref end) ? Count(value, start, end) : 0);
    }

    public static void Position(CommandContext context)
    {
        if (!TryReadInteger(context, 2, out long bit))
            return;
        if (bit is not (0 or 1))
        {
            context.Reply.Error("ERR The bit argument must be 1 or 0."u8);
            return;
        }
        if (!StringLookup.TryRead(context, 1, out Entry entry, out bool exists))
            return;
        if (!exists)
        {
            context.Reply.Integer(bit == 1 ? -1 : 0);
            return;
        }
        StoredString value = context.Strings.Of(entry);
        long start = 0, end = value.Length - 1L;
        bool inBits = false;
        if (context.ArgCount > 6)
        {
            context.Reply.Error("ERR syntax error"u8);
            return;
        }
        if (context.ArgCount > 3 && !TryReadInteger(context, 3, out start))
            return;
        if (context.ArgCount == 6 && !TryReadUnit(context, 5, out inBits))
            return;
        if (context.ArgCount > 4 && !TryReadInteger(context, 4, out end))
            return;
        if (!TryResolve(value.Length, inBits, ref start, ref end))
        {
            context.Reply.Integer(-1);
            return;
        }
        long found = Find(value, bit == 1, start, end);
        // Without an end, zeroes follow the string.
        if (found < 0 && bit == 0 && context.ArgCount <= 4)
            found = (long)value.Length << 3;
        context.Reply.Integer(found);
    }

    private static long Count(in StoredString value, long first, long last)
    {
        if (!value.IsPieces)
            return Bits.Count(new ReadOnlySpan<byte>(value.Data, value.Length), first, last);
        long count = 0;
        for (PieceReader reader = value.Read(first >> 3, (last >> 3) + 1); reader.MoveNext();)
            count += reader.Data == null ? 0 : Bits.Count(new ReadOnlySpan<byte>(reader.Data, reader.Length));
        count -= BitOperations.PopCount((uint)(value.At(first >> 3) & ~(0xFF >> (int)(first & 7))));
        return count - BitOperations.PopCount((uint)(value.At(last >> 3) & (0x7F >> (int)(last & 7))));
    }

    private static long Find(in StoredString value, bool bit, long first, long last)
    {
        if (!value.IsPieces)
            return Bits.Find(new ReadOnlySpan<byte>(value.Data, value.Length), bit, first, last);
        long at = first >> 3;
        for (PieceReader reader = value.Read(at, (last >> 3) + 1); reader.MoveNext(); at += reader.Length)
        {
            long from = Math.Max(first, at << 3), to = Math.Min(last, ((at + reader.Length) << 3) - 1);
            long found = reader.Data == null ? (bit ? -1 : from)
                : Bits.Find(new ReadOnlySpan<byte>(reader.Data, reader.Length), bit, from - (at << 3), to - (at << 3));
            if (found >= 0)
                return reader.Data == null ? found : (at << 3) + found;
        }
        return -1;
    }

    // From what the client gave to the first and last bit; false: there are none.
    private static bool TryResolve(int length, bool inBits, ref long start, ref long end)
    {
        long total = inBits ? (long)length << 3 : length;
        start = Math.Max(0, start < 0 ? start + total : start);
        end = Math.Min(total - 1, Math.Max(0, end < 0 ? end + total : end));
        if (start > end)
            return false;
        if (!inBits)
        {
            start <<= 3;
            end = (end << 3) + 7;
        }
        return true;
    }

    private static bool TryReadInteger(CommandContext context, int index, out long value)
    {
        if (Integers.TryParse(context.Arg(index), out value))
            return true;
        context.Reply.Error("ERR value is not an integer or out of range"u8);
        return false;
    }

    private static bool TryReadUnit(CommandContext context, int index, out bool inBits)
    {
        inBits = OptionWord.Is(context.Arg(index), "BIT"u8);
        if (inBits || OptionWord.Is(context.Arg(index), "BYTE"u8))
            return true;
        context.Reply.Error("ERR syntax error"u8);
        return false;
    }
}
