using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Settings;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Strings;

/// <summary>
/// INCR, DECR, INCRBY, DECRBY and INCRBYFLOAT. Logged as the resulting value; the expiry is kept. Source:
/// redis.io/commands.
/// </summary>
internal static unsafe class CounterCommands
{
    public static void Increment(CommandContext context) => Add(context, 1);

    public static void Decrement(CommandContext context) => Add(context, -1);

    public static void IncrementBy(CommandContext context)
    {
        if (TryReadInteger(context, context.Arg(2), out long amount))
            Add(context, amount);
    }

    public static void DecrementBy(CommandContext context)
    {
        if (!TryReadInteger(context, context.Arg(2), out long amount))
            return;
        if (amount == long.MinValue)
            context.Reply.Error("ERR decrement would overflow"u8);
        else
            Add(context, -amount);
    }

    public static void IncrementByFloat(CommandContext context)
    {
        KeyRef key = context.KeyAt(1);
        if (!StringLookup.TryWrite(context, key, out Entry entry, out bool exists))
            return;
        ExtendedFloat value = ExtendedFloat.Zero;
        if ((exists && !ExtendedFloat.TryParse(context.Strings.WholeOf(entry), out value)) || !ExtendedFloat.TryParse(context.Arg(2), out ExtendedFloat amount))
        {
            context.Reply.Error("ERR value is not a valid float"u8);
            return;
        }
        if (!ExtendedFloat.TryAdd(value, amount, out ExtendedFloat sum))
        {
            context.Reply.Error("ERR increment would produce NaN or Infinity"u8);
            return;
        }
        byte[] text = sum.Format();
        if (!Store(context, key, text, exists ? entry.ExpiryMs : -1))
            return;
        context.Notify(KeyspaceEvents.String, "incrbyfloat"u8, key);
        context.Reply.Bulk(text.AsSpan());
    }

    private static void Add(CommandContext context, long amount)
    {
        KeyRef key = context.KeyAt(1);
        if (!StringLookup.TryWrite(context, key, out Entry entry, out bool exists))
            return;
        long value = 0;
        if (exists && !TryReadInteger(context, entry.IsPieces ? default : entry.Value, out value))
            return;
        long sum = unchecked(value + amount);
        if (((value ^ sum) & (amount ^ sum)) < 0)
        {
            context.Reply.Error("ERR increment or decrement would overflow"u8);
            return;
        }
        byte* text = stackalloc byte[Integers.MaxBytes];
        int length = (int)(Integers.Write(text, sum) - text);
        if (!Store(context, key, new ReadOnlySpan<byte>(text, length), exists ? entry.ExpiryMs : -1))
            return;
        context.Notify(KeyspaceEvents.String, "incrby"u8, key);
        context.Reply.Integer(sum);
    }

    private static bool Store(CommandContext context, in KeyRef key, ReadOnlySpan<byte> text, long expiryMs)
    {
        byte* destination = context.BeginValue(key, text.Length, expiryMs);
        if (destination == null)
            return false;
        text.CopyTo(new Span<byte>(destination, text.Length));
        context.EndValue(key);
        return true;
    }

    private static bool TryReadInteger(CommandContext context, ReadOnlySpan<byte> text, out long value)
    {
        if (Integers.TryParse(text, out value))
            return true;
        context.Reply.Error("ERR value is not an integer or out of range"u8);
        return false;
    }
}
