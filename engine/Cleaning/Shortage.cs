using System.Diagnostics;
using Pkv.Engine.Space;
using Pkv.Persistence.Segments;

namespace Pkv.Engine.Cleaning;

/// <summary>
/// One thread's view of a time without room, from the first turn that found none: decides when waiting for the cleaner leads
/// nowhere. Owner thread only.
/// </summary>
internal sealed class Shortage(Pool pool, PoolCleaning cleaning)
{
    // A segment sealed just now is seen by one look, settled by the next, ranked or retired by the one after.
    // The whole wait for a device that is slow to sync.
    internal const int MaxWaitForDeviceSeconds = 10;

    private const int LooksUntilSure = 3;

    private static readonly long s_maxWait = 2 * Stopwatch.Frequency;           // 2 s without a slot gained
    private static readonly long s_maxWaitForDevice = MaxWaitForDeviceSeconds * Stopwatch.Frequency;
    private const long BytesPerSecond = 100 << 20; // what a cleaner looks at, at the least

    private readonly FutileCleaning _futile = new(pool);
    private long _gainedAt = Stopwatch.GetTimestamp();
    private long _looks = cleaning.Looks;
    private int _futileLooks;

    /// <summary>The sync that makes what was written durable, so that it can be cleaned; 0: none was asked for.</summary>
    public long Ticket { get; set; }

    /// <summary>The threads were asked for what incomplete commands hold.</summary>
    public bool HasAskedForClaims { get; set; }

    /// <summary>Whether there is nothing more to gain.</summary>
    /// <param name="goesOn">Something was cleaned, or is on its way.</param>
    public bool IsHopeless(bool goesOn)
    {
        long now = Stopwatch.GetTimestamp();
        if (_futile.Look())
            _gainedAt = now;
        // Each attempt that led nowhere counts once, with a look of the keeper between: turns may be long, and looks many in one.
        if (goesOn)
            _futileLooks = 0;
        else if (cleaning.Looks > _looks)
            _futileLooks++;
        _looks = cleaning.Looks;
        long used = cleaning.Survey.UsedBytes;
        long maxWait = (pool.Medium.DrainIsDurable ? s_maxWait : s_maxWaitForDevice) + used / BytesPerSecond * Stopwatch.Frequency;
        return now - _gainedAt >= maxWait || _futileLooks >= LooksUntilSure || _futile.IsFutile(used);
    }
}
