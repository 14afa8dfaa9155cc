using System.Text;
using Pkv.Engine.Commands.Collections;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Keys;

/// <summary>
/// KEYS and SCAN: walks over a database, one stripe locked at a time. Neither is an atomic snapshot, but every key that
/// exists from the first call to the last is returned. Source: redis.io/commands/scan for the guarantees.
/// </summary>
internal static unsafe class KeyListing
{
    /// <summary>Keys that SCAN looks at in a call, at least, unless COUNT says otherwise.</summary>
    private const long DefaultCount = 10;

    /// <summary>Buckets that a call may look at for each key that COUNT asks for: bounds the time over emptied ones.</summary>
    private const long BucketsPerCount = 10;

    /// <summary>Bytes of replies that one turn may hold; its buffer ends at 2 GiB.</summary>
    private const long MaxReplyBytes = 2_000_000_000;

    // The cursor: stripe in the high half, home bucket in the low half. A bucket's keys only ever move to a higher
    // bucket of their stripe; a stripe that was emptied starts over with keys that were not there all the time.
    private const int StripeShift = 32;

    public static void Keys(CommandContext context)
    {
        Database database = context.Database;
        KeyFilter filter = new(context.Arg(1));
        FoundKeys found = default;
        long bytes = context.Reply.Output.Length;
        for (int i = 0; database.IsMade && i < Database.StripeCount; i++)
        {
            Stripe* stripe = database.Stripes + i;
            Enter(context, stripe);
            for (uint bucket = 0; bucket < StripeIndex.BucketCount(stripe) && stripe->Count != 0; bucket++)
                BucketWalk.Collect(context, database, stripe, bucket, filter, ref found);
            Exit(context);
            if (bytes + found.Bytes > MaxReplyBytes)
            {
                context.Reply.Error("ERR the keys are too many for one reply, use SCAN"u8);
                found.Dispose();
                return;
            }
            context.Breathe();
        }
        found.Write(context);
        found.Dispose();
    }

    public static void Scan(CommandContext context)
    {
        if (!ScanArguments.TryReadCursor(context, 1, out ulong cursor) || !TryReadOptions(context, out KeyFilter filter, out long count))
            return;
        FoundKeys found = default;
        Walk(context, ref cursor, filter, count, ref found);
        context.Reply.Array(2);
        context.Reply.BulkInteger((long)cursor);
        found.Write(context);
        found.Dispose();
    }

    /// <summary>Locks a stripe, unless all are.</summary>
    public static void Enter(CommandContext context, Stripe* stripe)
    {
        if (!context.Locks.HoldsAll)
            context.Locks.Enter(stripe);
    }

    /// <summary>Undoes <see cref="Enter"/>.</summary>
    public static void Exit(CommandContext context)
    {
        if (!context.Locks.HoldsAll)
            context.Locks.Exit(context.Recorder.Wrote);
    }

    private static void Walk(CommandContext context, ref ulong cursor, in KeyFilter filter, long count, ref FoundKeys found)
    {
        Database database = context.Database;
        ulong at = cursor >> StripeShift;
        uint bucket = (uint)cursor;
        long keys = 0, buckets = 0;
        long maxBuckets = count > long.MaxValue / BucketsPerCount ? long.MaxValue : count * BucketsPerCount;
        cursor = 0;
        for (; database.IsMade && at < Database.StripeCount; at++, bucket = 0)
        {
            Stripe* stripe = database.Stripes + at;
            Enter(context, stripe);
            while (bucket < StripeIndex.BucketCount(stripe) && stripe->Count != 0 && keys < count && buckets < maxBuckets)
            {
                keys += BucketWalk.Collect(context, database, stripe, bucket++, filter, ref found);
                buckets++;
            }
            bool atEnd = stripe->Count == 0 || bucket >= StripeIndex.BucketCount(stripe);
            Exit(context);
            context.Breathe();
            if (keys < count && buckets < maxBuckets)
                continue;
            if (atEnd)
            {
                at++;
                bucket = 0;
            }
            if (at < Database.StripeCount)
                cursor = at << StripeShift | bucket;
            return;
        }
    }

    private static bool TryReadOptions(CommandContext context, out KeyFilter filter, out long count)
    {
        filter = new KeyFilter("*"u8);
        count = DefaultCount;
        for (int i = 2; i < context.ArgCount; i += 2)
        {
            ReadOnlySpan<byte> option = context.Arg(i);
            bool hasValue = i + 1 < context.ArgCount;
            if (hasValue && Ascii.EqualsIgnoreCase(option, "COUNT"u8))
            {
                if (!Integers.TryParse(context.Arg(i + 1), out count))
                {
                    context.Reply.Error("ERR value is not an integer or out of range"u8);
                    return false;
                }
                if (count >= 1)
                    continue;
            }
            else if (hasValue && Ascii.EqualsIgnoreCase(option, "MATCH"u8))
            {
                filter = filter.With(context.Arg(i + 1));
                continue;
            }
            else if (hasValue && Ascii.EqualsIgnoreCase(option, "TYPE"u8))
            {
                filter.Type = context.Arg(i + 1);
                continue;
            }
            context.Reply.Error("ERR syntax error"u8);
            return false;
        }
        return true;
    }
}
