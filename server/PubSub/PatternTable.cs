namespace Pkv.Server.PubSub;

/// <summary>
/// Patterns that have subscribers. Every message is tried with every one of them, without a lock: the array that
/// <see cref="Names"/> returns is replaced, never changed. Any thread.
/// </summary>
internal sealed class PatternTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<byte[], SubscriberList> _lists = new(BytesComparer.Instance);
    private volatile byte[][] _names = [];

    /// <summary>The different patterns, in no order that means anything.</summary>
    public byte[][] Names => _names;

    public void Add(Subscription subscription)
    {
        lock (_lock)
        {
            if (!_lists.TryGetValue(subscription.Name, out SubscriberList? list))
            {
                _lists.Add(subscription.Name, list = new SubscriberList(subscription.Name));
                _names = [.. _names, subscription.Name];
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
            _names = [.. _names.Where(name => name != list.Name)];
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
}
