using Pkv.Server.Net;

namespace Pkv.Server.PubSub;

/// <summary>
/// The subscribers of one channel or pattern, by the I/O thread that owns them. Guarded by the lock of the table that
/// holds it; views outlive the lock. Both ways in and out take constant time, amortized: who leaves stays in the array,
/// marked, until half of it has left.
/// </summary>
internal sealed class SubscriberList(byte[] name)
{
    private const int FirstCapacity = 4;

    private readonly List<Share> _shares = [];

    public byte[] Name { get; } = name;

    /// <summary>Subscribers now.</summary>
    public int Count { get; private set; }

    public void Add(Subscription subscription)
    {
        IoThread owner = subscription.Connection.Owner;
        Share? share = _shares.Find(s => s.Owner == owner);
        if (share is null)
            _shares.Add(share = new Share(owner));
        if (share.Used == share.Items.Length)
            share.Compact(Math.Max(FirstCapacity, share.Active * 2));
        share.Items[share.Used++] = subscription;
        share.Active++;
        Count++;
    }

    public void Remove(Subscription subscription)
    {
        subscription.IsOver = true;
        int at = _shares.FindIndex(s => s.Owner == subscription.Connection.Owner);
        Share share = _shares[at];
        Count--;
        if (--share.Active == 0)
            _shares.RemoveAt(at);
        else if (share.Active < share.Used / 2)
            share.Compact(share.Active * 2);
    }

    public void AppendViews(List<SubscriberView> views)
    {
        foreach (Share share in _shares)
            views.Add(new SubscriberView(share.Owner, share.Items, share.Used));
    }

    private sealed class Share(IoThread owner)
    {
        public IoThread Owner { get; } = owner;
        public Subscription[] Items { get; private set; } = [];
        public int Used { get; set; }
        public int Active { get; set; }

        // Into another array: views of the old one are still in use.
        public void Compact(int capacity)
        {
            Subscription[] kept = new Subscription[capacity];
            int count = 0;
            for (int i = 0; i < Used; i++)
            {
                if (!Items[i].IsOver)
                    kept[count++] = Items[i];
            }
            Items = kept;
            Used = count;
        }
    }
}
