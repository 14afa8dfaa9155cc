using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;

namespace Pkv.Persistence.Recovery;

/// <summary>Decides whether a commit entry is valid, which distinguishes a committed record from torn or damaged bytes.</summary>
internal static unsafe class EntryCheck
{
    /// <summary>
    /// The range lies between header and entry, and the checksum over range and entry is right. An entry of no bytes stands
    /// for one that a salvage gave up.
    /// </summary>
    public static bool IsValid(Segment segment, CommitEntry* entry, int index)
    {
        uint bytes = SummedBytes(segment, entry, index);
        if (bytes == 0 && entry->Length != 0)
            return false;
        uint crc = Crc32C.Append(segment.Salt, segment.Base + (bytes == 0 ? 0 : entry->Offset), bytes);
        return CommitEntry.ComputeChecksum(crc, entry, index) == entry->Checksum;
    }

    /// <summary>How many bytes of record the entry's checksum covers; 0 where its range cannot be one.</summary>
    public static uint SummedBytes(Segment segment, CommitEntry* entry, int index) =>
        entry->Offset >= SegmentHeader.SizeBytes
        && (ulong)entry->Offset + entry->Length <= segment.Bytes - (ulong)(index + 1) * CommitEntry.SizeBytes ? entry->Length : 0;
}
