using Pkv.Server.Net;

namespace Pkv.Server.PubSub;

/// <summary>
/// Who subscribed to a name, on one I/O thread, as it stood when a message was published: the first <paramref name="Count"/>
/// of the array. They never move in it, so a view needs no lock; those that ended meanwhile say so themselves.
/// </summary>
public readonly record struct SubscriberView(IoThread Owner, Subscription[] Items, int Count);
