namespace Pkv.Server.PubSub;

/// <summary>What a client subscribes to.</summary>
public enum SubscriptionKind
{
    /// <summary>A channel, by its name (SUBSCRIBE).</summary>
    Channel,

    /// <summary>All channels whose names match a glob pattern (PSUBSCRIBE).</summary>
    Pattern,

    /// <summary>A shard channel (SSUBSCRIBE): names of their own, reached by SPUBLISH only.</summary>
    Shard,
}
