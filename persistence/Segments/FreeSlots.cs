namespace Pkv.Persistence.Segments;

/// <summary>
/// A pool's free slots, low ones used first, and which slots are faulted in. Under the pool's lock, but for
/// <see cref="Count"/>.
/// </summary>
internal sealed class FreeSlots(int maxSlots)
{
    private readonly Stack<int> _free = new();
    private readonly bool[] _isPopulated = new bool[maxSlots];
    private int _count;

    /// <summary>Any thread.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The slot to be used next from now on.</summary>
    public void Add(int slot)
    {
        _free.Push(slot);
        Volatile.Write(ref _count, _free.Count);
    }

    /// <summary>Slots from <paramref name="first"/> up to, not including, <paramref name="end"/>, to be used after all others.</summary>
    public void AddBehind(int first, int end)
    {
        int[] before = [.. _free];
        _free.Clear();
        for (int slot = end - 1; slot >= first; slot--)
            _free.Push(slot);
        for (int i = before.Length - 1; i >= 0; i--)
            _free.Push(before[i]);
        Volatile.Write(ref _count, _free.Count);
    }

    /// <summary>Takes the next one; there is one.</summary>
    public int Take()
    {
        int slot = _free.Pop();
        Volatile.Write(ref _count, _free.Count);
        return slot;
    }

    /// <summary>Takes so many adjacent ones and returns the first, or -1. Rare (values above 4 MiB), so a plain scan.</summary>
    public int TakeAdjacent(int slots)
    {
        int[] sorted = [.. _free.Order()];
        for (int i = 0; i + slots <= sorted.Length; i++)
        {
            int first = sorted[i];
            if (sorted[i + slots - 1] != first + slots - 1)
                continue;
            int[] kept = [.. _free.Where(s => s < first || s >= first + slots)];
            _free.Clear();
            foreach (int slot in kept.Reverse())
                _free.Push(slot);
            Volatile.Write(ref _count, _free.Count);
            return first;
        }
        return -1;
    }

    /// <summary>Among the next so many, the first that is not faulted in, or -1.</summary>
    public int NextUnpopulated(int among) => _free.Take(among).FirstOrDefault(s => !_isPopulated[s], -1);

    public bool IsPopulated(int slot) => _isPopulated[slot];

    public void SetPopulated(int slot) => _isPopulated[slot] = true;
}
