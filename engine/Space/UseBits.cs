using System.Runtime.CompilerServices;
using Pkv.Engine.Keyspace;

namespace Pkv.Engine.Space;

/// <summary>
/// The nine use bits of an index slot. Under an LFU policy eight of them are Redis's logarithmic counter; else they are a
/// clock of 8 s. What the bits cannot tell by themselves (that a clock has gone round, that a counter has to fall) is kept
/// true by a walk in the background. Owner thread only: it draws chances. Source: redis.io/docs/reference/eviction.
/// </summary>
public sealed class UseBits(SpaceLimit limit, Func<int> logFactor)
{
    /// <summary>Redis's LFU_INIT_VAL: a new key is not evicted at once.</summary>
    public const ulong NewKeyCount = 5;

    private const ulong MaxCount = 255;

    private ulong _random = (ulong)Random.Shared.NextInt64() | 1;

    /// <summary>The bits of a key that comes to be now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Fresh(long nowMs) => limit.CountsAccesses ? NewKeyCount : Slot.LruClock(nowMs);

    /// <summary>The bits of a key that gets a new value: a counter goes on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Renewed(ulong slot, long nowMs) => limit.CountsAccesses ? CountOf(slot) : Slot.LruClock(nowMs);

    /// <summary>The key is used.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Touch(ulong* slot, long nowMs)
    {
        ulong bits = limit.CountsAccesses ? Counted(CountOf(*slot)) : Slot.LruClock(nowMs);
        if (bits != Of(*slot))
            *slot = With(*slot, bits);
    }

    public static ulong Of(ulong slot) => (slot & Slot.LruMask) >> Slot.LruShift;

    /// <summary>
    /// The counter, at most 255. Above that stands a clock, left from before the policy was changed to an LFU one: how often the key was
    /// used nobody knows.
    /// </summary>
    public static ulong CountOf(ulong slot) => Of(slot) is var count and <= MaxCount ? count : NewKeyCount;

    public static ulong With(ulong slot, ulong bits) => slot & ~Slot.LruMask | bits << Slot.LruShift;

    /// <summary>Units of the LRU clock since the key was used.</summary>
    public static ulong IdleUnits(ulong slot, long nowMs) => (Slot.LruClock(nowMs) - Of(slot)) & (Slot.LruMask >> Slot.LruShift);

    /// <summary>The bits of a key that was used so many seconds ago: at most as long as the clock can tell.</summary>
    public static ulong IdleSince(long nowMs, long seconds)
    {
        const long maxUnits = (long)(Slot.LruMask >> Slot.LruShift);
        long units = Math.Min(seconds / Slot.LruUnitSeconds, maxUnits);
        return Slot.LruClock(nowMs - units * Slot.LruUnitSeconds * 1000);
    }

    // The higher it is, the less likely it rises: 255 stands for about a million uses with the default factor.
    private ulong Counted(ulong count)
    {
        if (count >= MaxCount)
            return MaxCount;
        double above = count > NewKeyCount ? count - NewKeyCount : 0;
        return Chance() < 1 / (above * logFactor() + 1) ? count + 1 : count;
    }

    // xorshift64: a draw for each read command must cost nothing.
    private double Chance()
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return (_random >> 11) * (1.0 / (1UL << 53));
    }
}
