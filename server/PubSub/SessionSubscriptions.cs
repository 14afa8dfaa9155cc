namespace Pkv.Server.PubSub;

/// <summary>
/// What one client subscribes to. Owned by the connection's I/O thread; other threads read the counts (CLIENT LIST).
/// </summary>
public sealed class SessionSubscriptions
{
    private readonly Dictionary<byte[], Subscription>[] _byKind =
        [new(BytesComparer.Instance), new(BytesComparer.Instance), new(BytesComparer.Instance)];

    /// <summary>Subscriptions of one kind.</summary>
    public int Count(SubscriptionKind kind) => _byKind[(int)kind].Count;

    /// <summary>Subscriptions of all kinds.</summary>
    public int Total => Count(SubscriptionKind.Channel) + Count(SubscriptionKind.Pattern) + Count(SubscriptionKind.Shard);

    internal IReadOnlyCollection<Subscription> All(SubscriptionKind kind) => _byKind[(int)kind].Values;

    internal Subscription? Find(SubscriptionKind kind, ReadOnlySpan<byte> name) =>
        _byKind[(int)kind].GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out Subscription? found) ? found : null;

    internal void Add(PubSubRegistry registry, Subscription subscription)
    {
        _byKind[(int)subscription.Kind].Add(subscription.Name, subscription);
        registry.Add(subscription);
    }

    internal void Remove(PubSubRegistry registry, Subscription subscription)
    {
        _byKind[(int)subscription.Kind].Remove(subscription.Name);
        registry.Remove(subscription);
    }

    /// <summary>Ends up to <paramref name="most"/> subscriptions without telling the client. True: none is left.</summary>
    public bool EndSome(PubSubRegistry registry, int most)
    {
        foreach (Dictionary<byte[], Subscription> subscriptions in _byKind)
        {
            // Taking out what was enumerated does not disturb the enumeration.
            foreach ((byte[] name, Subscription subscription) in subscriptions)
            {
                if (most-- == 0)
                    return false;
                subscriptions.Remove(name);
                registry.Remove(subscription);
            }
        }
        return true;
    }
}
