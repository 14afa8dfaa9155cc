using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Records;

namespace Pkv.Engine.Execution;

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
        foreach (EngineThread thread in context.Engine.Threads)
            own.AddToTotal(thread.Context.Collections.Graveyard.ForgetCounts());
        for (int slot = 0; slot < context.Engine.Pool.MaxSlots; slot++)
        {
            long total = context.Engine.Live.OfSlot(slot);
            if (total != 0)
                own.AddToSlot(slot, -total);
        }
    }

    /// <summary>The keys of a database are about to be forgotten: what they point at is not live any more.</summary>
    public static void ForgetLiveBytes(CommandContext context, Database database, LiveBytes own) =>
        CollectionSweep.ForgetLive(database, context.PoolBase, new CollectionStore(context.PoolBase, own), own, context.Collections.Graveyard, context.Breather);
}
