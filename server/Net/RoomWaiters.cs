using System.Diagnostics;

namespace Pkv.Server.Net;

/// <summary>
/// One I/O thread's connections whose commands found no room in the pool, held as CLIENT PAUSE holds them until the cleaner has made
/// some, or found that there is no garbage left. Owner thread only.
/// </summary>
internal sealed class RoomWaiters(ServerState server)
{
    // Whatever else may have changed: a window that was given up, a limit that was raised.
    private static readonly long s_retryAfter = Stopwatch.Frequency / 50; // 20 ms

    private readonly List<Connection> _waiting = [];
    private long _gained;
    private long _triedAt;

    public bool Any => _waiting.Count > 0;

    public void Add(Connection connection) => _waiting.Add(connection);

    /// <summary>
    /// Runs the held commands once more, if there may be room, or none to come. A command that builds much before it asks for room
    /// is not run in vain each turn. Who is short again waits for the next time.
    /// </summary>
    public void Resume(Action<Connection> resume)
    {
        long gained = server.Pool.SlotsGained, now = Stopwatch.GetTimestamp();
        if (gained == _gained && now - _triedAt < s_retryAfter && !server.Cleaning.IsStarved)
            return;
        _gained = gained;
        _triedAt = now;
        int count = _waiting.Count;
        for (int i = 0; i < count; i++)
            resume(_waiting[i]);
        _waiting.RemoveRange(0, count);
    }
}
