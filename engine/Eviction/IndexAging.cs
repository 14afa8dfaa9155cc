using System.Diagnostics;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Space;

namespace Pkv.Engine.Eviction;

/// <summary>
/// Walks the index in the background so that nine bits suffice for LRU and LFU: a clock that would go round (after 68
/// minutes) is held at three quarters of that, and counters fall by one in each lfu-decay-time. Each I/O thread walks its
/// share of the stripes, spread over the period, a millisecond at a time at most.
/// </summary>
public sealed unsafe class IndexAging(EngineState engine, EngineThread thread)
{
    private const ulong ClockUnits = 1UL << Slot.LruBits;
    private const ulong MaxIdleUnits = ClockUnits * 3 / 4;
    private const long ClockPeriodMs = (long)ClockUnits * Slot.LruUnitSeconds * 1000 / 8;

    private long _startedMs;
    private long _done;
    private bool _counted;

    /// <summary>As much as is due by now.</summary>
    public void Run(CommandContext context)
    {
        bool counts = engine.Space.CountsAccesses;
        long periodMs = counts ? Math.Max(1, engine.Options.LfuDecayTimeMinutes) * 60_000L : ClockPeriodMs;
        long share = (long)Database.StripeCount / engine.Threads.Length * engine.Keyspace.Databases.Length;
        if (_startedMs == 0 || counts != _counted)
        {
            (_startedMs, _done, _counted) = (context.NowMs, 0, counts);
            return;
        }
        long due = Math.Min(share, (context.NowMs - _startedMs) * share / periodMs);
        long until = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 1000;
        for (; _done < due && Stopwatch.GetTimestamp() < until; _done++)
            Visit(context, _done, counts);
        if (_done >= share)
            (_startedMs, _done) = (context.NowMs, 0);
    }

    private void Visit(CommandContext context, long position, bool counts)
    {
        int perDatabase = Database.StripeCount / engine.Threads.Length;
        Database database = engine.Keyspace[(int)(position / perDatabase)];
        if (database.KeyCount == 0)
            return;
        Stripe* stripe = database.Stripes + (position % perDatabase * engine.Threads.Length + thread.Number);
        if (!context.Locks.TryEnterAtOnce(stripe))
            return;
        StripeWalk.Update(stripe, counts ? &Fallen : &Held, context.NowMs);
        context.Locks.ExitUnseen(wrote: false);
    }

    private static ulong Fallen(ulong slot, long nowMs) => UseBits.CountOf(slot) is > 0 and ulong count ? UseBits.With(slot, count - 1) : slot;

    private static ulong Held(ulong slot, long nowMs) => UseBits.IdleUnits(slot, nowMs) <= MaxIdleUnits ? slot
        : UseBits.With(slot, (Slot.LruClock(nowMs) - MaxIdleUnits) & (ClockUnits - 1));
}
