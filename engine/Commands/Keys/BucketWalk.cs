using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Keys;

/// <summary>Visits all keys of a home bucket, for KEYS and SCAN. The stripe's lock is held.</summary>
internal static unsafe class BucketWalk
{
    private const int UsualSlots = 128;

    /// <summary>
    /// Appends the key bulks that the filter accepts. A key that has expired is removed instead. Returns how many keys
    /// were looked at.
    /// </summary>
    public static int Collect(CommandContext context, Database database, Stripe* stripe, uint bucket, in KeyFilter filter, ref FoundKeys found)
    {
        Span<ulong> slots = stackalloc ulong[UsualSlots];
        int count = StripeIndex.ReadBucket(stripe, bucket, slots);
        if (count > slots.Length)
        {
            slots = new ulong[count];
            StripeIndex.ReadBucket(stripe, bucket, slots);
        }
        byte* pool = context.Engine.Keyspace.PoolBase;
        foreach (ulong slot in slots[..count])
        {
            byte* bulk = StripeIndex.KeyBulk(StripeIndex.AddressOf(stripe, slot), pool);
            byte* key = BulkString.Data(bulk, out int length);
            long expiryMs = StripeIndex.ExpiryOf(stripe, slot);
            if (expiryMs >= 0 && expiryMs <= context.NowMs)
                context.Find(CommandContext.MakeKey(database, key, length), out _, touch: false);
            else if (filter.Accepts(new ReadOnlySpan<byte>(key, length), StripeIndex.KindOf(stripe, slot)))
                found.Add(bulk, Slot.IsCollection(slot));
        }
        return count;
    }
}
