using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pkv.Engine.Keyspace;

/// <summary>
/// A slice of one database's keys: its lock, its Lamport clock, its part of the index. One cache line. All
/// but the lock word is read and written under the lock (or, with a single I/O thread, by that thread).
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public unsafe struct Stripe
{
    public const int SizeBytes = 64;

    private const int MaxSpins = 30;

    /// <summary>0 free, 1 held.</summary>
    [FieldOffset(0)] private int _lock;

    /// <summary>The log writer that noted what was written here last.</summary>
    [FieldOffset(4)] public int Writer;

    /// <summary>Its batch at the time. Others wait for its commit before they look.</summary>
    [FieldOffset(8)] public long WriterBatch;

    /// <summary>Number of the last command that changed anything here.</summary>
    [FieldOffset(16)] public ulong Clock;

    /// <summary>Buckets of eight words; null while the stripe is empty.</summary>
    [FieldOffset(24)] internal ulong* Buckets;

    /// <summary>Buckets that take what their home bucket cannot.</summary>
    [FieldOffset(32)] internal ulong* Overflow;

    /// <summary>Cells of keys that expire.</summary>
    [FieldOffset(40)] internal VolatileCell* Volatiles;

    /// <summary>Keys held.</summary>
    [FieldOffset(48)] public uint Count;

    /// <summary>Home buckets in use (linear hashing: any number, not only powers of two).</summary>
    [FieldOffset(52)] internal uint BucketCount;

    /// <summary>Keys held that expire.</summary>
    [FieldOffset(56)] public uint VolatileCount;

    /// <summary>Where the active expiry cycle goes on in <see cref="Volatiles"/>.</summary>
    [FieldOffset(60)] public uint ExpiryCursor;

    /// <summary>Starts loading a stripe. Static: a call on the stripe would read it first, to see that it is not null, and wait for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(Stripe* stripe)
    {
        if (System.Runtime.Intrinsics.X86.Sse.IsSupported)
            System.Runtime.Intrinsics.X86.Sse.Prefetch0(stripe);
    }

    /// <summary>
    /// Takes the lock, unless its holder keeps it for longer than most commands take. Then it may be seconds: whoever comes for it
    /// has something else to do meanwhile.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryEnter() => Interlocked.CompareExchange(ref _lock, 1, 0) == 0 || TryEnterContended();

    /// <summary>Takes the lock if it is free now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryEnterAtOnce() => Interlocked.CompareExchange(ref _lock, 1, 0) == 0;

    /// <summary>Whether nobody has the lock; a moment old.</summary>
    public readonly bool IsFree => Volatile.Read(in _lock) == 0;

    /// <summary>Takes the lock, which the only I/O thread holds without having taken it.</summary>
    public void Mark()
    {
        Debug.Assert(_lock == 0, "nobody has a stripe that is marked for an inner turn");
        Volatile.Write(ref _lock, 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exit()
    {
        Debug.Assert(_lock == 1, "a stripe is unlocked by who has locked it");
        Volatile.Write(ref _lock, 0);
    }

    // Most holders do microseconds of work, but may be descheduled: spin briefly, then yield, some 30 us in all.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryEnterContended()
    {
        SpinWait spin = default;
        for (int i = 0; i < MaxSpins; i++)
        {
            spin.SpinOnce(sleep1Threshold: -1);
            if (Volatile.Read(ref _lock) == 0 && Interlocked.CompareExchange(ref _lock, 1, 0) == 0)
                return true;
        }
        return false;
    }
}
