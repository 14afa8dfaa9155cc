namespace Pkv.Server.PubSub;

/// <summary>
/// Channels that have subscribers, by name. In parts, each with a lock of its own, held for a lookup at most: publishers
/// of different threads seldom meet. Any thread.
/// </summary>
internal sealed class ChannelTable
{
    private const int PartCount = 64;

    private readonly Part[] _parts = [.. Enumerable.Range(0, PartCount).Select(_ => new Part())];
    private int _count;

    /// <summary>Channels with subscribers.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Add(Subscription subscription)
    {
        Part part = PartOf(subscription.Name);
        lock (part.Lock)
        {
            if (!part.Lists.TryGetValue(subscription.Name, out SubscriberList? list))
            {
                part.Lists.Add(subscription.Name, list = new SubscriberList(subscription.Name));
                Interlocked.Increment(ref _count);
            }
            list.Add(subscription);
        }
    }

    public void Remove(Subscription subscription)
    {
        Part part = PartOf(subscription.Name);
        lock (part.Lock)
        {
            SubscriberList list = part.Lists[subscription.Name];
            list.Remove(subscription);
            if (list.Count > 0)
                return;
            part.Lists.Remove(subscription.Name);
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>Appends views of a channel's subscribers; returns how many these are.</summary>
    public int Collect(ReadOnlySpan<byte> channel, List<SubscriberView> views)
    {
        if (Count == 0)
            return 0;
        Part part = PartOf(channel);
        lock (part.Lock)
        {
            if (!part.BySpan.TryGetValue(channel, out SubscriberList? list))
                return 0;
            list.AppendViews(views);
            return list.Count;
        }
    }

    /// <summary>Subscribers of a channel.</summary>
    public int CountOf(ReadOnlySpan<byte> channel)
    {
        Part part = PartOf(channel);
        lock (part.Lock)
            return part.BySpan.TryGetValue(channel, out SubscriberList? list) ? list.Count : 0;
    }

    /// <summary>The names of all channels with subscribers.</summary>
    public List<byte[]> Names()
    {
        List<byte[]> names = [];
        foreach (Part part in _parts)
        {
            lock (part.Lock)
                names.AddRange(part.Lists.Keys);
        }
        return names;
    }

    private Part PartOf(ReadOnlySpan<byte> name) => _parts[(uint)BytesComparer.Instance.GetHashCode(name) >> 26];

    private sealed class Part
    {
        public Part() => BySpan = Lists.GetAlternateLookup<ReadOnlySpan<byte>>();

        public Lock Lock { get; } = new();
        public Dictionary<byte[], SubscriberList> Lists { get; } = new(BytesComparer.Instance);
        public Dictionary<byte[], SubscriberList>.AlternateLookup<ReadOnlySpan<byte>> BySpan { get; }
    }
}
