namespace Pkv.Server.PubSub;

/// <summary>
/// Patterns that have subscribers. Every message is tried with every one of them, without a lock: the array that
/// <see cref="Names"/> returns is replaced, never changed. It is made when a message asks for it, so that a client that comes or
/// goes with many patterns does not copy it for each: a message costs a look at every pattern anyway. Any thread.
/// </summary>
internal sealed class PatternTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<byte[], SubscriberList> _lists = new(BytesComparer.Instance);

    // Null: patterns came or went since it was made.
    private volatile byte[][]? _names = [];

    /// <summary>The different patterns, in no order that means anything.</summary>
    public byte[][] Names => _names ?? MakeNames();

    public void Add(Subscription subscription)
    {
        lock (_lock)
        {
            if (!_lists.TryGetValue(subscription.Name, out SubscriberList? list))
            {
                _lists.Add(subscription.Name, list = new SubscriberList(subscription.Name));
                _names = null;
            }
            list.Add(subscription);
        }
    }

    public void Remove(Subscription subscription)
    {
        lock (_lock)
        {
            SubscriberList list = _lists[subscription.Name];
            list.Remove(subscription);
            if (list.Count > 0)
                return;
            _lists.Remove(subscription.Name);
            _names = null;
        }
    }

    /// <summary>Appends views of a pattern's subscribers; returns how many these are.</summary>
    public int Collect(byte[] pattern, List<SubscriberView> views)
    {
        lock (_lock)
        {
            // Its last subscriber may have left since the names were read.
            if (!_lists.TryGetValue(pattern, out SubscriberList? list))
                return 0;
            list.AppendViews(views);
            return list.Count;
        }
    }

    private byte[][] MakeNames()
    {
        lock (_lock)
            return _names ??= [.. _lists.Keys];
    }
}
