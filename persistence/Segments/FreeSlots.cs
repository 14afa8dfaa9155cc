using System.Diagnostics;

namespace Pkv.Persistence.Segments;

/// <summary>
/// A pool's free slots, and which of them are prefaulted. Recently freed slots are used first, and slots between used ones
/// before adjacent ones; several at once are taken from the pool's upper end, so that free slots stay together. A window
/// can be withheld: slots that become free in it are kept for a segment of several slots. Under the pool's lock, except
/// <see cref="Count"/> and <see cref="Withheld"/>.
/// </summary>
internal sealed class FreeSlots(int maxSlots)
{
    // How many free slots are examined to find one between used ones.
    private const int SearchDepth = 8;

    // In the order of use: the next one is the last.
    private readonly List<int> _free = [];
    private readonly bool[] _isFree = new bool[maxSlots];
    private readonly bool[] _isPopulated = new bool[maxSlots];
    private int _count;
    private int _withheld;
    private int _windowStart;
    private int _windowEnd;

    /// <summary>Free slots, withheld ones included. Any thread.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Those of them that are withheld. Any thread.</summary>
    public int Withheld => Volatile.Read(ref _withheld);

    /// <summary>Whether a slot is one of those that are withheld as they become free.</summary>
    public bool IsInWindow(int slot) => slot >= _windowStart && slot < _windowEnd;

    /// <summary>There is a window. Any thread.</summary>
    public bool HasWindow => Volatile.Read(ref _windowEnd) != 0;

    /// <summary>The length of the longest run outside the window; stops looking once it has found one of <paramref name="enough"/>.</summary>
    public int LongestRun(int enough)
    {
        int longest = 0, length = 0;
        for (int slot = 0; slot < maxSlots && longest < enough; slot++)
        {
            length = _isFree[slot] && !IsInWindow(slot) ? length + 1 : 0;
            longest = Math.Max(longest, length);
        }
        return longest;
    }

    /// <summary>From now on the free slots from here up to <paramref name="end"/> are taken together or not at all; an empty window ends that.</summary>
    public void Withhold(int start, int end)
    {
        Debug.Assert(start >= 0 && start <= end && end <= maxSlots, "the window lies within the pool");
        for (int slot = _windowStart; slot < _windowEnd; slot++)
        {
            if (_isFree[slot])
                _free.Add(slot);
        }
        _windowStart = start;
        Volatile.Write(ref _windowEnd, end);
        _free.RemoveAll(IsInWindow);
        CountFree();
    }

    /// <summary>The slot to be used next from now on.</summary>
    public void Add(int slot)
    {
        if (_isFree[slot])
            throw new InvalidOperationException($"slot {slot} is free already: it would be used twice");
        _isFree[slot] = true;
        if (!IsInWindow(slot))
            _free.Add(slot);
        CountFree();
    }

    /// <summary>Adjacent slots to be used next from now on.</summary>
    public void AddRun(int first, int slots)
    {
        for (int slot = first + slots - 1; slot >= first; slot--)
            Add(slot);
    }

    /// <summary>Slots from <paramref name="first"/> up to, not including, <paramref name="end"/>, to be used after all others.</summary>
    public void AddBehind(int first, int end)
    {
        List<int> behind = [];
        for (int slot = end - 1; slot >= first; slot--)
        {
            Debug.Assert(!_isFree[slot], "a slot that is added to the pool was not there before");
            _isFree[slot] = true;
            // A window may have been chosen before the pool has grown to its end.
            if (!IsInWindow(slot))
                behind.Add(slot);
        }
        _free.InsertRange(0, behind);
        CountFree();
    }

    /// <summary>Takes the next one, or returns -1: all that are free are withheld.</summary>
    public int Take()
    {
        if (_free.Count == 0)
            return -1;
        int at = _free.Count - 1;
        for (int i = at; i >= Math.Max(0, _free.Count - SearchDepth); i--)
        {
            if (IsAlone(_free[i]))
            {
                at = i;
                break;
            }
        }
        int slot = _free[at];
        Debug.Assert(_isFree[slot] && !IsInWindow(slot), "what is taken is free, and nobody else waits for it");
        _free.RemoveAt(at);
        _isFree[slot] = false;
        CountFree();
        return slot;
    }

    /// <summary>
    /// Takes this many adjacent slots and returns the first, or -1: the upper end of the shortest run that is long enough. Rare
    /// (values above 4 MiB), so a plain scan.
    /// </summary>
    /// <param name="slots">How many.</param>
    /// <param name="mayTakeWindow">Withheld ones may be among them.</param>
    public int TakeAdjacent(int slots, bool mayTakeWindow)
    {
        Debug.Assert(slots > 0, "adjacent slots are at least one");
        int best = FindRun(slots, mayTakeWindow);
        if (best < 0)
            return -1;
        Debug.Assert(best + slots <= maxSlots, "a run lies within the pool");
        bool takesWindow = _windowStart < best + slots && _windowEnd > best;
        _free.RemoveAll(s => s >= best && s < best + slots);
        for (int slot = best; slot < best + slots; slot++)
            _isFree[slot] = false;
        CountFree();
        if (takesWindow)
            Withhold(0, 0);
        return best;
    }

    /// <summary>The first slot among the next ones that is not prefaulted, or -1.</summary>
    public int NextUnpopulated(int among)
    {
        for (int i = _free.Count - 1; i >= Math.Max(0, _free.Count - among); i--)
        {
            if (!_isPopulated[_free[i]])
                return _free[i];
        }
        return -1;
    }

    public bool IsPopulated(int slot) => _isPopulated[slot];

    public void SetPopulated(int slot) => _isPopulated[slot] = true;

    // The upper end of the shortest run that is long enough, or -1.
    private int FindRun(int slots, bool mayTakeWindow)
    {
        int best = -1, bestLength = int.MaxValue, length = 0;
        for (int slot = 0; slot <= maxSlots; slot++)
        {
            if (slot < maxSlots && _isFree[slot] && (mayTakeWindow || !IsInWindow(slot)))
            {
                length++;
                continue;
            }
            if (length >= slots && length <= bestLength)
                (best, bestLength) = (slot - slots, length);
            length = 0;
        }
        return best;
    }

    private bool IsAlone(int slot) => (slot == 0 || !_isFree[slot - 1]) && (slot + 1 >= maxSlots || !_isFree[slot + 1]);

    private void CountFree()
    {
        int withheld = 0;
        for (int slot = _windowStart; slot < _windowEnd; slot++)
            withheld += _isFree[slot] ? 1 : 0;
        Debug.Assert(_free.Count + withheld <= maxSlots, "no free slot is counted twice");
        Volatile.Write(ref _withheld, withheld);
        Volatile.Write(ref _count, _free.Count + withheld);
    }
}
