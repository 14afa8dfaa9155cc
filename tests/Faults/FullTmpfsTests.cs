using Pkv.Persistence.Format;
using Pkv.Persistence.Media;
using Pkv.Tests.Cli;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Faults;

/// <summary>
/// A pool on a tmpfs without room, as in a container's /dev/shm: what is counted as the pool's has its pages, so deletes go on,
/// the next start finds everything, and the tools read it; a pool with holes, as earlier releases left them, is served as far as it goes.
/// </summary>
public sealed class FullTmpfsTests
{
    private const int ValueBytes = 50_000;

    [SmallTmpfsFact]
    public void A_new_pool_that_does_not_fit_is_refused_with_what_would_fit()
    {
        using SmallTmpfs tmpfs = new(64);
        string message = Assert.Throws<MediumException>(() => PkvServer.In(tmpfs.Folder, isChild: false, "--medium", "dram", "--pool-size", "512mb")).Message;
        Assert.Contains("a pool of 536870912 bytes does not fit on the file system of", message);
        Assert.Contains($"give at most {64 << 20} as pool-size", message);
        Assert.Empty(Directory.GetFiles(tmpfs.Folder));
        using PkvServer server = PkvServer.In(tmpfs.Folder, isChild: false, "--medium", "dram", "--pool-size", $"{64 << 20}");
        using RespClient client = server.Connect();
        Assert.Contains("does not fit on the file system", client.Call("CONFIG", "SET", "pool-size", "100mb").ToString());
    }

    [SmallTmpfsFact]
    public void When_another_file_takes_the_room_deletes_go_on_and_a_killed_server_comes_back()
    {
        using SmallTmpfs tmpfs = new(128);
        using PkvServer server = PkvServer.In(tmpfs.Folder, isChild: true, "--medium", "dram", "--pool-size", "100mb", "--io-threads", "2");
        using (RespClient client = server.Connect())
        {
            Fill(client, "before", 100);
            tmpfs.Fill();
            int kept = FillUntilRefused(client, out string refusal);
            Assert.Equal("-OOM command not allowed when used memory > 'maxmemory' (the pool's file cannot grow).", refusal);
            for (int i = 0; i < 50; i++)
                Assert.Equal(":1", client.Call("DEL", $"before{i}").ToString());
            Assert.Equal($":{50 + kept}", client.Call("DBSIZE").ToString());
            server.Kill();
            Assert.Equal(0, CliRun.Of("check", server.PoolPath, "--medium", "dram").Code);
            server.Start();
            using RespClient again = server.Connect();
            Assert.Equal($":{50 + kept}", again.Call("DBSIZE").ToString());
            Assert.Equal("+OK", again.Call("FLUSHALL").ToString());
        }
        tmpfs.MakeRoom();
        using RespClient last = server.Connect();
        Fill(last, "after", 500);
    }

    [SmallTmpfsFact]
    public void A_pool_with_holes_is_read_on_a_full_file_system_and_written_when_there_is_room()
    {
        using SmallTmpfs tmpfs = new(64);
        using PkvServer server = PkvServer.In(tmpfs.Folder, isChild: true, "--medium", "dram", "--pool-size", "40mb");
        using (RespClient client = server.Connect())
            Assert.Equal("+OK", client.Call("SET", "k", new string('v', ValueBytes)).ToString());
        server.Stop();
        // As an earlier release left it: all slots but the used one without pages, and the directory's unused part as well.
        long length = new FileInfo(server.PoolPath).Length, used = PoolHeader.SegmentsOffset + PoolHeader.SlotBytes;
        Punch(server.PoolPath, PoolHeader.SegmentsOffset / 2, PoolHeader.SegmentsOffset / 2);
        Punch(server.PoolPath, used, length - used);
        tmpfs.Fill();

        Assert.Equal(0, CliRun.Of("check", server.PoolPath, "--medium", "dram").Code);
        string export = Path.Combine(Path.GetTempPath(), $"pkv-export-{Guid.NewGuid():n}.aof");
        Assert.Equal(0, CliRun.Of("export-aof", server.PoolPath, export, "--medium", "dram").Code);
        File.Delete(export);

        server.Start();
        using RespClient again = server.Connect();
        Assert.Equal(ValueBytes, again.Call("GET", "k").Text.Length);
        Assert.Contains("(the pool's file cannot grow)", again.Call("SET", "other", "v").ToString());
        Assert.Contains("pkv_medium_state:the file system has no room for", again.Call("INFO", "persistence").Text);
        tmpfs.MakeRoom();
        Assert.Equal("+OK", again.Call("SET", "other", "v").ToString());
        Assert.Equal(":1", again.Call("DEL", "k").ToString());
        Fill(again, "after", 300);
        server.Kill();
        server.Start();
        using RespClient last = server.Connect();
        Assert.Equal(":301", last.Call("DBSIZE").ToString());
    }

    private static void Punch(string path, long offset, long bytes) =>
        LoopDisk.Run("fallocate", "--punch-hole", "--offset", $"{offset}", "--length", $"{bytes}", path);

    private static void Fill(RespClient client, string prefix, int keys)
    {
        for (int i = 0; i < keys; i++)
            Assert.Equal("+OK", client.Call("SET", $"{prefix}{i}", new string('v', ValueBytes)).ToString());
    }

    // Returns how many were taken.
    private static int FillUntilRefused(RespClient client, out string refusal)
    {
        for (int i = 0; ; i++)
        {
            refusal = client.Call("SET", $"more{i}", new string('w', ValueBytes)).ToString();
            if (refusal != "+OK")
                return i;
        }
    }
}
