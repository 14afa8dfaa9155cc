using Pkv.Engine.Commands;
using Pkv.Engine.Execution;
using Pkv.Resp;
using Pkv.Server.Net;
using Pkv.Server.PubSub;

namespace Pkv.Server.Administration.PubSub;

/// <summary>The pub/sub group: binds each command to its function, PUBLISH and SPUBLISH, and PUBSUB. Source: redis.io/commands.</summary>
public static unsafe class PubSubCommands
{
    public static void Bind(CommandBindings bindings)
    {
        SubscriptionCommands.Bind(bindings);
        bindings.Bind("publish", &Publish);
        bindings.Bind("spublish", &PublishToShard, LockMode.None);
        bindings.Bind("pubsub|channels", &Channels);
        bindings.Bind("pubsub|numsub", &CountSubscribers);
        bindings.Bind("pubsub|numpat", &CountPatterns);
        bindings.Bind("pubsub|shardchannels", &ShardChannels);
        bindings.Bind("pubsub|shardnumsub", &CountShardSubscribers);
        bindings.Bind("pubsub|help", &HelpReply.Container);
    }

    private static void Publish(CommandContext context) =>
        context.Reply.Integer(context.IoThread.Publisher.Publish(context.Arg(1), context.Arg(2)));

    private static void PublishToShard(CommandContext context) =>
        context.Reply.Integer(context.IoThread.Publisher.PublishToShard(context.Arg(1), context.Arg(2)));

    private static void Channels(CommandContext context) => List(context, context.Server.PubSub.Channels);

    private static void ShardChannels(CommandContext context) => List(context, context.Server.PubSub.ShardChannels);

    private static void CountSubscribers(CommandContext context) => Count(context, context.Server.PubSub.Channels);

    private static void CountShardSubscribers(CommandContext context) => Count(context, context.Server.PubSub.ShardChannels);

    private static void CountPatterns(CommandContext context) => context.Reply.Integer(context.Server.PubSub.Patterns.Names.Length);

    private static void List(CommandContext context, ChannelTable channels)
    {
        if (context.ArgCount > 3)
        {
            HelpReply.Mismatch(context);
            return;
        }
        List<byte[]> names = channels.Names();
        if (context.ArgCount == 3)
        {
            byte[] pattern = context.Arg(2).ToArray();
            names.RemoveAll(name => !GlobPattern.IsMatch(pattern, name));
        }
        context.Reply.Array(names.Count);
        foreach (byte[] name in names)
            context.Reply.Bulk(name.AsSpan());
    }

    private static void Count(CommandContext context, ChannelTable channels)
    {
        context.Reply.Array((context.ArgCount - 2) * 2);
        for (int i = 2; i < context.ArgCount; i++)
        {
            context.Reply.Bulk(context.Arg(i));
            context.Reply.Integer(channels.CountOf(context.Arg(i)));
        }
    }
}
