using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Interests;

namespace Pkv.Server.Blocking;

/// <summary>
/// Which clients wait for which keys. A client is added under the locks of its keys, by the command that found nothing there;
/// whoever makes a key looks here under the same lock: nobody is missed. Writers look at <see cref="IsEmpty"/>, one volatile
/// read, and go on. Thread-safe; a waiting client is removed by the thread that owns its connection, and by no other.
/// </summary>
public sealed unsafe class BlockingTable
{
    private readonly Lock _lock = new();
    private readonly KeyInterests<BlockedClient> _waiting = new();
    private int _count;

    /// <summary>Nobody waits for a key.</summary>
    public bool IsEmpty => Volatile.Read(ref _count) == 0;

    /// <summary>A key has come to hold this kind. True: somebody waits for it; <see cref="LetGo"/> it in the end.</summary>
    public bool TryFind(in KeyRef key, ValueKind kind, out ReadyKey ready)
    {
        lock (_lock)
        {
            KeyEntry* entry = _waiting.Find(key.Database.Number, key.Hash, key.Span);
            ready = new ReadyKey(entry, kind);
            if (entry == null)
                return false;
            KeyInterests<BlockedClient>.Pin(entry);
            return true;
        }
    }

    /// <summary>Nobody looks at this key any more.</summary>
    public void LetGo(ReadyKey key)
    {
        lock (_lock)
        {
            _waiting.Unpin(key.Entry);
            Volatile.Write(ref _count, _waiting.Count);
        }
    }

    /// <summary>
    /// The client that has waited longest for this key to hold this kind; null: nobody does. Those that CLIENT UNBLOCK or CLIENT
    /// KILL has called, and whose thread has not heard of it yet, are passed over.
    /// </summary>
    public BlockedClient? First(ReadyKey key)
    {
        lock (_lock)
        {
            for (KeyPlace* place = key.Entry->First; place != null; place = place->After)
            {
                BlockedClient client = _waiting.ClientOf(place);
                if (Waits(client, key))
                    return client;
            }
            return null;
        }
    }

    /// <summary>All clients that wait for this key to hold this kind, as <see cref="First"/> finds them.</summary>
    public void AllOf(ReadyKey key, List<BlockedClient> found)
    {
        lock (_lock)
        {
            for (KeyPlace* place = key.Entry->First; place != null; place = place->After)
            {
                if (Waits(_waiting.ClientOf(place), key))
                    found.Add(_waiting.ClientOf(place));
            }
        }
    }

    /// <summary>Somebody else looks at the key as well, and will <see cref="LetGo"/> it.</summary>
    public void Keep(ReadyKey key)
    {
        lock (_lock)
            KeyInterests<BlockedClient>.Pin(key.Entry);
    }

    /// <summary>Begins to wait, for each of these keys once. Of many, a part at a time: it is not served before it has the last one.</summary>
    public void Add(BlockedClient client, ReadOnlySpan<KeyRef> keys, bool isLast)
    {
        lock (_lock)
        {
            client.IsWaiting = isLast;
            foreach (ref readonly KeyRef key in keys)
                _waiting.Add(client, ref client.Interest, key.Database.Number, key.Hash, key.Span);
            Volatile.Write(ref _count, _waiting.Count);
        }
    }

    /// <summary>Ends waiting, and takes the client out of so many queues. True: that were all. Owner thread of the client.</summary>
    public bool RemoveSome(BlockedClient client, int keys)
    {
        lock (_lock)
        {
            client.IsWaiting = false;
            bool all = _waiting.RemoveSome(ref client.Interest, keys);
            Volatile.Write(ref _count, _waiting.Count);
            return all;
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

    private static bool Waits(BlockedClient client, ReadyKey key) =>
        client.Kind == key.Kind && client is { IsWaiting: true, Request: UnblockReason.None, Connection.Session.KillRequested: false };

    /// <summary>The keys of a database that anybody waits for, each to be <see cref="LetGo"/>.</summary>
    public List<ReadyKey> KeysOf(int database)
    {
        List<ReadyKey> found = [];
        lock (_lock)
        {
            _waiting.ForEach(e =>
            {
                KeyEntry* entry = (KeyEntry*)e;
                if (entry->Database != database)
                    return;
                KeyInterests<BlockedClient>.Pin(entry);
                found.Add(new ReadyKey(entry, default));
            });
        }
        return found;
    }
}
