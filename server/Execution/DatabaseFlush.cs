using Pkv.Server.Keyspace;
using Pkv.Server.Keyspace.Collections;
using Pkv.Server.Net;

namespace Pkv.Server.Execution;

/// <summary>Forgets the keys of whole databases: FLUSHDB and FLUSHALL, when they run and when they are replayed. All stripes are held.</summary>
internal static unsafe class DatabaseFlush
{
    /// <summary>Forgets a database's keys. The command is recorded; what lived of them has been, or is about to be, forgotten.</summary>
    public static void Run(CommandContext context, Database database)
    {
        if (!database.IsMade)
            return;
        CollectionSweep.DropAll(database, context);
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
        CollectionSweep.ForgetLive(context, database, new CollectionStore(context.PoolBase, own), own);
}
