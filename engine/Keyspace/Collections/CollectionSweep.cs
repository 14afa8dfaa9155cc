using Pkv.Engine.Records;

namespace Pkv.Engine.Keyspace.Collections;

/// <summary>Goes through the collections of a database, whose stripes are all held (or used by nobody any more).</summary>
internal static unsafe class CollectionSweep
{
    /// <summary>
    /// What the keys of a database point at is not live any more; they are about to be forgotten. Of large collections that is counted by
    /// and by, once <see cref="DropAll"/> has taken them.
    /// </summary>
    public static void ForgetLive(Database database, byte* pool, in CollectionStore store, LiveBytes live, Graveyard graveyard, Breather breather)
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
                    if (Slot.IsCollection(slot) && graveyard.Takes(Collection.At(address)))
                        continue;
                    if (Slot.IsCollection(slot))
                        store.ForgetLive(Collection.At(address));
                    else
                        live.Add(address, -Cell.LogBytes(pool + address, Slot.Kind(slot)));
                }
            }
            breather.Breathe();
        }
    }

    /// <summary>Gives the memory of every collection back; their slots are about to be cleared.</summary>
    public static void FreeAll(Database database) => ForEach(database, &Free, null, null);

    /// <summary>As <see cref="FreeAll"/>, while the server runs: of large ones by and by.</summary>
    public static void DropAll(Database database, Graveyard graveyard, Breather breather) => ForEach(database, &Drop, graveyard, breather);

    private static void Free(Collection* collection, Graveyard? graveyard) => Collection.Free(collection);

    private static void Drop(Collection* collection, Graveyard? graveyard) => graveyard!.Drop(collection);

    private static void ForEach(Database database, delegate*<Collection*, Graveyard?, void> act, Graveyard? graveyard, Breather? breather)
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
                        act(StripeIndex.CollectionOf(stripe, slot), graveyard);
                }
            }
            breather?.Breathe();
        }
        database.CountCollections(-database.CollectionCount);
    }
}
