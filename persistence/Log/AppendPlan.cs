using System.Diagnostics;
using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;

namespace Pkv.Persistence.Log;

/// <summary>
/// Computes how many slots a command's records will need before the first of them is written, from their order and maximum
/// sizes. It packs them as <see cref="AppendLog"/> does, into the open segment and then into one slot after the other, so
/// smaller or fewer records never need more. One for each log, reused; owner thread only.
/// </summary>
public sealed class AppendPlan
{
    /// <summary>What one slot holds of records and their entries.</summary>
    public const long SlotRoom = PoolHeader.SlotBytes - SegmentHeader.SizeBytes - Segment.EntryMarginBytes;

    private readonly List<int> _runs = [];
    private long _room;

    /// <summary>Single slots needed beyond the open segment.</summary>
    public int Singles { get; private set; }

    /// <summary>Records above a slot: how many adjacent slots each of them needs.</summary>
    public IReadOnlyList<int> Runs => _runs;

    /// <summary>Slots needed in all.</summary>
    public long Slots { get; private set; }

    /// <summary>The most bytes of all records and their entries.</summary>
    public long Bytes { get; private set; }

    /// <summary>A record is longer than any segment can be.</summary>
    public bool IsImpossible { get; private set; }

    /// <summary>Clears the plan. Records go first into the open segment, which has this many bytes free.</summary>
    public void Begin(long room)
    {
        Debug.Assert(room >= 0, "room is what is free");
        _runs.Clear();
        _room = room;
        Slots = Bytes = Singles = 0;
        IsImpossible = false;
    }

    /// <summary>Adds one record of at most this many bytes.</summary>
    public void Add(long bytes)
    {
        Debug.Assert(bytes >= 0 && _room is >= 0, "a record takes room, and never more than there is");
        long taken = bytes + CommitEntry.SizeBytes;
        Bytes += taken;
        if (taken <= _room)
            _room -= taken;
        else if (taken <= SlotRoom)
            Open(SlotRoom - taken);
        else
            AddRun(bytes);
    }

    /// <summary>
    /// Records of unknown lengths, entries included of at most so many bytes in all, none above <paramref name="largest"/>, which fits a
    /// slot.
    /// </summary>
    public void AddMany(long bytes, long largest)
    {
        Debug.Assert(bytes >= 0 && largest >= 0, "records take room");
        Bytes += bytes;
        if (bytes <= _room)
        {
            _room -= bytes;
            return;
        }
        bytes -= Math.Clamp(_room - largest, 0, bytes);
        // A segment is left when the next record does not fit: it holds all but less than that one then. Of records above half a
        // slot any two neighbours pass a slot, and nothing is known of the last one.
        bool areShort = largest <= SlotRoom / 2;
        long filled = areShort ? SlotRoom - largest : SlotRoom / 2;
        long slots = (bytes + filled - 1) / filled + (areShort ? 0 : 1);
        Singles += (int)Math.Min(slots, int.MaxValue / 2);
        Slots += slots;
        _room = areShort ? SlotRoom - (bytes - (slots - 1) * filled) : 0;
        Debug.Assert(_room is >= 0 and <= SlotRoom, "what is left of a slot is no more than a slot");
    }

    private void AddRun(long bytes)
    {
        long slots = Segment.SlotsFor(bytes);
        Debug.Assert(slots > 1, "what fits one slot needs no run");
        IsImpossible |= slots > Segment.MaxSlots;
        _runs.Add((int)Math.Min(slots, Segment.MaxSlots));
        Slots += slots;
        // What a large record leaves of its last slot may be little.
        _room = 0;
    }

    private void Open(long room)
    {
        Debug.Assert(room is >= 0 and <= SlotRoom, "what is left of a slot is no more than a slot");
        Singles++;
        Slots++;
        _room = room;
    }
}
