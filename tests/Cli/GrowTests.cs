using Pkv.Persistence.Format;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Cli;

/// <summary>pkv grow makes the file longer by whole slots and touches nothing else; the next server uses the room.</summary>
public sealed class GrowTests
{
    [Theory]
    [InlineData("/dev/shm")]
    [InlineData(null)]
    public void The_file_becomes_longer_and_the_next_server_uses_the_room(string? folder)
    {
        using PkvServer server = PkvServer.In(folder is not null && Directory.Exists(folder) ? folder : Path.GetTempPath(), isChild: false);
        using (RespClient client = server.Connect())
            client.Call("SET", "small", "value");
        server.Stop();
        byte[] before = File.ReadAllBytes(server.PoolPath);
        CliRun run = CliRun.Of("grow", server.PoolPath, "--to", "64mb");
        Assert.True(run.Code == 0, run.ToString());
        long expected = PoolHeader.SegmentsOffset + 15L * PoolHeader.SlotBytes;
        Assert.Equal(expected, new FileInfo(server.PoolPath).Length);
        byte[] after = File.ReadAllBytes(server.PoolPath);
        Assert.Equal(before, after[..before.Length]);
        Assert.Equal(-1, after.AsSpan(before.Length).IndexOfAnyExcept((byte)0));
        Assert.Equal(0, CliRun.Of("check", server.PoolPath).Code);
        server.Start();
        using (RespClient client = server.Connect())
        {
            Assert.Equal("$value", client.Call("GET", "small").ToString());
            for (int i = 0; i < 5; i++)
                Assert.Equal("+OK", client.Call("SET", $"large{i}", new string('x', 7 << 20)).ToString());
        }
        server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal(6, again.Call("DBSIZE").Integer);
        Assert.Equal(7 << 20, again.Call("STRLEN", "large4").Integer);
    }

    [Fact]
    public void Less_than_there_is_and_what_is_no_pool_are_refused()
    {
        using PkvServer server = new();
        Assert.Contains("in use", CliRun.Of("grow", server.PoolPath, "--to", "64mb").Error);
        server.Stop();
        long before = new FileInfo(server.PoolPath).Length;
        Refuses(server.PoolPath, "1mb", "a pool cannot be made smaller");
        Refuses(server.PoolPath, $"{before}", "a pool cannot be made smaller");
        Refuses(server.PoolPath, "many", "'many' is not a size");
        Assert.Equal(before, new FileInfo(server.PoolPath).Length);
        string noise = Path.Combine(Path.GetTempPath(), $"pkv-grow-{Guid.NewGuid():n}");
        Refuses(noise, "64mb", "No such file");
        File.WriteAllBytes(noise, new byte[4096]);
        Refuses(noise, "64mb", "pool");
        Assert.Equal(4096, new FileInfo(noise).Length);
        File.Delete(noise);
    }

    private static void Refuses(string path, string size, string reason)
    {
        CliRun run = CliRun.Of("grow", path, "--to", size);
        Assert.True(run.Code == 2, run.ToString());
        Assert.Contains(reason, run.Error);
    }
}
