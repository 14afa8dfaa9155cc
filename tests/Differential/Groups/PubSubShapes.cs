using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Differential.Replies;

namespace Pkv.Tests.Differential.Groups;

/// <summary>Publishing and asking, by connections that subscribe to nothing.</summary>
public static class PubSubShapes
{
    /// <summary>The group.</summary>
    public static ShapeGroup Publishing { get; } = new("publishing", 1,
    [
        new("PUBLISH channel value"),
        new("SPUBLISH channel value"),
        new("PUBSUB CHANNELS channelpattern?", ReplyRule.AnyOrder),
        new("PUBSUB NUMSUB channel*"),
        new("PUBSUB NUMPAT"),
        new("PUBSUB SHARDCHANNELS channelpattern?", ReplyRule.AnyOrder),
        new("PUBSUB SHARDNUMSUB channel*"),
    ]);

    /// <summary>What clients that subscribe send. Which pattern and which of one's channels comes first Redis leaves open.</summary>
    public static ShapeGroup Subscribing { get; } = new("subscribing", 1,
    [
        new("SUBSCRIBE channel+"),
        new("PSUBSCRIBE channelpattern+"),
        new("SSUBSCRIBE channel+"),
        new("UNSUBSCRIBE channel+"),
        new("PUNSUBSCRIBE channelpattern+"),
        new("SUNSUBSCRIBE channel+"),
        new("UNSUBSCRIBE", ReplyRule.AnyOrder),
        new("PUNSUBSCRIBE", ReplyRule.AnyOrder),
        new("SUNSUBSCRIBE", ReplyRule.AnyOrder),
        new("PUBLISH channel value"),
        new("PUBLISH channel value"),
        new("PUBLISH channel value"),
        new("SPUBLISH channel value"),
        new("SPUBLISH channel value"),
        new("PUBSUB CHANNELS channelpattern?", ReplyRule.AnyOrder),
        new("PUBSUB NUMSUB channel*"),
        new("PUBSUB NUMPAT"),
        new("PUBSUB SHARDCHANNELS channelpattern?", ReplyRule.AnyOrder),
        new("PUBSUB SHARDNUMSUB channel*"),
        new("PING value?"),
        new("SET strkey value"),
        new("GET strkey"),
        new("RESET"),
    ]);
}
