using Pkv.Server.Net;

namespace Pkv.Server.PubSub;

/// <summary>
/// One client's subscription to one name, from SUBSCRIBE to UNSUBSCRIBE; a later one to the same name is another object.
/// Messages in flight hold it: those that arrive after its end are dropped, since the client, told of the end, would
/// take them for replies.
/// </summary>
public sealed class Subscription(Connection connection, SubscriptionKind kind, byte[] name)
{
    private volatile bool _isOver;

    public Connection Connection { get; } = connection;

    public SubscriptionKind Kind { get; } = kind;

    /// <summary>The channel, or the pattern.</summary>
    public byte[] Name { get; } = name;

    /// <summary>The client has unsubscribed. Written by the connection's thread, read by any.</summary>
    public bool IsOver
    {
        get => _isOver;
        set => _isOver = value;
    }
}
