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
}
