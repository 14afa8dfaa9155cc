namespace Pkv.Bench.Tracking;

/// <summary>
/// Which pages of a program have their content elsewhere, and where: what an engine asks for every copy, receive, send and fault.
/// Ranges are whole pages and do not overlap.
/// </summary>
internal interface IRangeTracker : IDisposable
{
    /// <summary>For the table.</summary>
    string Title { get; }

    /// <summary>Is any page of this range tracked?</summary>
    bool TracksAny(long start, long bytes);

    /// <summary>The content's address, and how many bytes of this range have it in one piece from there on; 0 when the first page is not tracked.</summary>
    long ContentAt(long start, long bytes, out long content);

    void Insert(long start, long bytes, long content);

    void Remove(long start, long bytes);
}
