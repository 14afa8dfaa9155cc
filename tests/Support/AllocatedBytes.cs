namespace Pkv.Tests.Support;

/// <summary>What a piece of work allocates on the managed heap.</summary>
public static class AllocatedBytes
{
    private const int Tries = 8;

    /// <summary>
    /// The least that this thread allocated in some runs of the work, which end with the first that allocated no more than it may. A
    /// collection that another thread caused counts what is left of this thread's allocation quantum, up to 8 KB, as allocated; work
    /// that allocates does so in every run.
    /// </summary>
    public static long Least(Action work, long mayAllocate = 0)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Tries && least > mayAllocate; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
