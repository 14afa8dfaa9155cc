namespace Pkv.Ycsb.Engine;

/// <summary>
/// The replies that a connection awaits, in the order of their requests, which is the order in which they come. A ring that
/// grows as far as it must and then allocates no more.
/// </summary>
internal sealed class AwaitedReplies
{
    private Entry[] _entries;
    private int _first;

    /// <param name="capacity">Replies that are likely to be awaited at once.</param>
    public AwaitedReplies(int capacity) => _entries = new Entry[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, capacity))];

    public int Count { get; private set; }

    /// <param name="slot">Whose operation asked.</param>
    /// <param name="expectation">For what.</param>
    /// <param name="scanned">Of a scan: which of its records.</param>
    public void Add(OperationSlot slot, Expectation expectation, int scanned = 0)
    {
        if (Count == _entries.Length) Grow();
        _entries[(_first + Count++) & (_entries.Length - 1)] = new Entry(slot, expectation, scanned);
        slot.Awaited++;
    }

    /// <summary>The one whose reply comes next; there must be one.</summary>
    public Entry Take()
    {
        if (Count == 0) throw new IOException("a reply that nothing was asked for");
        Entry entry = _entries[_first];
        _first = (_first + 1) & (_entries.Length - 1);
        Count--;
        entry.Slot.Awaited--;
        return entry;
    }

    private void Grow()
    {
        Entry[] larger = new Entry[_entries.Length * 2];
        for (int i = 0; i < Count; i++) larger[i] = _entries[(_first + i) & (_entries.Length - 1)];
        (_entries, _first) = (larger, 0);
    }

    /// <summary>One awaited reply.</summary>
    public readonly record struct Entry(OperationSlot Slot, Expectation Expectation, int Scanned);
}
