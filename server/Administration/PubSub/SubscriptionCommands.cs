using Pkv.Engine.Commands;
using Pkv.Engine.Execution;
using Pkv.Server.Net;
using Pkv.Server.PubSub;
using Pkv.Server.Sessions;

namespace Pkv.Server.Administration.PubSub;

/// <summary>
/// (P|S)SUBSCRIBE and (P|S)UNSUBSCRIBE: one confirmation for each name, out of band in RESP3. Allowed inside MULTI, but for
/// SSUBSCRIBE. Source: redis.io/commands/subscribe, texts and order of Redis 7.0.15.
/// </summary>
internal static unsafe class SubscriptionCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("subscribe", &Subscribe);
        bindings.Bind("psubscribe", &SubscribePattern);
        bindings.Bind("ssubscribe", &SubscribeShard, LockMode.None);
        bindings.Bind("unsubscribe", &Unsubscribe);
        bindings.Bind("punsubscribe", &UnsubscribePattern);
        bindings.Bind("sunsubscribe", &UnsubscribeShard, LockMode.None);
    }

    private static void Subscribe(CommandContext context) => Begin(context, SubscriptionKind.Channel, "subscribe"u8);

    private static void SubscribePattern(CommandContext context) => Begin(context, SubscriptionKind.Pattern, "psubscribe"u8);

    private static void SubscribeShard(CommandContext context)
    {
        if (context.InExec)
            context.Reply.Error("ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client"u8);
        else
            Begin(context, SubscriptionKind.Shard, "ssubscribe"u8);
    }

    private static void Unsubscribe(CommandContext context) => End(context, SubscriptionKind.Channel, "unsubscribe"u8);

    private static void UnsubscribePattern(CommandContext context) => End(context, SubscriptionKind.Pattern, "punsubscribe"u8);

    private static void UnsubscribeShard(CommandContext context) => End(context, SubscriptionKind.Shard, "sunsubscribe"u8);

    private static void Begin(CommandContext context, SubscriptionKind kind, ReadOnlySpan<byte> word)
    {
        Connection connection = context.IoThread.Current!;
        SessionSubscriptions subscriptions = context.Session.Subscriptions ??= new SessionSubscriptions();
        for (int i = 1; i < context.ArgCount && !IsOver(connection); i++)
        {
            if (subscriptions.Find(kind, context.Arg(i)) is null)
                subscriptions.Add(context.Server.PubSub, new Subscription(connection, kind, context.Arg(i).ToArray()));
            Confirm(context, kind, word, context.Arg(i));
            context.IoThread.Inner.ServeBehindReplies(i);
        }
    }

    private static void End(CommandContext context, SubscriptionKind kind, ReadOnlySpan<byte> word)
    {
        if (context.ArgCount == 1)
        {
            EndAll(context, kind, word);
            return;
        }
        Connection connection = context.IoThread.Current!;
        for (int i = 1; i < context.ArgCount && !IsOver(connection); i++)
        {
            if (context.Session.Subscriptions?.Find(kind, context.Arg(i)) is { } subscription)
                End(context, subscription);
            Confirm(context, kind, word, context.Arg(i));
            context.IoThread.Inner.ServeBehindReplies(i);
        }
    }

    private static void EndAll(CommandContext context, SubscriptionKind kind, ReadOnlySpan<byte> word)
    {
        if (context.Session.Subscriptions is not { } subscriptions || subscriptions.Count(kind) == 0)
        {
            context.Reply.Push(3);
            context.Reply.Bulk(word);
            context.Reply.Null();
            context.Reply.Integer(CountShown(context.Session, kind));
            context.KeepReply();
            return;
        }
        Connection connection = context.IoThread.Current!;
        int step = 0;
        foreach (Subscription subscription in subscriptions.All(kind).ToArray())
        {
            if (IsOver(connection))
                return;
            End(context, subscription);
            Confirm(context, kind, word, subscription.Name);
            context.IoThread.Inner.ServeBehindReplies(++step);
        }
    }

    // It was closed, or is to be, in the middle of the command.
    private static bool IsOver(Connection connection) => connection.IsClosed || connection.ClosesAtEnd;

    private static void End(CommandContext context, Subscription subscription)
    {
        context.IoThread.Publisher.Settle(subscription);
        context.Session.Subscriptions!.Remove(context.Server.PubSub, subscription);
    }

    private static void Confirm(CommandContext context, SubscriptionKind kind, ReadOnlySpan<byte> word, ReadOnlySpan<byte> name)
    {
        context.Reply.Push(3);
        context.Reply.Bulk(word);
        context.Reply.Bulk(name);
        context.Reply.Integer(CountShown(context.Session, kind));
        context.KeepReply();
    }

    // Channels and patterns are counted together, shard channels by themselves.
    private static int CountShown(Session session, SubscriptionKind kind)
    {
        if (session.Subscriptions is not { } subscriptions)
            return 0;
        return kind == SubscriptionKind.Shard ? subscriptions.Count(SubscriptionKind.Shard)
            : subscriptions.Count(SubscriptionKind.Channel) + subscriptions.Count(SubscriptionKind.Pattern);
    }
}
