namespace Pkv.Server.Keyspace;

/// <summary>Goes through the keys of a stripe as its buckets lie. Under the stripe's lock.</summary>
public static unsafe class StripeWalk
{
    /// <summary>Replaces each slot by what the function makes of it: only its use bits may change.</summary>
    public static void Update(Stripe* stripe, Func<ulong, ulong> change)
    {
        if (stripe->Count == 0)
            return;
        Update(stripe->Buckets, stripe->BucketCount, change);
        if (stripe->Overflow != null)
            Update(stripe->Overflow, NativeArray.Used(stripe->Overflow), change);
    }

    private static void Update(ulong* buckets, uint count, Func<ulong, ulong> change)
    {
        for (ulong i = 0; i < (ulong)count * StripeIndex.WordsPerBucket; i++)
        {
            // The eighth word of a bucket is the number of its overflow.
            if (i % StripeIndex.WordsPerBucket == StripeIndex.SlotsPerBucket || buckets[i] == 0)
                continue;
            ulong changed = change(buckets[i]);
            if (changed != buckets[i])
                buckets[i] = changed;
        }
    }
}
