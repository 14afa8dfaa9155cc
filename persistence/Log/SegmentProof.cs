using Pkv.Persistence.Format;
using Pkv.Persistence.Recovery;
using Pkv.Persistence.Segments;

namespace Pkv.Persistence.Log;

/// <summary>
/// Checks whether memory still holds what was committed. After the device refused a write, and until the page was copied
/// out of the page cache, the kernel may have dropped the page and read an old version back; the checksums of the entries
/// show that. Any thread.
/// </summary>
internal static unsafe class SegmentProof
{
    /// <summary>The first of these segments that lost something; null while all are whole. One that is being freed does not count.</summary>
    public static Segment? FirstTorn(List<Segment> segments)
    {
        foreach (Segment segment in segments)
        {
            if (IsLive(segment) && !IsWhole(segment) && IsLive(segment))
                return segment;
        }
        return null;
    }

    private static bool IsLive(Segment segment) => segment.State is SegmentState.Open or SegmentState.Sealed or SegmentState.Cleaning;

    private static bool IsWhole(Segment segment)
    {
        int count = segment.CommittedEntries;
        for (int i = 0; i < count; i++)
        {
            if (!EntryCheck.IsValid(segment, segment.EntryAt(i), i))
                return false;
        }
        return ((SegmentHeader*)segment.Base)->Checksum == SegmentHeader.ComputeChecksum((SegmentHeader*)segment.Base);
    }
}
