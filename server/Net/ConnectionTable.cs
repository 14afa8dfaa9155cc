using System.Diagnostics;

namespace Pkv.Server.Net;

/// <summary>The connections of an I/O thread by their descriptors, which the kernel keeps small. Owner thread only.</summary>
public sealed class ConnectionTable
{
    private const int FirstLength = 64;

    private Connection?[] _byDescriptor = new Connection?[FirstLength];

    /// <summary>Connections in it.</summary>
    public int Count { get; private set; }

    /// <summary>All of them.</summary>
    public IEnumerable<Connection> All => _byDescriptor.Where(static c => c is not null)!;

    /// <summary>The connection that has a descriptor, or null.</summary>
    public Connection? Find(int descriptor) => (uint)descriptor < (uint)_byDescriptor.Length ? _byDescriptor[descriptor] : null;

    public void Add(Connection connection)
    {
        int descriptor = connection.Descriptor;
        if (descriptor >= _byDescriptor.Length)
            Array.Resize(ref _byDescriptor, Math.Max(descriptor + 1, _byDescriptor.Length * 2));
        Debug.Assert(_byDescriptor[descriptor] is null, "a descriptor belongs to one connection at a time");
        _byDescriptor[descriptor] = connection;
        Count++;
    }

    public void Remove(Connection connection)
    {
        Debug.Assert(Find(connection.Descriptor) == connection, "it is removed once");
        _byDescriptor[connection.Descriptor] = null;
        Count--;
    }

    public void Clear()
    {
        Array.Clear(_byDescriptor);
        Count = 0;
    }
}
