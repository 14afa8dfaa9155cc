using System.Diagnostics;
using Pkv.Engine.Execution.Clients;
using Pkv.Server.Blocking;
using Pkv.Server.PubSub;
using Pkv.Server.Sessions;

namespace Pkv.Server.Net;

/// <summary>
/// What clients of an I/O thread watched, waited for or subscribed to, and do not any more: taken out of the server's tables, which all
/// threads use, a slice at a time between turns. Until then it stands there without effect, but that PUBLISH and PUBSUB count the
/// subscriptions of a client that has just left with very many. Owner thread only.
/// </summary>
internal sealed class Leftovers(ServerState server)
{
    // At once, or under one lock of the table: 0.1 ms.
    private const int SliceKeys = 256;

    private readonly Queue<WatchSet> _watched = [];
    private readonly Queue<BlockedClient> _blocked = [];
    private readonly Queue<SessionSubscriptions> _subscriptions = [];

    /// <summary>Nothing is left to do.</summary>
    public bool IsEmpty => _watched.Count == 0 && _blocked.Count == 0 && _subscriptions.Count == 0;

    /// <summary>The session does not watch these keys any more.</summary>
    public void Unwatch(WatchSet set)
    {
        if (!server.Watches.UnwatchSome(set, SliceKeys))
            _watched.Enqueue(set);
    }

    /// <summary>The client does not wait any more.</summary>
    public void Remove(BlockedClient client)
    {
        if (!server.Blocking.RemoveSome(client, SliceKeys))
            _blocked.Enqueue(client);
    }

    /// <summary>The session's client has left.</summary>
    public void Unsubscribe(Session session)
    {
        if (session.Subscriptions is { } subscriptions && !subscriptions.EndSome(server.PubSub, SliceKeys))
            _subscriptions.Enqueue(subscriptions);
    }

    /// <summary>Goes on for so many ticks of the stopwatch.</summary>
    public void Work(long ticks)
    {
        long until = IsEmpty ? 0 : Stopwatch.GetTimestamp() + ticks;
        while (!IsEmpty && Stopwatch.GetTimestamp() < until)
        {
            if (_watched.Count != 0 && server.Watches.UnwatchSome(_watched.Peek(), SliceKeys))
                _watched.Dequeue();
            if (_blocked.Count != 0 && server.Blocking.RemoveSome(_blocked.Peek(), SliceKeys))
                _blocked.Dequeue();
            if (_subscriptions.Count != 0 && _subscriptions.Peek().EndSome(server.PubSub, SliceKeys))
                _subscriptions.Dequeue();
        }
    }
}
