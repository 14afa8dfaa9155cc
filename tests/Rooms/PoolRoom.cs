using Pkv.Persistence.Segments;
using Pkv.Server;

namespace Pkv.Tests.Rooms;

/// <summary>
/// Takes a server's free slots away, as far as wanted, and lets none come free, so that what a command finds is exactly known; gives
/// them back when disposed.
/// </summary>
internal sealed class PoolRoom : IDisposable
{
    private readonly ServerState _server;
    private readonly List<Segment> _pinned;
    private readonly List<int> _taken = [];

    public PoolRoom(ServerState server)
    {
        _server = server;
        // As a reply that is being sent does: what is pinned is neither cleaned nor freed.
        _pinned = server.Pool.Snapshot();
        _pinned.ForEach(segment => segment.Pin());
    }

    /// <summary>Leaves so many slots that writes can have.</summary>
    public void LeaveForWrites(int slots)
    {
        while (_server.Pool.FreeFor(AppendPurpose.Write) > slots && TryTake())
        {
            // One at a time.
        }
    }

    /// <summary>Leaves every second slot of those that are free: no two of them are adjacent.</summary>
    public void LeaveNoneAdjacent()
    {
        while (TryTake())
        {
            // All of them.
        }
        GiveBack(slot => slot % 2 == 0);
    }

    /// <summary>Gives all back.</summary>
    public void Dispose()
    {
        GiveBack(_ => true);
        _pinned.ForEach(segment => segment.Unpin());
    }

    private bool TryTake()
    {
        lock (_server.Pool.Gate)
        {
            int slot = _server.Pool.TakeLocked(1, AppendPurpose.Clean);
            if (slot >= 0)
                _taken.Add(slot);
            return slot >= 0;
        }
    }

    private void GiveBack(Predicate<int> isMeant)
    {
        lock (_server.Pool.Gate)
        {
            foreach (int slot in _taken.FindAll(isMeant))
                _server.Pool.GiveBackLocked(slot, 1);
        }
        _taken.RemoveAll(isMeant);
    }
}
