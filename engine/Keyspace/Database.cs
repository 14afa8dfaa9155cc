using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pkv.Engine.Keyspace;

/// <summary>One numbered database: its stripes, made when it is first used, and its counts.</summary>
public sealed unsafe class Database(int number, KeyspaceState keyspace) : IDisposable
{
    public const int StripeBits = 12;
    public const int StripeCount = 1 << StripeBits;

    private nint _stripes;
    private long _keyCount;
    private long _volatileCount;
    private long _collectionCount;

    /// <summary>As SELECT names it. SWAPDB changes it.</summary>
    public int Number { get; internal set; } = number;

    /// <summary>Keys held, expired ones that nobody has removed yet included.</summary>
    public long KeyCount => Volatile.Read(ref _keyCount);

    /// <summary>Keys held that have an expiry time.</summary>
    public long VolatileCount => Volatile.Read(ref _volatileCount);

    /// <summary>Keys held that are collections.</summary>
    public long CollectionCount => Volatile.Read(ref _collectionCount);

    /// <summary>A database that was never used has no stripes and no keys.</summary>
    public bool IsMade => Volatile.Read(ref _stripes) != 0;

    /// <summary>The stripe that keys of this hash belong to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Stripe* StripeOf(ulong hash) => Stripes + (hash & (StripeCount - 1));

    /// <summary>All stripes, in lock order.</summary>
    public Stripe* Stripes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            nint stripes = Volatile.Read(ref _stripes);
            return (Stripe*)(stripes != 0 ? stripes : Make());
        }
    }

    /// <summary>Notes keys added (or, negative, removed). Any thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CountKeys(long delta)
    {
        long count = Interlocked.Add(ref _keyCount, delta);
        Debug.Assert(count >= 0, "no more keys go than have come");
    }

    /// <summary>Notes keys that gained or lost an expiry time. Any thread.</summary>
    public void CountVolatile(long delta)
    {
        long count = Interlocked.Add(ref _volatileCount, delta);
        Debug.Assert(count >= 0, "no more keys stop to expire than did expire");
    }

    /// <summary>Notes collections made (or, negative, gone). Any thread.</summary>
    public void CountCollections(long delta)
    {
        long count = Interlocked.Add(ref _collectionCount, delta);
        Debug.Assert(count >= 0, "no more collections go than have come");
    }

    /// <summary>Gives the stripes back. No thread uses them any more.</summary>
    public void Dispose()
    {
        Collections.CollectionSweep.FreeAll(this);
        Stripe* stripes = (Stripe*)_stripes;
        for (int i = 0; stripes != null && i < StripeCount; i++)
            StripeIndex.Clear(stripes + i);
        NativeMemory.AlignedFree(stripes);
        _stripes = 0;
    }

    /// <summary>Makes the stripes if there are none. False: somebody holds all databases, or makes one.</summary>
    public bool TryMake() => IsMade || TryMake(keyspace.TryEnterMaking());

    /// <summary>As <see cref="TryMake()"/>, without any waiting, and nothing is committed.</summary>
    public bool TryMakeAtOnce() => IsMade || TryMake(keyspace.Making.TryEnter());

    private bool TryMake(bool isEntered)
    {
        if (!isEntered)
            return false;
        Make();
        keyspace.Making.Exit();
        return true;
    }

    private nint Make()
    {
        keyspace.EnterMaking();
        if (_stripes == 0)
        {
            Debug.Assert(keyspace.Making.IsHeldByCurrentThread, "one thread makes the stripes");
            nuint bytes = StripeCount * (nuint)Stripe.SizeBytes;
            void* stripes = NativeMemory.AlignedAlloc(bytes, Stripe.SizeBytes);
            NativeMemory.Clear(stripes, bytes);
            for (int i = 0; i < StripeCount; i++)
                ((Stripe*)stripes)[i].Clock = keyspace.GlobalClock;
            Volatile.Write(ref _stripes, (nint)stripes);
        }
        keyspace.Making.Exit();
        return _stripes;
    }
}
