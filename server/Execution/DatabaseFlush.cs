using Pkv.Server.Keyspace;
using Pkv.Server.Keyspace.Collections;
using Pkv.Server.Net;
using Pkv.Server.Records;

namespace Pkv.Server.Execution;

/// <summary>What happens to the keys of whole databases: FLUSHDB, FLUSHALL, SWAPDB, when they run and when they are replayed. All stripes are held.</summary>
internal static unsafe class DatabaseFlush
{
    /// <summary>Forgets a database's keys. The command is recorded; what lived of them has been, or is about to be, forgotten.</summary>
    public static void Run(CommandContext context, Database database)
    {
        if (!database.IsMade)
            return;
        CollectionSweep.DropAll(database, context.Collections.Graveyard, context.Breather);
        for (int i = 0; i < Database.StripeCount; i++)
        {
            StripeIndex.Clear(database.Stripes + i);
            context.Breathe();
        }
        database.CountKeys(-database.KeyCount);
        database.CountVolatile(-database.VolatileCount);
    }

    /// <summary>Nothing in the pool is live any more. No thread's count moves.</summary>
    public static void ForgetAllLiveBytes(CommandContext context, LiveBytes own)
    {
        foreach (IoThread thread in context.Server.Threads)
            own.AddToTotal(thread.Context.Collections.Graveyard.ForgetCounts());
        for (int slot = 0; slot < context.Server.Pool.MaxSlots; slot++)
        {
            long total = 0;
            foreach (LiveBytes live in context.Server.Live)
                total += live.Of(slot);
            if (total != 0)
                own.AddToSlot(slot, -total);
        }
    }

    /// <summary>The keys of a database are about to be forgotten: what they point at is not live any more.</summary>
    public static void ForgetLiveBytes(CommandContext context, Database database, LiveBytes own) =>
        CollectionSweep.ForgetLive(database, context.PoolBase, new CollectionStore(context.PoolBase, own), own, context.Collections.Graveyard, context.Breather);

    /// <summary>Keys that came with a whole database may be what clients wait for under its number.</summary>
    public static void FindReady(CommandContext context, int number)
    {
        foreach (Blocking.ReadyKey awaited in context.Server.Blocking.KeysOf(number))
        {
            fixed (byte* data = awaited.Key)
            {
                KeyRef key = CommandContext.MakeKey(context.Server.Keyspace[number], data, awaited.Key.Length);
                ulong* slot = StripeIndex.Find(key.Stripe, key.Hash, data, key.Length, context.PoolBase);
                if (slot != null)
                    context.Thread.Blocked.KeyBecame(key, Slot.Kind(*slot));
            }
            context.Server.Blocking.LetGo(awaited);
        }
    }
}
