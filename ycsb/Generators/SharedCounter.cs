namespace Pkv.Ycsb.Generators;

/// <summary>Counts up; from any thread.</summary>
internal sealed class SharedCounter(long first)
{
    private long _next = first;

    public long Next() => Interlocked.Increment(ref _next) - 1;
}
