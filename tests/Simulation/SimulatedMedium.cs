using Pkv.Persistence.Media;

namespace Pkv.Tests.Simulation;

/// <summary>
/// A medium with two images: the volatile one, which the program maps, reads and writes, and the durable one, which is
/// what a crash leaves. The fault model:
/// <list type="bullet">
/// <item>Persistent memory. A line of 64 bytes that a thread flushed and then drained is durable as it was when it was
/// flushed. Whatever else differs between the images may at a crash be kept (any line may have been evicted at any time,
/// one that was flushed and not drained too), lost, or torn at 8 bytes; each line for itself.</item>
/// <item>Mapped file. Flush and drain make nothing durable. A sync makes durable what was stored before it began.
/// At a power loss each page of 4 KiB that differs is kept, lost, or torn at 512 bytes, and the file's length is as long as
/// at the last sync or longer. A killed process loses nothing.</item>
/// <item>Direct file. As a mapped file, but a sync writes only pages of which something was flushed before it, and a killed
/// process loses what a power loss does.</item>
/// <item>On all of them an aligned word of 8 bytes is never torn. No bit ever changes by itself: a crash is not damage.</item>
/// </list>
/// Each flush, drain, sync and extension is an event, numbered and announced before it takes effect, so that a crash can be
/// tried there. Stores between two events are part of what differs at the second. Any thread; one event at a time.
/// </summary>
internal sealed unsafe class SimulatedMedium : IMedium
{
    private readonly Lock _gate = new();
    private readonly Differences _differences;
    private readonly Dictionary<int, PendingLines> _pending = [];
    private readonly uint[] _drained;
    private readonly bool[] _flushedPages;
    private readonly List<long> _units = [];
    private long _number;

    /// <param name="kind">What it is like.</param>
    /// <param name="bytes">Bytes of address space.</param>
    /// <param name="image">What an earlier crash left; null: nothing. Belongs to the medium from now on.</param>
    public SimulatedMedium(SimulatedKind kind, long bytes, DurableImage? image = null)
    {
        Simulates = kind;
        Volatile = new AnonymousMap(bytes);
        Durable = image ?? new DurableImage(bytes);
        if (image is not null)
            Volatile.CopyFrom(Durable.Map);
        BackedBytes = Durable.BackedBytes;
        _differences = new Differences(Volatile, Durable.Map);
        _drained = new uint[Volatile.Bytes / PendingLines.LineBytes];
        _flushedPages = new bool[Volatile.Pages];
    }

    public SimulatedKind Simulates { get; }

    public AnonymousMap Volatile { get; }

    public DurableImage Durable { get; }

    /// <summary>Told of each event before it takes effect, with the medium locked: both images stand still, but for stores.</summary>
    public Action<PersistEvent>? Observer { get; set; }

    public MediumKind Kind => KindOf(Simulates);
    public string Promise => $"simulated {Simulates}";
    public byte* Base => Volatile.Base;
    public long MappedBytes => Volatile.Bytes;
    public long BackedBytes { get; private set; }
    public bool DrainIsDurable => Simulates == SimulatedKind.PersistentMemory;
    public bool NeedsSyncBeforeReply => Simulates == SimulatedKind.DirectFile;
    public bool MustPopulate => false;

    /// <summary>What is kept or lost as one; an eighth of it is never torn.</summary>
    public int UnitBytes => DrainIsDurable ? PendingLines.LineBytes : AnonymousMap.PageBytes;

    public static MediumKind KindOf(SimulatedKind kind) => kind == SimulatedKind.PersistentMemory ? MediumKind.Dax : MediumKind.File;

    /// <summary>Runs an action with the medium locked: a crash at no event in particular.</summary>
    public void Between(Action<PersistEvent> action)
    {
        lock (_gate)
            action(new PersistEvent(_number, PersistKind.Drain, 0, 0));
    }

    /// <summary>What differs now, in units. Only under the lock: from <see cref="Observer"/> or <see cref="Between"/>.</summary>
    public IReadOnlyList<long> FindDifferences(bool complete)
    {
        _differences.Find(UnitBytes, complete, _units);
        return _units;
    }

    /// <summary>
    /// Some of what differs leaves the cache now, as it is at this moment: what is stored there afterwards differs again.
    /// Only under the lock, and not at a sync, which writes what it found before.
    /// </summary>
    public void Evict(IReadOnlyList<long> units, Func<bool> choose)
    {
        foreach (long at in units)
        {
            if (at >= Durable.BackedBytes || !choose())
                continue;
            CrashState.CopyWords(Durable.Map.Base + at, Base + at, UnitBytes);
            // A flush of before must not take it back.
            for (long line = at / PendingLines.LineBytes; line * PendingLines.LineBytes < at + UnitBytes; line++)
                _drained[line] = (uint)_number;
        }
    }

    public void Extend(long bytes)
    {
        lock (_gate)
        {
            Announce(PersistKind.Extend, bytes, 0);
            if (bytes > MappedBytes)
                throw new MediumException($"the simulated medium ends at {MappedBytes} bytes");
            BackedBytes = Math.Max(BackedBytes, bytes);
            if (DrainIsDurable)
                Durable.BackedBytes = BackedBytes;
        }
    }

    public bool Populate(byte* start, long bytes) => true;

    public void Flush(byte* start, nuint bytes)
    {
        if (bytes == 0)
            return;
        lock (_gate)
        {
            long from = start - Base, end = from + (long)bytes;
            _differences.Heat(from, end);
            Announce(PersistKind.Flush, from, (long)bytes);
            if (DrainIsDurable)
                PendingOfThisThread().Add(Base, from, end, (uint)_number);
            else if (Simulates == SimulatedKind.DirectFile)
                _flushedPages.AsSpan((int)(from / AnonymousMap.PageBytes)..(int)((end + AnonymousMap.PageBytes - 1) / AnonymousMap.PageBytes)).Fill(true);
        }
    }

    public void Drain()
    {
        lock (_gate)
        {
            Announce(PersistKind.Drain, 0, 0);
            if (DrainIsDurable)
                PendingOfThisThread().DrainTo(Durable.Map.Base, _drained);
        }
    }

    public int Sync()
    {
        lock (_gate)
        {
            if (DrainIsDurable)
                return 0;
            // What is stored while the sync is under way it need not take along: its pages are copied before it is announced.
            _differences.Find(AnonymousMap.PageBytes, complete: true, _units);
            if (Simulates == SimulatedKind.DirectFile)
                _units.RemoveAll(at => !_flushedPages[at / AnonymousMap.PageBytes]);
            long[] pages = [.. _units];
            byte[] taken = new byte[pages.Length * AnonymousMap.PageBytes];
            for (int i = 0; i < pages.Length; i++)
            {
                new ReadOnlySpan<byte>(Base + pages[i], AnonymousMap.PageBytes).CopyTo(taken.AsSpan(i * AnonymousMap.PageBytes));
                _flushedPages[pages[i] / AnonymousMap.PageBytes] = false;
            }
            long backed = BackedBytes;
            Announce(PersistKind.Sync, 0, 0);
            for (int i = 0; i < pages.Length; i++)
                taken.AsSpan(i * AnonymousMap.PageBytes, AnonymousMap.PageBytes).CopyTo(new Span<byte>(Durable.Map.Base + pages[i], AnonymousMap.PageBytes));
            Durable.BackedBytes = backed;
            return 0;
        }
    }

    /// <summary>The engine is through with it; the images stay for who looks at them, until <see cref="Free"/>.</summary>
    public void Dispose()
    {
    }

    public void Free()
    {
        Volatile.Dispose();
        Durable.Dispose();
    }

    private PendingLines PendingOfThisThread()
    {
        int thread = Environment.CurrentManagedThreadId;
        if (!_pending.TryGetValue(thread, out PendingLines? lines))
            _pending[thread] = lines = new PendingLines();
        return lines;
    }

    private void Announce(PersistKind kind, long offset, long bytes) => Observer?.Invoke(new PersistEvent(++_number, kind, offset, bytes));
}
