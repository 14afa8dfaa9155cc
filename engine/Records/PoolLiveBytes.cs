using Pkv.Persistence.Segments;

namespace Pkv.Engine.Records;

/// <summary>How many bytes of the pool live keys point at: what all threads have counted, added up. Any thread; a moment old.</summary>
public sealed class PoolLiveBytes(int threads, int slots)
{
    private readonly LiveBytes[] _threads = [.. Enumerable.Range(0, threads).Select(_ => new LiveBytes(slots))];

    /// <summary>The counts of one thread, which it alone changes.</summary>
    public LiveBytes this[int thread] => _threads[thread];

    /// <summary>How many threads count.</summary>
    public int Threads => _threads.Length;

    /// <summary>Bytes of a segment; exact once it is sealed.</summary>
    public long Of(Segment segment)
    {
        long bytes = 0;
        for (int slot = segment.Slot; slot < segment.Slot + segment.Slots; slot++)
            bytes += OfSlot(slot);
        return bytes;
    }

    /// <summary>Bytes of one slot.</summary>
    public long OfSlot(int slot)
    {
        long bytes = 0;
        foreach (LiveBytes live in _threads)
            bytes += live.Of(slot);
        return bytes;
    }

    /// <summary>Bytes of all slots.</summary>
    public long Total
    {
        get
        {
            long bytes = 0;
            foreach (LiveBytes live in _threads)
                bytes += live.Total;
            return bytes;
        }
    }
}
