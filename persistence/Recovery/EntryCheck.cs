using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;

namespace Pkv.Persistence.Recovery;

/// <summary>Whether a commit entry is valid: all that tells a committed record from torn or damaged bytes.</summary>
internal static unsafe class EntryCheck
{
    /// <summary>The range lies between header and entry, and the checksum over range and entry is right.</summary>
    public static bool IsValid(Segment segment, CommitEntry* entry, int index)
    {
        ulong end = (ulong)entry->Offset + entry->Length;
        if (entry->Offset < SegmentHeader.SizeBytes || entry->Length == 0
            || end > segment.Bytes - (ulong)(index + 1) * CommitEntry.SizeBytes)
            return false;
        uint crc = Crc32C.Append(segment.Salt, segment.Base + entry->Offset, entry->Length);
        return Crc32C.Append(crc, (byte*)entry, CommitEntry.ChecksummedBytes) == entry->Checksum;
    }
}
