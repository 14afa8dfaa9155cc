using System.Diagnostics;
using Pkv.Persistence.Format;
using Pkv.Persistence.Media;

namespace Pkv.Persistence.Segments;

/// <summary>
/// Records which slot holds which segment, separately from the segments themselves, so that a segment that was lost, wiped
/// or replaced by an older copy is detected. One 8-byte word for each slot, between the pool's header and its first slot. A
/// word claims only what is already durable: that a segment exists once its header does, and that it is gone before its
/// header says so. Therefore no crash, at any store, makes word and header contradict each other. Order: opened: header,
/// then word; sealed: header, then word; freed: word (any from G on), header, word (any from G + 1 on). Thread rule: words
/// of one slot are written under the pool's lock, or by the thread that frees its segment.
/// </summary>
internal sealed unsafe class SegmentDirectory(IMedium medium)
{
    /// <summary>Slots that have a word: those before the first segment. Beyond them only the headers count.</summary>
    public const int Reach = (int)((PoolHeader.SegmentsOffset - PoolHeader.DirectoryOffset) / DirectoryWord.SizeBytes);

    private readonly ulong* _words = (ulong*)(medium.Base + PoolHeader.DirectoryOffset);

    /// <summary>The word as it is stored; 0: never written.</summary>
    public ulong Raw(int slot) => Volatile.Read(ref _words[slot]);

    /// <summary>Where the slot's word lies.</summary>
    public byte* AddressOf(int slot) => (byte*)(_words + slot);

    /// <summary>The highest generation in any word, including words after the pool's last slot.</summary>
    public ulong HighestGeneration()
    {
        ulong highest = 0;
        for (int slot = NextWritten(0); slot < Reach; slot = NextWritten(slot + 1))
        {
            if (DirectoryWord.TryUnpack(slot, Raw(slot), out DirectoryWord word))
                highest = Math.Max(highest, word.Generation);
        }
        return highest;
    }

    /// <summary>The first slot from here on whose word is not zero; the directory's reach if there is none.</summary>
    public int NextWritten(int slot)
    {
        int at = new ReadOnlySpan<ulong>(_words + slot, Reach - slot).IndexOfAnyExcept(0UL);
        return at < 0 ? Reach : slot + at;
    }

    /// <summary>Slots that are about to be the pool's: no segment older than this generation is in them.</summary>
    public void Begin(int from, int to, ulong generation)
    {
        Debug.Assert(from >= 0 && from <= to, "slots are added behind those that there are");
        to = Math.Min(to, Reach);
        if (from >= to)
            return;
        for (int slot = from; slot < to; slot++)
            Volatile.Write(ref _words[slot], DirectoryWord.Absent(generation).Pack(slot));
        PoolFile.Persist(medium, (byte*)(_words + from), (nuint)(to - from) * DirectoryWord.SizeBytes);
    }

    /// <summary>Writes the words that a growth, cut short by a power loss, has left out.</summary>
    public void Complete(int slots)
    {
        for (int slot = 0; slot < Math.Min(slots, Reach); slot++)
        {
            if (Raw(slot) == 0)
                Set(slot, DirectoryWord.Absent(0));
        }
    }

    /// <summary>The segment's header (and, if it says so, its seal) is durable. Nothing is stored when the word says so already.</summary>
    public void Confirm(Segment segment, bool isSealed) => Set(segment.Slot, DirectoryWord.Present(segment.Generation, isSealed));

    /// <summary>Nothing in the segment is needed any more: its header may say so once this is durable.</summary>
    public void BeginRelease(Segment segment) => Set(segment.Slot, DirectoryWord.Absent(segment.Generation));

    /// <summary>The segment's header durably says that it is free: if the segment is found there again, it is an old copy.</summary>
    public void EndRelease(Segment segment) => Set(segment.Slot, DirectoryWord.Absent(segment.Generation + 1));

    /// <summary>One 8-byte store, which no crash tears.</summary>
    public void Set(int slot, DirectoryWord word)
    {
        ulong packed = word.Pack(slot);
        if (slot >= Reach || _words[slot] == packed)
            return;
        Volatile.Write(ref _words[slot], packed);
        PoolFile.Persist(medium, (byte*)(_words + slot), DirectoryWord.SizeBytes);
    }
}
