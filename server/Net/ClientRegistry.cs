using System.Collections.Concurrent;

namespace Pkv.Server.Net;

/// <summary>All connections of all threads, for CLIENT LIST and maxclients. Any thread.</summary>
public sealed class ClientRegistry
{
    private readonly ConcurrentDictionary<long, Connection> _byId = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Connections refused because there were maxclients already.</summary>
    public long Rejected { get; set; }

    public void Add(Connection connection)
    {
        if (_byId.TryAdd(connection.Session.Id, connection))
            Interlocked.Increment(ref _count);
    }

    public void Remove(Connection connection)
    {
        if (_byId.TryRemove(connection.Session.Id, out _))
            Interlocked.Decrement(ref _count);
    }

    /// <summary>All connections, the oldest first.</summary>
    public List<Connection> Snapshot() => [.. _byId.Values.OrderBy(c => c.Session.Id)];

    public Connection? Find(long id) => _byId.GetValueOrDefault(id);
}
