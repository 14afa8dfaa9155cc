using Pkv.Engine.Commands.Strings;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Settings;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Hashes;

/// <summary>HINCRBY and HINCRBYFLOAT: logged as the resulting value (HSET). Source: redis.io/commands.</summary>
internal static unsafe class HashCounters
{
    public static void Increment(CommandContext context)
    {
        if (!Integers.TryParse(context.Arg(3), out long amount))
        {
            context.Reply.Error("ERR value is not an integer or out of range"u8);
            return;
        }
        KeyRef key = context.KeyAt(1);
        if (!context.Collections.TryOpen(key, ValueKind.Hash, out Collection* hash))
            return;
        byte* field = HashReads.Find(context, hash, 2);
        long value = 0;
        if (field != null && !Integers.TryParse(ValueOf(field), out value))
        {
            context.Reply.Error("ERR hash value is not an integer"u8);
            return;
        }
        long sum = unchecked(value + amount);
        if (((value ^ sum) & (amount ^ sum)) < 0)
        {
            context.Reply.Error("ERR increment or decrement would overflow"u8);
            return;
        }
        byte* text = stackalloc byte[Integers.MaxBytes];
        int length = (int)(Integers.Write(text, sum) - text);
        if (Store(context, key, hash, text, length, "hincrby"u8))
            context.Reply.Integer(sum);
    }

    public static void IncrementFloat(CommandContext context)
    {
        if (!ExtendedFloat.TryParse(context.Arg(3), out ExtendedFloat amount))
        {
            context.Reply.Error("ERR value is not a valid float"u8);
            return;
        }
        if (amount.IsInfinite)
        {
            context.Reply.Error("ERR value is NaN or Infinity"u8);
            return;
        }
        KeyRef key = context.KeyAt(1);
        if (!context.Collections.TryOpen(key, ValueKind.Hash, out Collection* hash))
            return;
        byte* field = HashReads.Find(context, hash, 2);
        ExtendedFloat value = ExtendedFloat.Zero;
        if (field != null && !ExtendedFloat.TryParse(ValueOf(field), out value))
        {
            context.Reply.Error("ERR hash value is not a float"u8);
            return;
        }
        if (!ExtendedFloat.TryAdd(value, amount, out ExtendedFloat sum))
        {
            context.Reply.Error("ERR increment would produce NaN or Infinity"u8);
            return;
        }
        byte[] sumText = sum.Format();
        fixed (byte* text = sumText)
        {
            if (Store(context, key, hash, text, sumText.Length, "hincrbyfloat"u8))
                context.Reply.Bulk(sumText.AsSpan());
        }
    }

    private static bool Store(CommandContext context, in KeyRef key, Collection* hash, byte* value, int length, ReadOnlySpan<byte> happened)
    {
        Arg* field = context.Args.Items + 2;
        ElementBatch batch = context.Collections.NewBatch();
        batch.AddPair(field->Data, field->Length, value, length);
        if (!context.Collections.Put(key, hash, ValueKind.Hash, batch, out _))
            return false;
        context.Notify(KeyspaceEvents.Hash, happened, key);
        return true;
    }

    private static ReadOnlySpan<byte> ValueOf(byte* field)
    {
        byte* data = BulkString.Data(BulkString.Next(field), out int length);
        return new ReadOnlySpan<byte>(data, length);
    }
}
