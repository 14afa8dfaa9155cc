using System.Diagnostics;

namespace Pkv.Persistence.Segments;

/// <summary>
/// On a medium that needs a sync: the segments with data that is not on the device yet. Thread rule: every call is made
/// under the pool's lock.
/// </summary>
internal sealed class UnsyncedSegments
{
    private readonly List<Segment> _segments = [];
    private readonly List<(Segment Segment, bool IsSealed)> _syncing = [];

    public void Add(Segment segment)
    {
        Debug.Assert(segment.State == SegmentState.Open, "what is opened is not on the device yet");
        _segments.Add(segment);
    }

    /// <summary>A sync is about to begin: those that it concerns. Who needs no other one is forgotten.</summary>
    public void Collect(List<Segment> segments)
    {
        segments.Clear();
        _segments.RemoveAll(HoldsNothing);
        segments.AddRange(_segments);
        _syncing.Clear();
        foreach (Segment segment in _segments)
            _syncing.Add((segment, segment.State != SegmentState.Open));
        _segments.RemoveAll(s => s.IsClosed && s.AttestedEntries >= s.EntryCount);
    }

    /// <summary>The sync has succeeded: the directory may tell of what was collected, as it was then.</summary>
    public void Confirm(SegmentDirectory directory)
    {
        foreach ((Segment segment, bool isSealed) in _syncing)
        {
            if (!HoldsNothing(segment))
                directory.Confirm(segment, isSealed);
        }
        _syncing.Clear();
    }

    /// <summary>
    /// It is being freed, or was: header and directory word are no more about this life, and not to be written for it. What is
    /// not retired yet cannot become free while the pool's lock is held.
    /// </summary>
    public static bool HoldsNothing(Segment segment) => segment.State is SegmentState.Retired or SegmentState.Free;
}
