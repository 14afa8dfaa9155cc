using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Keys;

/// <summary>
/// RANDOMKEY: every key with approximately the same probability. A stripe is drawn and accepted with a probability that
/// grows with its number of keys, then a bucket in the same way; a database with few keys is walked instead. Source:
/// redis.io/commands/randomkey.
/// </summary>
internal static unsafe class RandomKey
{
    /// <summary>Stripes drawn before the walk takes over.</summary>
    private const int StripeDraws = 256;

    /// <summary>Keys found expired before the answer is nil: they cannot be removed when the pool is full.</summary>
    private const int MaxExpired = 100;

    /// <summary>More keys than a bucket and its overflow hold, except one in millions.</summary>
    private const int BucketBound = 24;

    public static void Run(CommandContext context)
    {
        Database database = context.Database;
        for (int i = 0; i < MaxExpired && database.KeyCount > 0; i++)
        {
            Stripe* stripe = Draw(database);
            if (stripe == null)
                break;
            KeyListing.Enter(context, stripe);
            bool told = Tell(context, database, stripe);
            KeyListing.Exit(context);
            if (told)
                return;
        }
        context.Reply.Null();
    }

    // Counts are read without the lock, as hints: whoever takes the lock looks again.
    private static Stripe* Draw(Database database)
    {
        long total = database.KeyCount;
        long bound = 4 * (total / Database.StripeCount) + 8;
        Stripe* stripes = database.Stripes;
        for (int i = 0; i < StripeDraws; i++)
        {
            Stripe* stripe = stripes + Random.Shared.Next(Database.StripeCount);
            if (Random.Shared.NextInt64(bound) < stripe->Count)
                return stripe;
        }
        long left = Random.Shared.NextInt64(total);
        Stripe* last = null;
        for (int i = 0; i < Database.StripeCount && left >= 0; i++)
        {
            if (stripes[i].Count == 0)
                continue;
            last = stripes + i;
            left -= last->Count;
        }
        return last;
    }

    private static bool Tell(CommandContext context, Database database, Stripe* stripe)
    {
        if (stripe->Count == 0)
            return false;
        Span<ulong> slots = stackalloc ulong[BucketBound];
        while (true)
        {
            int count = StripeIndex.ReadBucket(stripe, (uint)Random.Shared.NextInt64(StripeIndex.BucketCount(stripe)), slots);
            int drawn = Random.Shared.Next(BucketBound);
            if (drawn >= count)
                continue;
            byte* bulk = StripeIndex.KeyBulk(StripeIndex.AddressOf(stripe, slots[drawn]), context.Engine.Keyspace.PoolBase);
            byte* key = BulkString.Data(bulk, out int length);
            if (!context.Find(CommandContext.MakeKey(database, key, length), out _))
                return false;
            context.Reply.CopiedBulk(bulk);
            return true;
        }
    }
}
