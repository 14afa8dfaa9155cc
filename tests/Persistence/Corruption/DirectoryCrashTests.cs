using Pkv.Persistence.Format;
using Pkv.Persistence.Log;
using Pkv.Persistence.Recovery;
using Pkv.Persistence.Segments;
using Xunit;

namespace Pkv.Tests.Persistence.Corruption;

/// <summary>
/// A crash never looks like damage: segments are opened, filled, sealed and freed in a random order, and at every fence (or,
/// on a medium that needs a sync, before every sync and at random fences) a crash keeps a random part of what was stored
/// since the last one that made it durable: cache lines, or pages. The scan of what is left finds no damage, and every
/// record that was acknowledged and not freed.
/// </summary>
public sealed unsafe class DirectoryCrashTests : IDisposable
{
    private const int Steps = 300;

    private readonly HashSet<string> _acknowledged = [];
    private readonly Dictionary<Segment, List<string>> _records = [];
    private readonly List<(int At, byte[] Was)> _kept = [];
    private PoolImage _image = null!;
    private ImageMedium _durable = null!;
    private Random _random = null!;
    private ulong _sequence;
    private int _states;

    public void Dispose()
    {
        _image.Dispose();
        _durable.Close();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Where_a_fence_is_durable(int seed)
    {
        Begin(seed, drainIsDurable: true);
        _image.Medium.Drained = () =>
        {
            Crash(unitBytes: 64);
            Settle();
        };
        Live(sync: null);
        Assert.InRange(_states, 300, int.MaxValue);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Where_a_sync_is_needed(int seed)
    {
        Begin(seed, drainIsDurable: false);
        _image.Medium.Synced = () =>
        {
            Crash(unitBytes: 4096);
            Crash(unitBytes: 512);
            Settle();
        };
        _image.Medium.Drained = () =>
        {
            if (_random.Next(4) == 0)
                Crash(unitBytes: 4096);
        };
        using SyncCoordinator coordinator = new(_image.Pool, [_image.Log], SyncPolicy.No, () => { });
        try
        {
            Live(() => coordinator.SyncHere());
        }
        finally
        {
            // The coordinator's own last sync is on its own thread.
            _image.Medium.Synced = _image.Medium.Drained = null;
        }
        Assert.InRange(_states, 100, int.MaxValue);
    }

    private void Begin(int seed, bool drainIsDurable)
    {
        _random = new Random(seed);
        _image = new PoolImage(drainIsDurable);
        _durable = new ImageMedium(PoolImage.Bytes, drainIsDurable);
        Settle();
    }

    private void Live(Action? sync)
    {
        Pool pool = _image.Pool;
        List<Segment> open = [], closed = [];
        for (int step = 0; step < Steps; step++)
        {
            switch (_random.Next(6))
            {
                case 0 when open.Count < 3:
                    // Every other one takes two slots: its inner one has record bytes where a header would be.
                    if (pool.TryOpen(_random.Next(2) * 5_000_000) is { } opened)
                    {
                        open.Add(opened);
                        _records[opened] = [];
                    }
                    break;
                case 1 when open.Count > 0:
                    Segment sealing = Take(open);
                    pool.Seal(sealing);
                    closed.Add(sealing);
                    break;
                case 2 when closed.Count > 0:
                    Segment retired = Take(closed);
                    _acknowledged.ExceptWith(_records[retired]);
                    _records.Remove(retired);
                    Assert.True(pool.TryRetire(retired));
                    pool.Reclaim();
                    break;
                case 3 when sync is not null:
                    sync();
                    Acknowledge();
                    break;
                default:
                    if (open.Count > 0)
                        Write(open[_random.Next(open.Count)]);
                    break;
            }
            if (sync is null)
                Acknowledge();
        }
    }

    private void Write(Segment segment)
    {
        string record = $"{++_sequence}:record of {segment.Generation}";
        if (segment.Slots > 1 && segment.EntryCount == 0)
        {
            // Up to the inner slot's first bytes, and over them.
            new Span<byte>(segment.Base + PoolHeader.SlotBytes - 100, 200).Fill((byte)'x');
            _image.Medium.Flush(segment.Base + PoolHeader.SlotBytes - 100, 200);
            segment.Tail = PoolHeader.SlotBytes - 20;
        }
        _image.Write(segment, _sequence, record);
        _records[segment].Add($"{_sequence}:{record}");
    }

    private void Acknowledge() => _acknowledged.UnionWith(_records.Values.SelectMany(r => r));

    private Segment Take(List<Segment> from)
    {
        int at = _random.Next(from.Count);
        Segment segment = from[at];
        from.RemoveAt(at);
        return segment;
    }

    private void Crash(int unitBytes)
    {
        _states++;
        Keep(unitBytes, _random.Next(5));
        _durable.BackedBytes = _image.Medium.BackedBytes;
        (List<string> found, IReadOnlyList<PoolDamage> damages) = PoolImage.Scan(_durable);
        Assert.Empty(damages);
        Assert.Empty(_acknowledged.Except(found));
        for (int i = _kept.Count - 1; i >= 0; i--)
            _kept[i].Was.CopyTo(_durable.All[_kept[i].At..]);
        _kept.Clear();
    }

    private void Settle()
    {
        foreach (int page in _image.Medium.Flushed)
            _image.Medium.All.Slice(page << 12, 4096).CopyTo(_durable.All[(page << 12)..]);
        _image.Medium.Flushed.Clear();
    }

    // Of four units that changed, so many reach the medium.
    private void Keep(int unitBytes, int ofFour)
    {
        Span<byte> now = _image.Medium.All, durable = _durable.All;
        foreach (int page in _image.Medium.Flushed)
        {
            for (int at = page << 12; at < page + 1 << 12; at += unitBytes)
            {
                Span<byte> old = durable.Slice(at, unitBytes);
                if (now.Slice(at, unitBytes).SequenceEqual(old) || _random.Next(4) >= ofFour)
                    continue;
                _kept.Add((at, old.ToArray()));
                now.Slice(at, unitBytes).CopyTo(old);
            }
        }
    }
}
