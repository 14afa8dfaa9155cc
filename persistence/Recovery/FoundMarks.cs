using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;

namespace Pkv.Persistence.Recovery;

/// <summary>
/// What the cleaner recorded about its victims before the server stopped (<see cref="CleanerMark"/>): which victims it had
/// finished, and which of its copies are redundant because their originals still exist.
/// </summary>
internal sealed unsafe class FoundMarks
{
    private readonly List<(int Index, CleanerMark Kind, ulong Generation, uint Count)> _marks = [];

    /// <summary>Entries up to the last mark.</summary>
    public int EntryCount => _marks.Count == 0 ? 0 : _marks[^1].Index + 1;

    /// <summary>Takes a valid entry of no bytes, in order.</summary>
    public void Add(CommitEntry* entry, int index)
    {
        if ((entry->Flags & EntryFlags.Moved) != 0 && entry->Database is (ushort)CleanerMark.Run or (ushort)CleanerMark.Relies or (ushort)CleanerMark.Emptied)
            _marks.Add((index, (CleanerMark)entry->Database, entry->Sequence, entry->Offset));
    }

    /// <summary>Forgets those from this entry on: they are cut.</summary>
    public void Cut(int index) => _marks.RemoveAll(m => m.Index >= index);

    /// <summary>Adds the generations of victims that the cleaner was through with.</summary>
    /// <param name="emptied">Takes them.</param>
    /// <param name="present">All segments, by generation.</param>
    public void FindEmptied(HashSet<ulong> emptied, Dictionary<ulong, Segment> present)
    {
        bool isWhole = true;
        foreach ((int _, CleanerMark kind, ulong generation, uint count) in _marks)
        {
            if (kind == CleanerMark.Relies)
                isWhole &= present.TryGetValue(generation, out Segment? other) && other.EntryCount >= count;
            else if (kind == CleanerMark.Emptied && isWhole)
                emptied.Add(generation);
            if (kind != CleanerMark.Relies)
                isWhole = true;
        }
    }

    /// <summary>The copies at the segment's end that no other mark follows; false: there are none.</summary>
    /// <param name="index">The mark's entry.</param>
    /// <param name="victim">Generation of the segment that they were copied from.</param>
    public bool TryFindRun(out int index, out ulong victim)
    {
        (index, CleanerMark kind, victim, _) = _marks.Count == 0 ? default : _marks[^1];
        return kind == CleanerMark.Run && victim != 0;
    }
}
