using Pkv.Server.Execution;

namespace Pkv.Server.Keyspace.Collections;

/// <summary>Goes through the collections of a database, whose stripes are all held (or used by nobody any more).</summary>
internal static unsafe class CollectionSweep
{
    /// <summary>What the keys of a database point at is not live any more; they are about to be forgotten.</summary>
    public static void ForgetLive(Database database, in CollectionStore store, LiveBytes live, byte* pool)
    {
        if (!database.IsMade)
            return;
        Span<ulong> slots = stackalloc ulong[256];
        for (int i = 0; i < Database.StripeCount; i++)
        {
            Stripe* stripe = database.Stripes + i;
            for (uint b = 0; b < StripeIndex.BucketCount(stripe); b++)
            {
                int count = StripeIndex.ReadBucket(stripe, b, slots);
                Span<ulong> held = count <= slots.Length ? slots[..count] : new ulong[count];
                if (count > slots.Length)
                    StripeIndex.ReadBucket(stripe, b, held);
                foreach (ulong slot in held)
                {
                    ulong address = StripeIndex.AddressOf(stripe, slot);
                    if (Slot.IsCollection(slot))
                        store.ForgetLive(Collection.At(address));
                    else
                        live.Add(address, -CommandContext.CellBytes(pool + address, Slot.Kind(slot)));
                }
            }
        }
    }

    /// <summary>Gives the memory of every collection back; their slots are about to be cleared.</summary>
    public static void FreeAll(Database database)
    {
        if (database.CollectionCount == 0)
            return;
        Span<ulong> slots = stackalloc ulong[256];
        for (int i = 0; i < Database.StripeCount; i++)
        {
            Stripe* stripe = database.Stripes + i;
            for (uint b = 0; b < StripeIndex.BucketCount(stripe); b++)
            {
                int count = StripeIndex.ReadBucket(stripe, b, slots);
                Span<ulong> held = count <= slots.Length ? slots[..count] : new ulong[count];
                if (count > slots.Length)
                    StripeIndex.ReadBucket(stripe, b, held);
                foreach (ulong slot in held)
                {
                    if (Slot.IsCollection(slot))
                        Collection.Free(StripeIndex.CollectionOf(stripe, slot));
                }
            }
        }
        database.CountCollections(-database.CollectionCount);
    }
}
