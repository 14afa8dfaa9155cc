namespace Pkv.Server.PubSub;

/// <summary>Who subscribes to what, over all I/O threads. Any thread.</summary>
public sealed class PubSubRegistry
{
    private int _listeners;

    internal ChannelTable Channels { get; } = new();

    internal PatternTable Patterns { get; } = new();

    internal ChannelTable ShardChannels { get; } = new();

    /// <summary>
    /// Whether anybody subscribes to a channel or a pattern: what keyspace events ask first, so that they cost one load
    /// where nobody listens.
    /// </summary>
    public bool HasListeners => Volatile.Read(ref _listeners) != 0;

    internal void Add(Subscription subscription)
    {
        switch (subscription.Kind)
        {
            case SubscriptionKind.Channel:
                Channels.Add(subscription);
                Interlocked.Increment(ref _listeners);
                break;
            case SubscriptionKind.Pattern:
                Patterns.Add(subscription);
                Interlocked.Increment(ref _listeners);
                break;
            default:
                ShardChannels.Add(subscription);
                break;
        }
    }

    internal void Remove(Subscription subscription)
    {
        switch (subscription.Kind)
        {
            case SubscriptionKind.Channel:
                Channels.Remove(subscription);
                Interlocked.Decrement(ref _listeners);
                break;
            case SubscriptionKind.Pattern:
                Patterns.Remove(subscription);
                Interlocked.Decrement(ref _listeners);
                break;
            default:
                ShardChannels.Remove(subscription);
                break;
        }
    }
}
