using System.Diagnostics;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Settings;
using Pkv.Resp;
using Pkv.Server.Net;
using Pkv.Server.Sessions;

namespace Pkv.Server.PubSub;

/// <summary>
/// Publishes what the commands of one I/O thread publish. Messages wait until the turn is committed (<see cref="HandOver"/>):
/// none tells of a write that a crash could still take away from a restarted server. One connection's messages keep their
/// order. Owner thread only.
/// </summary>
/// <remarks>
/// The running command's own client may subscribe as well (RESP3, or inside EXEC). As in Redis its message stands before the
/// command's reply, if nothing of that is written yet; else after it, where Redis 7.0 would write it in the reply's middle.
/// </remarks>
public sealed class Publisher(ServerState server, IoThread thread, CommandContext context) : IDisposable
{
    private readonly PubSubRegistry _registry = server.PubSub;
    private readonly EventChannel _eventChannel = new();
    private readonly List<SubscriberView> _views = [];
    private readonly List<Delivery> _outbox = [];
    private readonly List<(Subscription To, MessageBody Body)> _own = [];
    private int _ofCommand;
    private bool _hasHandedOver;

    /// <summary>Bytes of messages that wait for the turn's commit, counted once for each thread they go to.</summary>
    public long WaitingBytes { get; private set; }

    /// <summary>The running command published to its own client what must follow its reply.</summary>
    public bool OwesOwn => _own.Count != 0;

    /// <summary>PUBLISH; returns how many subscriptions it reaches.</summary>
    public int Publish(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> payload)
    {
        int receivers = _registry.Channels.Collect(channel, _views);
        if (receivers > 0)
            Send(MessageBody.Make("message"u8, channel, payload), SubscriptionKind.Channel, channel);
        foreach (byte[] pattern in _registry.Patterns.Names)
        {
            if (!GlobPattern.IsMatch(pattern, channel))
                continue;
            int matched = _registry.Patterns.Collect(pattern, _views);
            if (matched > 0)
                Send(MessageBody.Make("pmessage"u8, pattern, channel, payload), SubscriptionKind.Pattern, pattern);
            receivers += matched;
        }
        return receivers;
    }

    /// <summary>SPUBLISH; returns how many subscriptions it reaches.</summary>
    public int PublishToShard(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> payload)
    {
        int receivers = _registry.ShardChannels.Collect(channel, _views);
        if (receivers > 0)
            Send(MessageBody.Make("smessage"u8, channel, payload), SubscriptionKind.Shard, channel);
        return receivers;
    }

    /// <summary>
    /// Publishes a keyspace event, as notify-keyspace-events asks: the event to the key's channel, then the key to the
    /// event's. Source: redis.io/docs/manual/keyspace-notifications.
    /// </summary>
    public void NotifyOf(KeyspaceEvents asked, ReadOnlySpan<byte> name, in KeyRef key)
    {
        if ((asked & KeyspaceEvents.Keyspace) != 0)
            Publish(_eventChannel.Name("__keyspace@"u8, key.Database.Number, key.Span), name);
        if ((asked & KeyspaceEvents.Keyevent) != 0)
            Publish(_eventChannel.Name("__keyevent@"u8, key.Database.Number, name), key.Span);
    }

    public void Dispose() => _eventChannel.Dispose();

    /// <summary>A client's command begins: what waits by now is of earlier ones.</summary>
    public void BeginCommand() => _ofCommand = _outbox.Count;

    /// <summary>
    /// An inner turn begins: what earlier commands published, which are committed, is handed over; what the suspended one did is
    /// put aside.
    /// </summary>
    internal void Suspend(List<Delivery> outbox, List<(Subscription To, MessageBody Body)> own, bool isInCommand)
    {
        int of = isInCommand ? _ofCommand : _outbox.Count;
        Debug.Assert(of <= _outbox.Count, "what earlier commands published stands before what the running one did");
        outbox.AddRange(_outbox[of..]);
        _outbox.RemoveRange(of, _outbox.Count - of);
        own.AddRange(_own);
        _own.Clear();
        HandOver();
        WaitingBytes = 0;
    }

    /// <summary>Undoes <see cref="Suspend"/>.</summary>
    internal void Resume(List<Delivery> outbox, List<(Subscription To, MessageBody Body)> own)
    {
        _outbox.AddRange(outbox);
        foreach (Delivery delivery in outbox)
            WaitingBytes += delivery.Body.Length;
        _own.AddRange(own);
        _ofCommand = 0;
        outbox.Clear();
        own.Clear();
    }

    /// <summary>The turn is committed: its messages go to the threads of their subscribers.</summary>
    public void HandOver()
    {
        if (_outbox.Count == 0)
            return;
        foreach (Delivery delivery in _outbox)
            delivery.To.Owner.Inlet.Take(delivery);
        foreach (IoThread other in server.Threads)
            other.Inlet.Announce(thread);
        _outbox.Clear();
        _ofCommand = 0;
        WaitingBytes = 0;
        _hasHandedOver = true;
    }

    /// <summary>
    /// Waits while other threads have much left to deliver. No stripe is held and the turn is sent, so nobody waits for this
    /// thread meanwhile but its clients.
    /// </summary>
    public void AwaitRoom()
    {
        if (!_hasHandedOver)
            return;
        _hasHandedOver = false;
        foreach (IoThread other in server.Threads)
            other.Inlet.AwaitRoom(thread);
    }

    /// <summary>Writes what the running command owes its own client; its reply is written.</summary>
    public void PayOwn()
    {
        foreach ((Subscription to, MessageBody body) in _own)
        {
            if (!to.IsOver)
                Write(body);
            body.Release();
        }
        _own.Clear();
    }

    /// <summary>
    /// A client is about to be told that a subscription has ended: messages for it that are in flight here are written
    /// before that.
    /// </summary>
    internal void Settle(Subscription subscription)
    {
        if (context.InExec)
            return;
        foreach (Delivery delivery in thread.Inlet.Arrived())
        {
            if (delivery.Concerns(subscription))
                Write(delivery.Body);
        }
        foreach (Delivery delivery in _outbox)
        {
            if (delivery.Concerns(subscription))
                Write(delivery.Body);
        }
    }

    private void Send(MessageBody body, SubscriptionKind kind, ReadOnlySpan<byte> name)
    {
        Connection? told = null;
        if (thread.Current is { Session.Subscriptions: { } subscriptions } current && subscriptions.Find(kind, name) is { } own)
        {
            told = current;
            TellOwn(own, body);
        }
        foreach (SubscriberView view in _views)
        {
            body.Hold();
            _outbox.Add(new Delivery(view, body, told));
            WaitingBytes += body.Length;
        }
        _views.Clear();
        body.Release();
    }

    private void TellOwn(Subscription own, MessageBody body)
    {
        if (!context.InExec && _own.Count == 0 && context.HasNoReplyYet)
        {
            Write(body);
            return;
        }
        body.Hold();
        _own.Add((own, body));
    }

    private unsafe void Write(MessageBody body)
    {
        int at = context.Reply.Output.Length;
        context.Reply.Output.Append(body.Span);
        if (context.Reply.Resp3)
            context.Reply.Output.Base[at] = MessageBody.Resp3Type;
        context.KeepReply();
    }
}
