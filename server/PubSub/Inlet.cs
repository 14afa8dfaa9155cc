using System.Collections.Concurrent;
using Pkv.Server.Net;

namespace Pkv.Server.PubSub;

/// <summary>
/// Messages for the subscribers on one I/O thread: <see cref="Take"/>, <see cref="Announce"/> and <see cref="AwaitRoom"/> by
/// the publishers' threads, the rest by the owner. A message is copied to each subscriber's output when it is short and
/// shared by them when it is long; what a subscriber does not read is bounded by client-output-buffer-limit.
/// </summary>
public sealed class Inlet(IoThread owner)
{
    // A publisher waits while more than this is in flight to one thread: as much as Redis lets one subscriber owe.
    internal const long WaitingBytesMax = 32 << 20;

    // From here on a subscriber is sent its messages before more are queued for it.
    private const long QueuedBytesMax = 1 << 20;

    private readonly ConcurrentQueue<Delivery> _incoming = new();
    private readonly List<Delivery> _arrived = [];
    private readonly List<Connection> _told = [];
    private long _waitingBytes;
    private bool _isClosed;

    /// <summary>Nothing waits.</summary>
    public bool IsEmpty => _incoming.IsEmpty && _arrived.Count == 0;

    internal void Take(in Delivery delivery)
    {
        Interlocked.Add(ref _waitingBytes, delivery.Body.Length);
        _incoming.Enqueue(delivery);
    }

    /// <summary>Wakes the owner if there is something for it.</summary>
    internal void Announce(IoThread publisher)
    {
        if (publisher != owner && !_incoming.IsEmpty)
            owner.Poller.Wake();
    }

    /// <summary>Holds the publisher's thread while too much waits here; meanwhile it delivers what waits for itself.</summary>
    internal void AwaitRoom(IoThread publisher)
    {
        SpinWait wait = default;
        while (publisher != owner && Volatile.Read(ref _waitingBytes) > WaitingBytesMax && !Volatile.Read(ref _isClosed))
        {
            publisher.Inlet.Deliver();
            wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <summary>What is here for this thread's subscribers and not delivered yet.</summary>
    internal List<Delivery> Arrived()
    {
        while (_incoming.TryDequeue(out Delivery delivery))
            _arrived.Add(delivery);
        return _arrived;
    }

    /// <summary>Gives subscribers what waits for them, behind the replies that were sent or queued before.</summary>
    public void Deliver()
    {
        if (IsEmpty)
            return;
        foreach (Delivery delivery in Arrived())
        {
            foreach (Subscription subscription in delivery.To.Items.AsSpan(0, delivery.To.Count))
            {
                if (!subscription.IsOver && subscription.Connection != delivery.Told)
                    Queue(subscription.Connection, delivery.Body);
            }
            Interlocked.Add(ref _waitingBytes, -delivery.Body.Length);
            delivery.Body.Release();
        }
        _arrived.Clear();
        foreach (Connection connection in _told)
        {
            connection.IsTold = false;
            owner.SendQueued(connection);
        }
        _told.Clear();
    }

    /// <summary>The thread ends: what waits is not delivered any more.</summary>
    public void Close()
    {
        Volatile.Write(ref _isClosed, true);
        foreach (Delivery delivery in Arrived())
            delivery.Body.Release();
        _arrived.Clear();
    }

    private void Queue(Connection connection, MessageBody body)
    {
        if (connection.IsClosed)
            return;
        connection.Output.AppendMessage(body, connection.Session.RespVersion == 3);
        if (connection.Output.Bytes > QueuedBytesMax)
        {
            owner.SendQueued(connection);
            return;
        }
        if (connection.IsTold)
            return;
        connection.IsTold = true;
        _told.Add(connection);
    }
}
