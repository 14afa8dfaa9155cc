using System.Diagnostics;
using Pkv.Persistence.Log;

namespace Pkv.Server.Net;

/// <summary>
/// One thread's claims: the large commands that are being received into the pool. A claim keeps its segment from being
/// closed, so in a pool short of room those that do not get on are moved to memory of their own. Owner thread only, but
/// for <see cref="AskAll"/> and <see cref="IsAsked"/>.
/// </summary>
/// <param name="limit">What all threads' claims may hold.</param>
/// <param name="received">Where they lie.</param>
/// <param name="moveOut">Moves one to memory of its own.</param>
public sealed class Claims(ClaimLimit limit, AppendLog received, Action<LargeReceive> moveOut)
{
    // A claim has this long until its progress is judged.
    private const long GraceMs = 1000;

    // Slower than 1 MiB/s is slow: 1 KiB for each millisecond.
    private const long SlowBytesPerMs = 1024;

    // Copied in one tick of the cron: about a millisecond. What more has been received of one command stays until it must go.
    private const long MaxMovedBytes = 4 << 20;

    private readonly List<LargeReceive> _held = [];
    private int _count;
    private bool _isAsked;
    private bool _isReleaseDue;
    private OwnerThread _owner;

    public ClaimLimit Limit => limit;

    /// <summary>Claims held now. Any thread.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Space was given up from which nothing was kept: segments may be empty now.</summary>
    public bool HasReleased { get; set; }

    /// <summary>The next turn is going to move all claims out of the pool. Any thread.</summary>
    public bool IsAsked => Volatile.Read(ref _isAsked);

    /// <summary>Asks all threads for the space that claims hold: writes are about to be refused. Any thread.</summary>
    public static void AskAll(IoThread[] threads)
    {
        foreach (IoThread thread in threads)
        {
            if (thread.Claims.Count == 0)
                continue;
            Volatile.Write(ref thread.Claims._isAsked, true);
            thread.Poller.Wake();
        }
    }

    /// <summary>Moves every claim out of the pool, when asked to. Between turns.</summary>
    public void YieldIfAsked()
    {
        if (!IsAsked)
            return;
        for (int i = _held.Count - 1; i >= 0; i--)
            moveOut(_held[i]);
        ReleaseEmptied();
        Volatile.Write(ref _isAsked, false);
    }

    /// <summary>
    /// Ten times a second: moves claims that do not get on out of the pool while it, or what claims may hold of it, is short.
    /// What they and vanished clients leave is given back no more often than that, so that those who come and go do not
    /// have segments opened and freed for each of them.
    /// </summary>
    public void Tick()
    {
        _owner.Check();
        if (_held.Count > 0 && limit.IsShort)
            MoveSlow();
        _isReleaseDue = HasReleased;
    }

    /// <summary>After a turn's replies: gives back segments in which nothing was kept once their claims are gone, when that is due.</summary>
    public void AfterTurn()
    {
        if (_isReleaseDue)
            ReleaseEmptied();
    }

    private void MoveSlow()
    {
        long nowMs = Environment.TickCount64, left = MaxMovedBytes;
        // The youngest first: their space is the most likely to lie at a segment's tail, which then falls back.
        for (int i = _held.Count - 1; i >= 0; i--)
        {
            LargeReceive large = _held[i];
            long ageMs = nowMs - large.BeganMs;
            if (ageMs < GraceMs || large.Received - large.ReceivedAtBegin > ageMs * SlowBytesPerMs || large.Received > left)
                continue;
            left -= large.Received;
            moveOut(large);
        }
    }

    private void ReleaseEmptied()
    {
        if (HasReleased)
            received.ReleaseEmptied();
        HasReleased = _isReleaseDue = false;
    }

    /// <summary>A claim begins. Its place in the list is its own to keep.</summary>
    internal int Add(LargeReceive large)
    {
        Debug.Assert(_held.Count == _count, "as many claims are told as are held");
        _held.Add(large);
        Volatile.Write(ref _count, _held.Count);
        return _held.Count - 1;
    }

    /// <summary>Another object stands for the claim from now on.</summary>
    internal void Replace(int index, LargeReceive large)
    {
        Debug.Assert(large.ClaimIndex == index && index < _held.Count, "a claim keeps its place");
        _held[index] = large;
    }

    internal void Remove(int index)
    {
        Debug.Assert(index >= 0 && index < _held.Count && _held[index].ClaimIndex == index, "a claim knows its place");
        LargeReceive last = _held[^1];
        _held[index] = last;
        last.ClaimIndex = index;
        _held.RemoveAt(_held.Count - 1);
        Volatile.Write(ref _count, _held.Count);
    }
}
