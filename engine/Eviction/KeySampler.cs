using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Settings;
using Pkv.Engine.Space;
using Pkv.Resp;

namespace Pkv.Engine.Eviction;

/// <summary>
/// Draws keys for eviction: a database by its keys, a stripe at random (the next one that has any), then neighbours in it.
/// Owner thread only.
/// </summary>
internal sealed unsafe class KeySampler(EngineState engine, CommandContext context)
{
    private readonly Random _random = new();
    private readonly byte* _pool = engine.Keyspace.PoolBase;

    /// <summary>
    /// Draws up to as many keys as <paramref name="found"/> takes, from one stripe. Returns how many; 0 when no key qualifies.
    /// </summary>
    public int Draw(Span<EvictionCandidate> found)
    {
        bool onlyVolatile = engine.Options.MaxMemoryPolicy
            is EvictionPolicy.VolatileLru or EvictionPolicy.VolatileLfu or EvictionPolicy.VolatileRandom or EvictionPolicy.VolatileTtl;
        Database? database = DrawDatabase(onlyVolatile);
        if (database is null)
            return 0;
        int first = _random.Next(Database.StripeCount);
        for (int i = 0; i < Database.StripeCount; i++)
        {
            Stripe* stripe = database.Stripes + ((first + i) & (Database.StripeCount - 1));
            // A hint, read without the lock.
            if ((onlyVolatile ? stripe->VolatileCount : stripe->Count) == 0)
                continue;
            if (!context.Locks.TryEnterAtOnce(stripe))
                continue;
            int count = onlyVolatile ? DrawVolatile(database, stripe, found) : DrawAny(database, stripe, found);
            context.Locks.ExitUnseen(wrote: false);
            if (count > 0)
                return count;
        }
        return 0;
    }

    private Database? DrawDatabase(bool onlyVolatile)
    {
        long total = 0;
        foreach (Database database in engine.Keyspace.Databases)
            total += onlyVolatile ? database.VolatileCount : database.KeyCount;
        long drawn = total == 0 ? 0 : _random.NextInt64(total);
        foreach (Database database in engine.Keyspace.Databases)
        {
            long count = onlyVolatile ? database.VolatileCount : database.KeyCount;
            if (count > 0 && (drawn -= count) < 0)
                return database;
        }
        return null;
    }

    private int DrawAny(Database database, Stripe* stripe, Span<EvictionCandidate> found)
    {
        Span<ulong> slots = stackalloc ulong[64];
        uint buckets = StripeIndex.BucketCount(stripe), first = buckets == 0 ? 0 : (uint)_random.Next((int)buckets);
        int count = 0;
        for (uint i = 0; i < buckets && count < found.Length; i++)
        {
            int held = Math.Min(slots.Length, StripeIndex.ReadBucket(stripe, (first + i) % buckets, slots));
            for (int k = 0; k < held && count < found.Length; k++)
                found[count++] = Candidate(database, stripe, slots[k]);
        }
        return count;
    }

    private int DrawVolatile(Database database, Stripe* stripe, Span<EvictionCandidate> found)
    {
        uint cells = StripeIndex.VolatileCells(stripe), first = cells == 0 ? 0 : (uint)_random.Next((int)cells);
        int count = 0;
        for (uint i = 0; i < cells && count < found.Length; i++)
        {
            VolatileCell cell = stripe->Volatiles[(first + i) % cells];
            if (cell.Address == 0)
                continue;
            ulong hash = HashAt(cell.Address);
            ulong* slot = StripeIndex.FindAt(stripe, hash, cell.Address);
            if (slot != null)
                found[count++] = new EvictionCandidate { Database = database, Hash = hash, Address = cell.Address, Score = Score(stripe, *slot) };
        }
        return count;
    }

    private EvictionCandidate Candidate(Database database, Stripe* stripe, ulong slot)
    {
        ulong address = StripeIndex.AddressOf(stripe, slot);
        return new EvictionCandidate { Database = database, Hash = HashAt(address), Address = address, Score = Score(stripe, slot) };
    }

    private ulong HashAt(ulong address)
    {
        byte* key = BulkString.Data(StripeIndex.KeyBulk(address, _pool), out int length);
        return KeyHash.Of(key, length);
    }

    private ulong Score(Stripe* stripe, ulong slot) => engine.Options.MaxMemoryPolicy switch
    {
        EvictionPolicy.AllKeysLru or EvictionPolicy.VolatileLru => UseBits.IdleUnits(slot, context.NowMs),
        EvictionPolicy.AllKeysLfu or EvictionPolicy.VolatileLfu => 255 - UseBits.CountOf(slot),
        EvictionPolicy.VolatileTtl => ulong.MaxValue - (ulong)StripeIndex.ExpiryOf(stripe, slot),
        _ => (ulong)_random.NextInt64(),
    };
}
