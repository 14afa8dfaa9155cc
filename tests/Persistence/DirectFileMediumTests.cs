using Pkv.Linux;
using Pkv.Persistence.Format;
using Pkv.Persistence.Log;
using Pkv.Persistence.Media;
using Pkv.Persistence.Recovery;
using Pkv.Persistence.Segments;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Persistence;

/// <summary>The direct engine of the file medium, without a server: what a successful sync promised is in the file.</summary>
public sealed unsafe class DirectFileMediumTests : IDisposable
{
    private const long PoolBytes = 64 << 20;
    private readonly string _path = DirectDisk.NewPath();

    public void Dispose() => File.Delete(_path);

    [DirectDiskFact]
    public void What_was_synced_is_in_the_file() => SyncAndReadBack(useRing: true);

    [DirectDiskFact]
    public void It_is_so_without_io_uring() => SyncAndReadBack(useRing: false);

    [DirectDiskFact]
    public void A_pool_passes_from_one_engine_to_the_other()
    {
        Append(Direct(), "one");
        Assert.Equal(["one"], Records(new FileMedium(_path, PoolBytes)));
        Append(new FileMedium(_path, PoolBytes), "two");
        Append(Direct(), "three");
        Assert.Equal(["one", "two", "three"], Records(Direct()));
        Assert.Equal(["one", "two", "three"], Records(new FileMedium(_path, PoolBytes)));
    }

    [DirectDiskFact]
    public void Preparing_blocks_never_takes_back_what_was_synced()
    {
        using DirectFileMedium medium = Direct();
        medium.Extend(16 << 20);
        using ManualResetEventSlim done = new();
        Thread preparer = new(() =>
        {
            for (int slot = 0; slot < 4; slot++)
                Assert.True(medium.Populate(medium.Base + ((long)slot << 22), 4 << 20));
            done.Set();
        });
        preparer.Start();
        Random random = new(7);
        Dictionary<long, long> model = [];
        for (long value = 1; value < 200 || (!done.IsSet && value < 5000); value++)
        {
            long at = random.NextInt64(16 << 17) * 8;
            *(long*)(medium.Base + at) = model[at] = value;
            medium.Flush(medium.Base + at, 8);
            if (value % 4 == 0)
                Assert.Equal(0, medium.Sync());
        }
        preparer.Join();
        Assert.Equal(0, medium.Sync());
        byte[] file = FileBytes();
        Assert.All(model, pair => Assert.Equal(pair.Value, BitConverter.ToInt64(file, (int)pair.Key)));
    }

    [DirectDiskFact]
    public void A_failed_sync_is_made_good_by_the_next()
    {
        using DirectFileMedium medium = Direct();
        medium.Extend(1 << 20);
        medium.Base[5000] = 42;
        medium.Flush(medium.Base + 5000, 1);
        medium.FailWith = Errno.ENoSpc;
        Assert.Equal(Errno.ENoSpc, medium.Sync());
        Assert.Equal(Errno.ENoSpc, medium.Sync());
        Assert.Equal(0, FileBytes()[5000]);
        medium.FailWith = 0;
        Assert.Equal(0, medium.Sync());
        Assert.Equal(42, FileBytes()[5000]);
    }

    [DirectDiskFact]
    public void Noting_and_syncing_allocate_nothing()
    {
        using DirectFileMedium medium = Direct();
        medium.Extend(8 << 20);
        for (int i = 0; i < 3; i++)
            NoteAndSync(medium);
        Assert.Equal(0, AllocatedBytes.Least(() =>
        {
            for (int i = 0; i < 10; i++)
                NoteAndSync(medium);
        }));
    }

    [DirectDiskFact]
    public void Another_server_is_kept_out()
    {
        using DirectFileMedium medium = Direct();
        Assert.Contains("in use by another server", Assert.Throws<MediumException>(Direct).Message);
        Assert.Contains("in use by another server", Assert.Throws<MediumException>(() => new FileMedium(_path, PoolBytes)).Message);
    }

    [Fact]
    public void Tmpfs_is_declined_with_a_reason()
    {
        if (!Directory.Exists("/dev/shm"))
            return;
        Assert.Null(DirectFileMedium.TryOpen($"/dev/shm/pkv-direct-{Guid.NewGuid():n}.pool", PoolBytes, out string obstacle));
        Assert.Contains("tmpfs", obstacle);
    }

    private static void NoteAndSync(DirectFileMedium medium)
    {
        for (int i = 0; i < 8; i++)
            medium.Flush(medium.Base + i * 20_000, 100);
        if (medium.Sync() != 0)
            throw new IOException("the sync failed");
    }

    // .NET would take the lock that the medium holds.
    private byte[] FileBytes()
    {
        byte[] bytes = new byte[new FileInfo(_path).Length];
        int descriptor = FileCalls.Open(_path, FileCalls.OCloExec, 0);
        fixed (byte* start = bytes)
            Assert.Equal(bytes.Length, FileCalls.Pread(descriptor, start, (nuint)bytes.Length, 0));
        FileCalls.Close(descriptor);
        return bytes;
    }

    private void SyncAndReadBack(bool useRing)
    {
        byte[] expected = new byte[8 << 20];
        using DirectFileMedium medium = DirectFileMedium.TryOpen(_path, PoolBytes, out _, useRing)!;
        medium.Extend(expected.Length);
        Random random = new(1);
        for (int round = 0; round < 20; round++)
        {
            // From one block up to more runs than the ring is deep.
            for (int i = 1 << round % 8; i > 0; i--)
            {
                int length = random.Next(1, 1 << random.Next(1, 19)), at = random.Next(expected.Length - length);
                random.NextBytes(expected.AsSpan(at, length));
                expected.AsSpan(at, length).CopyTo(new Span<byte>(medium.Base + at, length));
                medium.Flush(medium.Base + at, (nuint)length);
            }
            Assert.Equal(0, medium.Sync());
            Assert.True(expected.AsSpan().SequenceEqual(FileBytes()), $"round {round}");
        }
    }

    private DirectFileMedium Direct() => DirectFileMedium.TryOpen(_path, PoolBytes, out string obstacle) ?? throw new InvalidOperationException(obstacle);

    private static Pool Open(IMedium medium) => Pool.Open(medium, new PoolOptions { MaxBytes = PoolBytes, Threads = 1 });

    private static void Append(IMedium medium, string record)
    {
        using Pool pool = Open(medium);
        RecoveredEntry[] before = pool.Created ? [] : new PoolScanner(pool).Scan(threads: 2);
        LogWriter log = new(pool, 0);
        AppendLog tail = new(pool);
        Assert.True(tail.TryReserve(record.Length));
        for (int i = 0; i < record.Length; i++)
            tail.Tail[i] = (byte)record[i];
        Assert.True(log.TryNote(tail.Current!, tail.Tail, (uint)record.Length, (ulong)before.Length + 1, 1, 0, EntryFlags.None));
        tail.Current!.Tail += (uint)record.Length;
        log.Commit(timeMs: 1);
        tail.Close();
        Assert.Equal(0, medium.Sync());
    }

    private static List<string> Records(IMedium medium)
    {
        using Pool pool = Open(medium);
        PoolScanner scanner = new(pool);
        List<string> records = [.. scanner.Scan(threads: 2).Select(e => new string((sbyte*)e.Start, 0, (int)e.Length))];
        Assert.Empty(scanner.Damages);
        return records;
    }
}
