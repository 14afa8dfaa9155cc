using System.Diagnostics;
using Pkv.Engine.Keyspace;
using Pkv.Resp;

namespace Pkv.Engine.Execution;

/// <summary>
/// Removes keys that nobody looks at after their time. Each I/O thread walks its share of the stripes, a few
/// cells at a time: all volatile keys of a stripe lie in one array, so the walk touches no key that has not
/// expired. Stops after a slice of time; a stripe where much had expired is visited again at once.
/// </summary>
public sealed unsafe class ActiveExpiry(EngineState engine, EngineThread thread)
{
    private const int CellsPerVisit = 64;
    private const long SliceTicksPerSecond = 1000;

    private int _database;
    private int _stripe = thread.Number;

    /// <summary>One slice, of a millisecond at most.</summary>
    public void Run(CommandContext context)
    {
        if (!engine.Options.ActiveExpireEnabled)
            return;
        long until = Stopwatch.GetTimestamp() + Stopwatch.Frequency / SliceTicksPerSecond;
        int threads = engine.Threads.Length;
        int visits = Database.StripeCount / threads * engine.Keyspace.Databases.Length;
        while (visits-- > 0)
        {
            Database database = engine.Keyspace[_database];
            if (database.VolatileCount == 0)
            {
                NextDatabase();
                visits -= Database.StripeCount / threads - 1;
                continue;
            }
            bool again = Visit(context, database, database.Stripes + _stripe);
            if (!again && (_stripe += threads) >= Database.StripeCount)
                NextDatabase();
            if ((visits & 15) == 0 && Stopwatch.GetTimestamp() > until)
                return;
        }
    }

    private void NextDatabase()
    {
        _stripe = thread.Number;
        _database = (_database + 1) % engine.Keyspace.Databases.Length;
    }

    // True when a quarter or more of the cells seen had expired.
    private bool Visit(CommandContext context, Database database, Stripe* stripe)
    {
        if (stripe->VolatileCount == 0)
            return false;
        context.Recorder.Begin(null, 0, null);
        if (!context.Locks.TryEnterAtOnce(stripe))
            return false;
        int seen = 0, expired = 0;
        uint cells = StripeIndex.VolatileCells(stripe);
        for (int i = 0; i < CellsPerVisit && i < cells && stripe->VolatileCount > 0; i++)
        {
            if (stripe->ExpiryCursor >= StripeIndex.VolatileCells(stripe))
                stripe->ExpiryCursor = 0;
            VolatileCell cell = stripe->Volatiles[stripe->ExpiryCursor++];
            if (cell.Address == 0)
                continue;
            seen++;
            if (cell.ExpiryMs > context.NowMs)
                continue;
            byte* key = BulkString.Data(StripeIndex.KeyBulk(cell.Address, engine.Keyspace.PoolBase), out int length);
            context.Find(CommandContext.MakeKey(database, key, length), out _, touch: false);
            expired++;
        }
        context.Locks.ExitUnseen(context.Recorder.Wrote);
        return expired * 4 > seen && seen > 0;
    }
}
