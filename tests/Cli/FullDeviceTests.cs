using Pkv.Tests.Faults;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Cli;

/// <summary>A device that is full in the middle of an import, export or salvage: said so, and nothing half done is left on it.</summary>
public sealed class FullDeviceTests : IDisposable
{
    private const int DiskMebibytes = 64;

    private readonly RedisFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [LoopDiskFact]
    public void Imports_and_salvages_say_that_it_is_the_device_and_leave_nothing()
    {
        using PkvServer server = new();
        string aof = Fill(server);
        using LoopDisk disk = new(mebibytes: DiskMebibytes);
        string[] before = Directory.GetFileSystemEntries(disk.Folder);
        foreach (string[] verb in new string[][] { ["import-aof", aof, Path.Combine(disk.Folder, "a.pool"), "--pool-size", "1gb"], ["salvage", server.PoolPath, "--to", Path.Combine(disk.Folder, "b.pool"), "--pool-size", "1gb"] })
        {
            CliRun run = CliRun.Of(verb);
            Assert.True(run.Code == 2, run.ToString());
            Assert.Contains("pkv: the device is full: it has no room for the pool to grow", run.Error);
            Assert.DoesNotContain("give a larger", run.Error);
            Assert.Equal(before, Directory.GetFileSystemEntries(disk.Folder));
        }
    }

    [LoopDiskFact]
    public void Exports_leave_no_temporary_file()
    {
        using PkvServer server = new();
        Fill(server);
        using LoopDisk disk = new(mebibytes: DiskMebibytes);
        string[] before = Directory.GetFileSystemEntries(disk.Folder);
        foreach (string[] target in new string[][] { [Path.Combine(disk.Folder, "a.aof")], ["--multi-part", Path.Combine(disk.Folder, "b")] })
        {
            CliRun run = CliRun.Of(["export-aof", server.PoolPath, .. target]);
            Assert.True(run.Code == 2, run.ToString());
            Assert.Contains("No space left on device", run.Error);
            Assert.Equal(before, Directory.GetFileSystemEntries(disk.Folder));
        }
    }

    // More than the disk holds; the same as a log.
    private string Fill(PkvServer server)
    {
        using (RespClient client = server.Connect())
        {
            for (int i = 0; i < DiskMebibytes + 20; i++)
                Assert.False(client.Call("SET", $"key{i}", new string('v', 1 << 20)).IsError);
        }
        server.Stop();
        string aof = _folder["all.aof"];
        CliRun run = CliRun.Of("export-aof", server.PoolPath, aof);
        Assert.True(run.Code == 0, run.ToString());
        return aof;
    }
}
