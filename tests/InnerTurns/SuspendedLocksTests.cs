using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Persistence.Format;
using Pkv.Persistence.Log;
using Pkv.Persistence.Media;
using Pkv.Persistence.Segments;
using Xunit;

namespace Pkv.Tests.InnerTurns;

/// <summary>What a suspended command of a single I/O thread holds, which locks nothing else, is kept from its inner turns.</summary>
public sealed unsafe class SuspendedLocksTests : IDisposable
{
    private const long PoolBytes = PoolHeader.SegmentsOffset + 8 * PoolHeader.SlotBytes;

    private readonly string _path = $"/dev/shm/pkv-suspended-{Guid.NewGuid():n}.pool";
    private readonly Pool _pool;
    private readonly KeyspaceState _keyspace;
    private readonly StripeLocks _locks;

    public SuspendedLocksTests()
    {
        _pool = Pool.Open(new DramMedium(_path, PoolBytes, flush: false, writeLatencyNs: 0, bandwidthMbps: 0), new PoolOptions { MaxBytes = PoolBytes, Threads = 1 });
        _keyspace = new KeyspaceState(_pool, databases: 2);
        _locks = new StripeLocks(0, [new LogWriter(_pool, 0)], static () => { });
    }

    [Fact]
    public void OfAllStripesNoneIsEnteredForEviction()
    {
        Stripe* stripe = _keyspace[0].Stripes;
        using SuspendedLocks suspended = new();
        Assert.True(_locks.TryEnterEverything(_keyspace));
        _locks.Suspend(suspended);
        Assert.False(_locks.TryEnterAtOnce(stripe));
        _locks.Resume(suspended);
        _locks.ExitEverything(_keyspace, wrote: false);
        Assert.True(_locks.TryEnterAtOnce(stripe));
        _locks.Exit(wrote: false);
    }

    [Fact]
    public void OfOneStripeTheOthersAre()
    {
        Stripe* stripe = _keyspace[0].Stripes;
        using SuspendedLocks suspended = new();
        _locks.Enter(stripe);
        _locks.Suspend(suspended);
        Assert.False(_locks.TryEnterAtOnce(stripe));
        Assert.True(_locks.TryEnterAtOnce(stripe + 1));
        _locks.Exit(wrote: false);
        _locks.Resume(suspended);
        _locks.Exit(wrote: false);
    }

    public void Dispose()
    {
        _locks.Dispose();
        _keyspace.Dispose();
        _pool.Dispose();
        File.Delete(_path);
    }
}
