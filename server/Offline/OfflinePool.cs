using Pkv.Engine.Keyspace;
using Pkv.Engine.Recovery;
using Pkv.Persistence.Format;
using Pkv.Persistence.Media;
using Pkv.Persistence.Recovery;
using Pkv.Persistence.Segments;
using Pkv.Server.Configuration;
using Pkv.Server.Hosting;
using Pkv.Server.Net;

namespace Pkv.Server.Offline;

/// <summary>
/// A pool that is only inspected: opened privately (<see cref="ReadOnlyMedium"/>), scanned, and, on request, replayed into
/// an index in memory, by the same code as at a server's start. Nothing reaches the file. One thread calls; several do the
/// work.
/// </summary>
public sealed unsafe class OfflinePool : IDisposable
{
    private const int DatabasesMin = 16;

    private readonly int _threads;
    private readonly IProgressSink _progress;
    private readonly PoolScanner _scanner;
    private ServerState? _state;

    private OfflinePool(MediumFactory.Choice medium, Pool pool, int threads, IProgressSink progress)
    {
        Medium = medium;
        Pool = pool;
        _threads = threads;
        _progress = progress;
        _scanner = new PoolScanner(pool);
        Entries = _scanner.Scan(threads, (done, total) => progress.Report("Checking the log", done, total, "bytes"));
        Census = LogCensus.Take(pool, Entries, threads, (done, total) => progress.Report("Reading the records", done, total, "entries"));
        progress.Done();
    }

    public MediumFactory.Choice Medium { get; }

    public Pool Pool { get; }

    /// <summary>What the records are.</summary>
    public LogCensus Census { get; }

    /// <summary>All entries that recovery keeps, in the order of the history.</summary>
    public RecoveredEntry[] Entries { get; }

    /// <summary>What no crash explains, in slot order.</summary>
    public IReadOnlyList<PoolDamage> Damages => [.. _scanner.Damages.OrderBy(d => d.Offset)];

    /// <summary>Entries that were being written when the server ended.</summary>
    public int TornEntries => _scanner.TornEntries;

    /// <summary>Bytes of the records of <see cref="Entries"/>.</summary>
    public long RecordBytes => _scanner.RecordBytes;

    public PoolHeader Header => *(PoolHeader*)Pool.Medium.Base;

    /// <summary>Databases to give the keyspace, and a server: all that the log names, at least 16.</summary>
    public int Databases => Math.Max(DatabasesMin, Census.HighestDatabase + 1);

    /// <summary>What was wrong with the pool's header and length, where it was opened all the same; else null.</summary>
    public string? HeaderDamage { get; private init; }

    /// <summary>As <see cref="Open"/>, also where the pool's header is damaged or its end is missing: see <see cref="HeaderRescue"/>.</summary>
    /// <exception cref="MediumException">Not even so.</exception>
    public static OfflinePool OpenDamaged(string path, MediumChoice medium, int threads, IProgressSink progress) =>
        Open(path, medium, threads, progress, HeaderRescue.Apply);

    /// <exception cref="MediumException">It cannot be opened, for the reason that the message gives.</exception>
    public static OfflinePool Open(string path, MediumChoice medium, int threads, IProgressSink progress) =>
        Open(path, medium, threads, progress, static _ => null);

    private static OfflinePool Open(string path, MediumChoice medium, int threads, IProgressSink progress, Func<IMedium, string?> rescue)
    {
        MediumFactory.Choice choice = MediumFactory.OpenForReading(new PkvOptions { Pool = Path.GetFullPath(path), Medium = medium });
        try
        {
            string? damage = rescue(choice.Medium);
            if (((PoolHeader*)choice.Medium.Base)->Magic == 0)
                throw new MediumException("the file is not a Pkv pool (its first bytes are zeros: no pool was created here, or its creation was interrupted)");
            Pool pool = Pool.Open(choice.Medium, new PoolOptions { MaxBytes = long.MaxValue / 2, Threads = threads });
            return new OfflinePool(choice, pool, threads, progress) { HeaderDamage = damage };
        }
        catch
        {
            progress.Done();
            choice.Medium.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Rebuilds the keys from all entries that can be replayed. Returns what is wrong with the rest of them, or null. Once.
    /// </summary>
    public string? Replay()
    {
        PkvOptions options = new() { IoThreads = _threads, Databases = Databases, Port = 0 };
        _state = new ServerState(new ConfigTable(options), Pool);
        string? error = new Replayer(_state.Engine, _threads).Replay(
            Census.ReadableOf(Entries), (done, total) => _progress.Report("Replaying the log", done, total, "entries"));
        _progress.Done();
        return error;
    }

    /// <summary>Keys after <see cref="Replay"/>, expired ones that nobody has removed yet included.</summary>
    public long KeyCount
    {
        get
        {
            long keys = 0;
            foreach (Database database in State.Keyspace.Databases)
                keys += database.KeyCount;
            return keys;
        }
    }

    /// <summary>Bytes of a segment that live keys point at, after <see cref="Replay"/>.</summary>
    public long LiveBytesOf(Segment segment)
    {
        return State.Engine.Live.Of(segment);
    }

    /// <summary>Tells of every key, database by database, after <see cref="Replay"/>.</summary>
    public void VisitKeys(KeyVisitor visit)
    {
        ulong[] slots = new ulong[256];
        foreach (Database database in State.Keyspace.Databases)
        {
            for (int s = 0; database.KeyCount > 0 && s < Database.StripeCount; s++)
            {
                Stripe* stripe = database.Stripes + s;
                for (uint bucket = 0; bucket < StripeIndex.BucketCount(stripe); bucket++)
                {
                    int count = StripeIndex.ReadBucket(stripe, bucket, slots);
                    if (count > slots.Length)
                    {
                        slots = new ulong[count];
                        StripeIndex.ReadBucket(stripe, bucket, slots);
                    }
                    for (int i = 0; i < count; i++)
                    {
                        visit(new StoredKey(database.Number, Pool.Medium.Base, StripeIndex.AddressOf(stripe, slots[i]), StripeIndex.KindOf(stripe, slots[i]), StripeIndex.ExpiryOf(stripe, slots[i])));
                    }
                }
            }
        }
    }

    public void Dispose()
    {
        // A loop that is stopped before it begins only closes what it holds.
        foreach (IoThread thread in _state?.Threads ?? [])
        {
            thread.Stop();
            thread.Run();
        }
        Pool.Dispose();
    }

    private ServerState State => _state ?? throw new InvalidOperationException("the pool was not replayed");
}
