namespace Pkv.Bench.Tracking;

/// <summary>Ranges in an array in the order of their addresses: halved to search, shifted to insert.</summary>
internal sealed class SortedRanges : IRangeTracker
{
    private TrackedRange[] _ranges = new TrackedRange[64];
    private int _count;

    public string Title => "sorted array of ranges";

    public bool TracksAny(long start, long bytes)
    {
        int next = FirstEndingBehind(start);
        return next < _count && _ranges[next].Start < start + bytes;
    }

    public long ContentAt(long start, long bytes, out long content)
    {
        int next = FirstEndingBehind(start);
        bool found = next < _count && _ranges[next].Start <= start;
        content = found ? _ranges[next].Content + start - _ranges[next].Start : 0;
        return found ? Math.Min(bytes, _ranges[next].End - start) : 0;
    }

    public void Insert(long start, long bytes, long content)
    {
        if (_count == _ranges.Length) Array.Resize(ref _ranges, 2 * _count);
        int at = FirstEndingBehind(start);
        Array.Copy(_ranges, at, _ranges, at + 1, _count++ - at);
        _ranges[at] = new TrackedRange(start, start + bytes, content);
    }

    public void Remove(long start, long bytes)
    {
        int at = FirstEndingBehind(start);
        if (at < _count && _ranges[at].Start < start + bytes) Array.Copy(_ranges, at + 1, _ranges, at, --_count - at);
    }

    public void Dispose()
    {
        // Managed memory only.
    }

    private int FirstEndingBehind(long address)
    {
        int low = 0, high = _count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ranges[middle].End <= address) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
