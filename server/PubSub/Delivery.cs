using Pkv.Server.Net;

namespace Pkv.Server.PubSub;

/// <summary>
/// A message in flight to the subscribers on one I/O thread. Holds the body. <paramref name="Told"/>: the publisher's own
/// connection, when it subscribes too and has its message already.
/// </summary>
internal readonly record struct Delivery(SubscriberView To, MessageBody Body, Connection? Told)
{
    /// <summary>Whether this subscription's client is still to get it.</summary>
    public bool Concerns(Subscription subscription) => subscription.Connection != Told && To.Items.AsSpan(0, To.Count).Contains(subscription);
}
