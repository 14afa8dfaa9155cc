using System.Diagnostics;

namespace Pkv.Persistence.Segments;

/// <summary>Segments that hold nothing live and wait until no thread and no send refers to them. Under the pool's lock.</summary>
internal sealed class RetiredSegments(EpochTable epochs)
{
    private readonly List<(Segment Segment, long Epoch)> _waiting = [];

    public int Count => _waiting.Count;

    /// <summary>Whether one waits for something that passes: not for a slow reader.</summary>
    public bool AnyUnpinned => _waiting.Exists(static r => !r.Segment.IsPinned);

    public void Add(Segment segment)
    {
        Debug.Assert(segment.State == SegmentState.Retired, "what waits here is retired");
        _waiting.Add((segment, epochs.Advance()));
    }

    /// <summary>Nobody saw these any more when they were taken, but they could not be freed.</summary>
    public void PutBack(List<Segment> segments) => _waiting.AddRange(segments.Select(static s => (s, 0L)));

    /// <summary>Takes those that nobody sees.</summary>
    public List<Segment> TakeInvisible()
    {
        List<Segment> taken = [];
        for (int i = _waiting.Count - 1; i >= 0; i--)
        {
            (Segment segment, long epoch) = _waiting[i];
            if (segment.IsPinned || !epochs.HasPassed(epoch))
                continue;
            Debug.Assert(segment.State == SegmentState.Retired, "what waits here is retired, until it is taken");
            _waiting.RemoveAt(i);
            taken.Add(segment);
        }
        return taken;
    }
}
