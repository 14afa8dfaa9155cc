namespace Pkv.Bench.Tracking;

/// <summary>An ordered map of ranges: .NET's SortedSet, a red-black tree, in which ranges that overlap count as equal.</summary>
internal sealed class RangeTree : IRangeTracker
{
    private readonly SortedSet<TrackedRange> _ranges = new(new ByPlace());

    public string Title => "red-black tree of ranges";

    public bool TracksAny(long start, long bytes) => _ranges.Contains(new TrackedRange(start, start + bytes, 0));

    public long ContentAt(long start, long bytes, out long content)
    {
        bool found = _ranges.TryGetValue(new TrackedRange(start, start + 1, 0), out TrackedRange range);
        content = found ? range.Content + start - range.Start : 0;
        return found ? Math.Min(bytes, range.End - start) : 0;
    }

    public void Insert(long start, long bytes, long content) => _ranges.Add(new TrackedRange(start, start + bytes, content));

    public void Remove(long start, long bytes) => _ranges.Remove(new TrackedRange(start, start + bytes, 0));

    public void Dispose()
    {
        // Managed memory only.
    }

    private sealed class ByPlace : IComparer<TrackedRange>
    {
        public int Compare(TrackedRange x, TrackedRange y) => x.End <= y.Start ? -1 : x.Start >= y.End ? 1 : 0;
    }
}
