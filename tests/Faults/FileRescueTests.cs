using Pkv.Linux;
using Pkv.Persistence.Media;
using Pkv.Tests.Persistence;
using Xunit;

namespace Pkv.Tests.Faults;

/// <summary>The mapping engine after a refused write: the kernel's next success counts for nothing.</summary>
public sealed unsafe class FileRescueTests
{
    private const int PoolBytes = 4 << 20;

    [LoopDiskFact]
    public void The_kernel_forgets_what_the_device_refused()
    {
        // Not a test of Pkv: this is why FileRescue is there. Should a kernel do better one day, it may go.
        using LoopDisk disk = new();
        string path = Path.Combine(disk.Folder, "file");
        using (MappedFile file = new(path, PoolBytes))
        {
            file.Extend(PoolBytes);
            Assert.Equal(0, file.SyncData());
            disk.Break();
            file.Base[1 << 20] = 42;
            Assert.NotEqual(0, file.SyncData());
            disk.Repair();
            Assert.Equal(0, file.SyncData());
            Assert.Equal(42, file.Base[1 << 20]);
        }
        disk.Remount();
        using MappedFile again = new(path, PoolBytes);
        Assert.Equal(0, again.Base[1 << 20]);
    }

    [LoopDiskFact]
    public void What_the_device_refused_is_written_when_it_works_again()
    {
        using LoopDisk disk = new();
        string path = Path.Combine(disk.Folder, "pool");
        using (FileMedium medium = new(path, PoolBytes))
        {
            medium.Extend(PoolBytes);
            Store(medium, 0, 1);
            Assert.Equal(0, medium.Sync());
            disk.Break();
            Store(medium, 1 << 20, 2);
            Assert.NotEqual(0, medium.Sync());
            Assert.True(medium.NeedsSyncBeforeReply);
            Assert.NotEqual(0, medium.Sync());
            Assert.Equal("failed", medium.State);
            Store(medium, 2 << 20, 3);
            disk.Repair();
            Assert.Equal(0, medium.Sync());
            Assert.Equal("written directly since a failure", medium.State);
            Store(medium, 3 << 20, 4);
            Assert.Equal(0, medium.Sync());
            Assert.Equal([1, 2, 3, 4], Stored(medium));
        }
        disk.Remount();
        using FileMedium again = new(path, PoolBytes);
        Assert.Equal([1, 2, 3, 4], Stored(again));
        Assert.False(again.NeedsSyncBeforeReply);
    }

    [LoopDiskFact]
    public void A_failure_of_the_kernels_own_writes_is_found_without_a_sync()
    {
        using LoopDisk disk = new();
        using FileMedium medium = new(Path.Combine(disk.Folder, "pool"), PoolBytes);
        medium.Extend(PoolBytes);
        Store(medium, 0, 1);
        Assert.Equal(0, medium.Sync());
        Assert.Equal(0, medium.BackgroundError());
        disk.Break();
        Store(medium, 1 << 20, 2);
        // As the kernel's own writer would: through nobody's descriptor but its own.
        Assert.Throws<IOException>(() => LoopDisk.Run("sync", "--data", medium.ToString()));
        Assert.NotEqual(0, medium.BackgroundError());
        Assert.True(medium.NeedsSyncBeforeReply);
        disk.Repair();
        Assert.Equal(0, medium.Sync());
    }

    [Theory]
    [InlineData(Errno.EIo)]
    [InlineData(Errno.ENoSpc)]
    public void An_injected_failure_counts_until_everything_is_written_again(int errno)
    {
        string path = DirectDisk.NewPath();
        try
        {
            using (FileMedium medium = new(path, PoolBytes))
            {
                medium.Extend(PoolBytes);
                Store(medium, 0, 1);
                medium.FailWith = errno;
                Assert.Equal(errno, medium.Sync());
                Store(medium, 1 << 20, 2);
                Assert.Equal(errno, medium.Sync());
                medium.FailWith = 0;
                if (DirectDisk.Obstacle is null)
                    Assert.Equal(0, medium.Sync());
                else
                    Assert.StartsWith("restart needed", medium.Sync() == Errno.EIo ? medium.State : "counted");
                Assert.Equal([1, 2, 0, 0], Stored(medium));
            }
            if (DirectDisk.Obstacle is not null)
                return;
            using FileMedium again = new(path, PoolBytes);
            Assert.Equal([1, 2, 0, 0], Stored(again));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [LoopDiskFact]
    public void Without_direct_writes_nothing_counts_until_a_restart()
    {
        string path = $"/dev/shm/pkv-rescue-{Guid.NewGuid():n}";
        try
        {
            using FileMedium medium = new(path, PoolBytes);
            medium.Extend(PoolBytes);
            medium.FailWith = Errno.EIo;
            Store(medium, 0, 1);
            Assert.Equal(Errno.EIo, medium.Sync());
            medium.FailWith = 0;
            Assert.Equal(Errno.EIo, medium.Sync());
            Assert.StartsWith("restart needed: the pool is on tmpfs", medium.State);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [LoopDiskFact]
    public void Holes_get_their_blocks_before_they_are_used()
    {
        using LoopDisk disk = new(mebibytes: 32);
        string path = Path.Combine(disk.Folder, "pool");
        using (FileStream sparse = File.Create(path))
            sparse.SetLength(64 << 20);
        MediumException full = Assert.Throws<MediumException>(() => new FileMedium(path, 64 << 20));
        Assert.Contains("cannot allocate the missing blocks of the pool", full.Message);
        Assert.Equal(Errno.ENoSpc, full.Errno);
    }

    [LoopDiskFact]
    public void Where_no_blocks_can_be_reserved_a_full_device_shows_before_the_store()
    {
        using LoopDisk disk = new(type: "ext2", mebibytes: 16);
        using FileMedium medium = new(Path.Combine(disk.Folder, "pool"), 32 << 20);
        medium.Extend(32 << 20);
        Assert.True(medium.MustPopulate);
        Assert.True(medium.Populate(medium.Base, PoolBytes));
        Assert.False(medium.Populate(medium.Base, 32 << 20));
    }

    private static void Store(FileMedium medium, int at, byte value)
    {
        medium.Base[at] = value;
        medium.Flush(medium.Base + at, 1);
        medium.Drain();
    }

    private static byte[] Stored(FileMedium medium) =>
        [medium.Base[0], medium.Base[1 << 20], medium.Base[2 << 20], medium.Base[3 << 20]];
}
