using System.Diagnostics;

namespace Pkv.Persistence.Segments;

/// <summary>
/// Slots that one thread has reserved before it needs them: backed by the medium, but with nothing written to them yet, so
/// that they can be returned without a trace. Owner thread only.
/// </summary>
public sealed class SlotClaims(Pool pool)
{
    // First slot and number of slots. A handful; hundreds for a transaction of a gigabyte.
    private readonly List<(int First, int Slots)> _held = [];
    private readonly List<int> _missing = [];

    /// <summary>How many slots and runs are held.</summary>
    public int Count => _held.Count;

    /// <summary>
    /// Ensures that this many single slots and, for each number in <paramref name="runs"/>, that many adjacent ones are held. Takes what
    /// is missing: all of it or, when the pool or the device has it not, nothing.
    /// </summary>
    public bool TryCover(int singles, IReadOnlyList<int> runs, AppendPurpose purpose)
    {
        Debug.Assert(singles >= 0, "a plan needs some slots, or none");
        FindMissing(singles, runs);
        int before = _held.Count;
        lock (pool.Gate)
        {
            for (int i = 0; i < _missing.Count; i++)
            {
                if (TryTake(_missing[i], purpose))
                    continue;
                // Only single slots are missing now: adjacent ones may be withheld for a command that requested them.
                int rest = _missing.Count - i;
                int first = _missing[i] > 1 || rest == 1 ? -1 : pool.TakeLocked(rest, purpose);
                for (int slot = first; first >= 0 && slot < first + rest; slot++)
                    _held.Add((slot, 1));
                if (first >= 0)
                    return true;
                Release(before);
                return false;
            }
        }
        return true;
    }

    private bool TryTake(int slots, AppendPurpose purpose)
    {
        Debug.Assert(slots > 0, "a run has at least one slot");
        int first = pool.TakeLocked(slots, purpose);
        if (first >= 0)
            _held.Add((first, slots));
        return first >= 0;
    }

    /// <summary>Opens a segment for a record of this many bytes in held slots: the fewest that suffice. Null: none do.</summary>
    public Segment? TryOpen(long recordBytes)
    {
        long wanted = Segment.SlotsFor(recordBytes);
        int best = -1;
        for (int i = 0; i < _held.Count; i++)
        {
            if (_held[i].Slots >= wanted && (best < 0 || _held[i].Slots < _held[best].Slots))
                best = i;
        }
        if (best < 0)
            return null;
        (int first, int slots) = _held[best];
        _held.RemoveAt(best);
        Debug.Assert(slots >= wanted, "a segment gets at least the slots that its record needs");
        lock (pool.Gate)
            return pool.OpenLocked(first, slots, AppendPurpose.Write);
    }

    /// <summary>Returns the unused slots.</summary>
    public void Release()
    {
        lock (pool.Gate)
            Release(0);
    }

    // The last ones first: they are the next to be used again.
    private void Release(int from)
    {
        Debug.Assert(from >= 0 && from <= _held.Count, "what was held before stays held");
        for (int i = _held.Count - 1; i >= from; i--)
            pool.GiveBackLocked(_held[i].First, _held[i].Slots);
        _held.RemoveRange(from, _held.Count - from);
    }

    // Long runs first: they are the hardest to find.
    private void FindMissing(int singles, IReadOnlyList<int> runs)
    {
        _missing.Clear();
        _missing.AddRange(runs);
        _missing.Sort(static (a, b) => b.CompareTo(a));
        foreach ((int _, int slots) in _held)
        {
            // The longest that it can serve; a single slot serves no run.
            int served = slots == 1 ? -1 : _missing.FindIndex(wanted => wanted <= slots);
            if (served >= 0)
                _missing.RemoveAt(served);
            else if (slots == 1)
                singles--;
        }
        for (; singles > 0; singles--)
            _missing.Add(1);
    }
}
