using System.Diagnostics;
using Pkv.Engine.Space;
using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;

namespace Pkv.Server.Net;

/// <summary>
/// Bounds what commands that are still being received may hold of the pool, so that clients that announce much and send
/// little leave room for the others. Beyond the bound a command is received into memory of its own. Shared by all I/O threads.
/// </summary>
public sealed class ClaimLimit(Pool pool, PoolCleaning cleaning, int threads)
{
    /// <summary>All claims together hold at most 1/4 of what is free for writes,</summary>
    internal const int FreeShare = 4;

    /// <summary>or 1/16 of the pool, less as cleaning becomes urgent: a pool full of garbage has few free slots, but gets more,</summary>
    private const int PoolShare = 16;

    /// <summary>or 512 KiB for each thread, whichever is most.</summary>
    private const long MinBytesPerThread = 512 * 1024;

    /// <summary>One client's claim is at most half of that.</summary>
    internal const int ClientShare = 2;

    private long _heldBytes;
    private long _outsideBytes;

    /// <summary>Bytes of the pool that incomplete commands hold. Any thread.</summary>
    public long HeldBytes => Volatile.Read(ref _heldBytes);

    /// <summary>Bytes of memory outside the pool that incomplete commands are received into. Any thread.</summary>
    public long OutsideBytes => Volatile.Read(ref _outsideBytes);

    /// <summary>
    /// Claims that do not get on should make way for others: the room (a thread that has none open would clean), adjacent slots,
    /// or what claims may hold run short.
    /// </summary>
    public bool IsShort => HeldBytes > 0 && (cleaning.PressureWith(0) > 0 || cleaning.Window.IsWanted || HeldBytes > MaxBytes / 2);

    /// <summary>Bytes that all claims may hold now.</summary>
    public long MaxBytes
    {
        get
        {
            long ofFree = Math.Max(0, pool.FreeFor(AppendPurpose.Write)) * (long)PoolHeader.SlotBytes / FreeShare;
            long ofPool = (long)(pool.MaxSlots * (double)PoolHeader.SlotBytes / PoolShare * (1 - cleaning.Pressure));
            return Math.Max(Math.Max(ofFree, ofPool), threads * MinBytesPerThread);
        }
    }

    /// <summary>Whether a client may claim that much at all.</summary>
    public bool Admits(long bytes) => bytes <= MaxBytes / ClientShare;

    /// <summary>Takes so many bytes into the account; false: they are not granted.</summary>
    public bool TryTake(long bytes)
    {
        Debug.Assert(bytes > 0, "a claim takes some bytes");
        long max = MaxBytes;
        if (bytes > max / ClientShare)
            return false;
        if (Interlocked.Add(ref _heldBytes, bytes) <= max)
            return true;
        Interlocked.Add(ref _heldBytes, -bytes);
        return false;
    }

    /// <summary>Their command is complete, has moved, or is given up.</summary>
    public void Return(long bytes)
    {
        long left = Interlocked.Add(ref _heldBytes, -bytes);
        Debug.Assert(left >= 0, "no more is returned than was taken");
    }

    /// <summary>Memory outside the pool was taken, or (negative) freed.</summary>
    public void NoteOutside(long bytes)
    {
        long held = Interlocked.Add(ref _outsideBytes, bytes);
        Debug.Assert(held >= 0, "no more memory is freed than was taken");
    }
}
