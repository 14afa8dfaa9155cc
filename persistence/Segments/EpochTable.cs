using System.Runtime.InteropServices;

namespace Pkv.Persistence.Segments;

/// <summary>
/// Epoch-based reclamation: a thread that may hold pointers into segments announces the epoch in which it
/// began; what was retired in an epoch is reused once every thread has been seen in a later one, or idle.
/// </summary>
public sealed unsafe class EpochTable : IDisposable
{
    private const int StrideLongs = 8;
    private const long Idle = long.MaxValue;

    private readonly long* _announced;
    private long _current = 1;

    public EpochTable(int threads)
    {
        Threads = threads;
        _announced = (long*)NativeMemory.AlignedAlloc((nuint)(threads * StrideLongs * sizeof(long)), 64);
        for (int i = 0; i < threads; i++)
            _announced[i * StrideLongs] = Idle;
    }

    public int Threads { get; }

    /// <summary>The thread may now read pool pointers, until <see cref="Leave"/>.</summary>
    public void Enter(int thread)
    {
        // A full fence: the announcement must be seen before any pointer is read under it.
        Interlocked.Exchange(ref _announced[thread * StrideLongs], Volatile.Read(ref _current));
    }

    public void Leave(int thread) => Volatile.Write(ref _announced[thread * StrideLongs], Idle);

    /// <summary>Ends the current epoch and returns it: what is unlinked by now belongs to it.</summary>
    public long Advance() => Interlocked.Increment(ref _current) - 1;

    /// <summary>Whether no thread can still hold a pointer that was unlinked in <paramref name="epoch"/>.</summary>
    public bool HasPassed(long epoch) => Oldest > epoch;

    /// <summary>The epoch that is going on: all ended ones are lower.</summary>
    public long Current => Volatile.Read(ref _current);

    /// <summary>The oldest epoch that a thread is still in; the highest number when all are idle.</summary>
    public long Oldest
    {
        get
        {
            long oldest = Idle;
            for (int i = 0; i < Threads; i++)
                oldest = Math.Min(oldest, Volatile.Read(ref _announced[i * StrideLongs]));
            return oldest;
        }
    }

    public void Dispose() => NativeMemory.AlignedFree(_announced);
}
