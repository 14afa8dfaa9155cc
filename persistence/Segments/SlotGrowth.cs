using System.Diagnostics;
using Pkv.Persistence.Format;
using Pkv.Persistence.Media;

namespace Pkv.Persistence.Segments;

/// <summary>
/// How many slots a pool has and may have. Grows the medium, and records the growth in the pool's header and the segment
/// directory. Under the pool's lock, except members marked "any thread".
/// </summary>
internal sealed class SlotGrowth(IMedium medium, SegmentDirectory directory, uint slots, uint maxSlots, int ceiling)
{
    private uint _slots = slots;
    private uint _maxSlots = maxSlots;
    private bool _deviceIsFull;

    /// <summary>Slots that the medium backs. Any thread.</summary>
    public int Slots => (int)Volatile.Read(ref _slots);

    /// <summary>Slots that it may grow to. Any thread.</summary>
    public int MaxSlots => (int)Volatile.Read(ref _maxSlots);

    /// <summary>Slots that <see cref="MaxSlots"/> may be raised to.</summary>
    public int Ceiling => ceiling;

    /// <summary>Slots that could still be added, as far as is known. Any thread.</summary>
    public int Possible => Volatile.Read(ref _deviceIsFull) ? 0 : MaxSlots - Slots;

    /// <summary>Sets the maximum number of slots. False: less than the current maximum, or more than were mapped at startup.</summary>
    public bool TryRaise(long slots)
    {
        if (slots < _maxSlots || slots > ceiling)
            return false;
        Volatile.Write(ref _maxSlots, (uint)slots);
        return true;
    }

    /// <summary>
    /// Adds at least this many slots: an eighth of the current number, at least 8, so that growing costs little however large the pool
    /// becomes (fewer where the medium says so, or has no more room). False: it may not grow so far, or the device is full. They are the last ones then.
    /// </summary>
    /// <param name="atLeast">Slots.</param>
    /// <param name="generation">Of the next segment: nothing older is in them.</param>
    public bool TryGrow(uint atLeast, ulong generation)
    {
        Debug.Assert(_slots <= _maxSlots && _maxSlots <= ceiling, "a pool backs no more slots than it may have, nor may have more than are mapped");
        uint target = Math.Min(_maxSlots, _slots + Math.Max(Math.Max(8, atLeast), Math.Min(_slots / 8, (uint)medium.GrowthSlotsMax)));
        target = medium.HasRoomFor(PoolFile.BytesFor(target)) ? target : Math.Min(target, _slots + atLeast);
        if (target < _slots + atLeast)
            return false;
        // A limit that the file system does not report (a quota, ulimit -f) may still leave enough room for what is needed.
        bool grown = TryExtend(target) || (target > _slots + atLeast && TryExtend(target = _slots + atLeast));
        Volatile.Write(ref _deviceIsFull, !grown);
        if (grown)
            Add(target, generation);
        return grown;
    }

    private bool TryExtend(uint slots)
    {
        try
        {
            medium.Extend(PoolFile.BytesFor(slots));
            return true;
        }
        catch (MediumException)
        {
            return false;
        }
    }

    /// <summary>Grows to all it may have, and faults everything in. Before the pool is used.</summary>
    public void Prefault(ulong generation, Func<int, bool> populate, Action<long, long>? progress)
    {
        medium.Extend(PoolFile.BytesFor(_maxSlots));
        Add(_maxSlots, generation);
        for (int slot = 0; slot < _slots; slot++)
        {
            if (!populate(slot))
                throw new MediumException($"not enough memory to prefault the pool beyond {(long)slot * PoolHeader.SlotBytes >> 20} MiB; lower --pool-size or set --prefault no");
            progress?.Invoke((long)(slot + 1) * PoolHeader.SlotBytes, (long)_slots * PoolHeader.SlotBytes);
        }
    }

    private void Add(uint target, ulong generation)
    {
        Debug.Assert(target >= _slots && target <= _maxSlots, "a pool only grows, as far as it may");
        directory.Begin((int)_slots, (int)target, generation);
        if (medium.DrainIsDurable)
            PoolFile.SetSlots(medium, target);
        Volatile.Write(ref _slots, target);
    }
}
