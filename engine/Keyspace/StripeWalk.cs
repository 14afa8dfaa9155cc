using System.Diagnostics;

namespace Pkv.Engine.Keyspace;

/// <summary>Goes through the keys of a stripe as its buckets lie. Under the stripe's lock.</summary>
public static unsafe class StripeWalk
{
    /// <summary>Replaces each slot by what the function makes of it and of the time: only its use bits may change.</summary>
    public static void Update(Stripe* stripe, delegate*<ulong, long, ulong> change, long nowMs)
    {
        if (stripe->Count == 0)
            return;
        Update(stripe->Buckets, stripe->BucketCount, change, nowMs);
        if (stripe->Overflow != null)
            Update(stripe->Overflow, NativeArray.Used(stripe->Overflow), change, nowMs);
    }

    private static void Update(ulong* buckets, uint count, delegate*<ulong, long, ulong> change, long nowMs)
    {
        for (ulong i = 0; i < (ulong)count * StripeIndex.WordsPerBucket; i++)
        {
            // The eighth word of a bucket is the number of its overflow.
            if (i % StripeIndex.WordsPerBucket == StripeIndex.SlotsPerBucket || buckets[i] == 0)
                continue;
            ulong changed = change(buckets[i], nowMs);
            Debug.Assert(((changed ^ buckets[i]) & ~Slot.LruMask) == 0, "only the use bits of a slot change");
            if (changed != buckets[i])
                buckets[i] = changed;
        }
    }
}
