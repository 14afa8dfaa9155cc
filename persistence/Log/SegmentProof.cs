using Pkv.Persistence.Format;
using Pkv.Persistence.Recovery;
using Pkv.Persistence.Segments;

namespace Pkv.Persistence.Log;

/// <summary>
/// Whether memory still holds what was committed. Between a write that the device refused and the moment it was copied out
/// of the page cache the kernel may have dropped a page and read it back old; each entry's checksum tells. Any thread.
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
