using Pkv.Server.Keyspace;

namespace Pkv.Server.Blocking;

/// <summary>
/// Which clients wait for which keys. A client is added under the locks of its keys, by the command that found nothing there;
/// whoever makes a key looks here under the same lock: nobody is missed. Writers look at <see cref="IsEmpty"/>, one volatile
/// read, and go on. Thread-safe; a waiting client is removed by the thread that owns its connection, and by no other.
/// </summary>
public sealed class BlockingTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, WaitQueue> _queues = [];
    private int _count;

    /// <summary>Nobody waits for a key.</summary>
    public bool IsEmpty => Volatile.Read(ref _count) == 0;

    /// <summary>The queue of a key, if anybody waits for it. Does not allocate.</summary>
    public WaitQueue? Find(int database, ulong hash, ReadOnlySpan<byte> key)
    {
        lock (_lock)
            return FindLocked(database, hash, key);
    }

    /// <summary>
    /// The client that has waited longest for this key to hold this kind; null: nobody does. Those that CLIENT UNBLOCK or CLIENT
    /// KILL has called, and whose thread has not heard of it yet, are passed over.
    /// </summary>
    public BlockedClient? First(ReadyKey key)
    {
        lock (_lock)
        {
            for (LinkedListNode<BlockedClient>? node = key.Queue.Clients.First; node is not null; node = node.Next)
            {
                if (node.Value.Kind == key.Kind && node.Value is { IsWaiting: true, Request: UnblockReason.None, Connection.Session.KillRequested: false })
                    return node.Value;
            }
            return null;
        }
    }

    /// <summary>Begins to wait, for each of these keys once. Of many, a part at a time: it is not served before it has the last one.</summary>
    public void Add(BlockedClient client, ReadOnlySpan<KeyRef> keys, bool isLast)
    {
        lock (_lock)
        {
            client.IsWaiting = isLast;
            foreach (ref readonly KeyRef key in keys)
            {
                WaitQueue queue = FindLocked(key.Database.Number, key.Hash, key.Span) ?? MakeLocked(key);
                if (queue.Clients.Last?.Value != client)
                    client.Places.Add((queue, queue.Clients.AddLast(client)));
            }
        }
    }

    /// <summary>Ends waiting, and takes the client out of so many queues. True: that were all. Owner thread of the client.</summary>
    public bool RemoveSome(BlockedClient client, int keys)
    {
        lock (_lock)
        {
            client.IsWaiting = false;
            int kept = Math.Max(0, client.Places.Count - keys);
            for (int i = client.Places.Count - 1; i >= kept; i--)
            {
                (WaitQueue queue, LinkedListNode<BlockedClient> node) = client.Places[i];
                queue.Clients.Remove(node);
                if (queue.Clients.Count == 0)
                    DropLocked(queue);
            }
            client.Places.RemoveRange(kept, client.Places.Count - kept);
            return kept == 0;
        }
    }

    /// <summary>
    /// CLIENT UNBLOCK: from now on no key serves this client; its owner must be told to answer it. False: it does not wait
    /// (any more), or was called already.
    /// </summary>
    public bool TryRequest(BlockedClient client, UnblockReason reason)
    {
        lock (_lock)
        {
            if (!client.IsWaiting || client.Request != UnblockReason.None)
                return false;
            client.Request = reason;
            return true;
        }
    }

    /// <summary>The keys of a database that anybody waits for.</summary>
    public List<WaitQueue> QueuesOf(int database)
    {
        List<WaitQueue> found = [];
        lock (_lock)
        {
            foreach (WaitQueue first in _queues.Values)
            {
                for (WaitQueue? queue = first; queue is not null; queue = queue.Next)
                {
                    if (queue.Database == database)
                        found.Add(queue);
                }
            }
        }
        return found;
    }

    private WaitQueue? FindLocked(int database, ulong hash, ReadOnlySpan<byte> key)
    {
        WaitQueue? queue = _queues.GetValueOrDefault(hash);
        while (queue is not null && !queue.IsFor(database, key))
            queue = queue.Next;
        return queue;
    }

    private WaitQueue MakeLocked(in KeyRef key)
    {
        WaitQueue queue = new(key.Database.Number, key.Hash, key.Span.ToArray()) { Next = _queues.GetValueOrDefault(key.Hash) };
        _queues[key.Hash] = queue;
        Volatile.Write(ref _count, _count + 1);
        return queue;
    }

    private void DropLocked(WaitQueue queue)
    {
        Volatile.Write(ref _count, _count - 1);
        WaitQueue first = _queues[queue.Hash];
        if (first == queue)
        {
            if (queue.Next is null)
                _queues.Remove(queue.Hash);
            else
                _queues[queue.Hash] = queue.Next;
            return;
        }
        while (first.Next != queue)
            first = first.Next!;
        first.Next = queue.Next;
    }
}
