using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Pkv.Persistence.Segments;

/// <summary>
/// Epoch-based reclamation. A thread that may hold pointers into segments announces the epoch in which it started. What was
/// retired in an epoch is reused once every thread has been seen idle or in a later one.
/// </summary>
public sealed unsafe class EpochTable : IDisposable
{
    private const int StrideLongs = 8;
    /// <summary>The thread holds no pointer.</summary>
    public const long Idle = long.MaxValue;

    // For each thread the epoch it announces, and after that the epoch it holds whether or not it is busy.
    private readonly long* _announced;
    private long _current = 1;

    public EpochTable(int threads)
    {
        Debug.Assert(threads > 0, "somebody uses the pool");
        Threads = threads;
        _announced = (long*)NativeMemory.AlignedAlloc((nuint)(threads * StrideLongs * sizeof(long)), 64);
        for (int i = 0; i < threads; i++)
            _announced[i * StrideLongs] = _announced[i * StrideLongs + 1] = Idle;
    }

    public int Threads { get; }

    /// <summary>The thread may now read pool pointers, until <see cref="Leave"/>.</summary>
    public void Enter(int thread)
    {
        Debug.Assert(thread >= 0 && thread < Threads, "a thread has a place in the table");
        // A full fence: the announcement must be seen before any pointer is read under it.
        Interlocked.Exchange(ref _announced[thread * StrideLongs], Math.Min(Volatile.Read(ref _current), _announced[thread * StrideLongs + 1]));
    }

    public void Leave(int thread) => Volatile.Write(ref _announced[thread * StrideLongs], _announced[thread * StrideLongs + 1]);

    /// <summary>The epoch that the thread announces. Owner thread.</summary>
    public long Announced(int thread) => _announced[thread * StrideLongs];

    /// <summary>
    /// The thread keeps pointers beyond its turn: from the next <see cref="Enter"/> or <see cref="Leave"/> on it announces no later
    /// epoch than this one, which must not be older than what it announces now. <see cref="Idle"/>: it keeps none. Owner thread.
    /// </summary>
    public void Hold(int thread, long epoch)
    {
        Debug.Assert(thread >= 0 && thread < Threads && epoch >= Announced(thread), "what is held is still protected: no older epoch than the announced one");
        _announced[thread * StrideLongs + 1] = epoch;
    }

    /// <summary>Ends the current epoch and returns it: everything unlinked so far belongs to it.</summary>
    public long Advance() => Interlocked.Increment(ref _current) - 1;

    /// <summary>Whether no thread can still hold a pointer that was unlinked in <paramref name="epoch"/>.</summary>
    public bool HasPassed(long epoch)
    {
        Debug.Assert(epoch < Current, "an epoch that goes on has not passed");
        return Oldest > epoch;
    }

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
