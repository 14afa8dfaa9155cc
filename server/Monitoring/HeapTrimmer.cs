using Pkv.Engine.Keyspace;

namespace Pkv.Server.Monitoring;

/// <summary>
/// The C library keeps freed memory. When much of the memory of index and collections has been freed, and no more is being
/// freed, this returns it to the system, so that a peak does not last forever. One thread only.
/// </summary>
internal sealed class HeapTrimmer(ServerState server)
{
    private const long LookEveryMs = 1000;

    // Less is not worth the walk through the heap.
    private const long WorthBytes = 64L << 20;

    private long _nextLookMs;
    private long _peakBytes;
    private long _lastBytes;

    /// <summary>Looks once a second. Trims when a fourth of the peak has gone, and the last second took little.</summary>
    public void Run(long nowMs)
    {
        if (nowMs < _nextLookMs)
            return;
        _nextLookMs = nowMs + LookEveryMs;
        long bytes = server.Keyspace.IndexBytes + KeyspaceState.CollectionBytes;
        bool isFalling = _lastBytes - bytes > WorthBytes / 16;
        _lastBytes = bytes;
        _peakBytes = Math.Max(_peakBytes, bytes);
        if (isFalling || _peakBytes - bytes < Math.Max(WorthBytes, _peakBytes / 4))
            return;
        NativeHeap.Trim();
        _peakBytes = bytes;
    }
}
