using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Faults;

/// <summary>A pool's file that is taken away under its server is noticed: writes are refused until it is back.</summary>
public sealed class PoolFileTests
{
    private const int PatienceMs = 20_000;

    [Fact]
    public void Writes_are_refused_while_the_file_is_not_under_its_name()
    {
        using PkvServer server = PkvServer.Child();
        using RespClient client = server.Connect();
        Assert.Equal("+OK", client.Call("SET", "k", "v").ToString());
        Assert.True(Says(client, 0));
        File.Move(server.PoolPath, server.PoolPath + ".away");
        Assert.True(Says(client, 1));
        Assert.StartsWith("-MISCONF The pool's file was deleted, moved or replaced", client.Call("SET", "k", "w").ToString());
        Assert.Equal("$v", client.Call("GET", "k").ToString());
        Assert.StartsWith($"/proc/{server.Process.Id}/fd/", CopySource(server));
        File.WriteAllText(server.PoolPath, "another file");
        File.Move(server.PoolPath + ".away", server.PoolPath, overwrite: true);
        Assert.True(Says(client, 0));
        Assert.Equal("+OK", client.Call("SET", "k", "w").ToString());
    }

    [Fact]
    public void A_deleted_folder_is_noticed_and_its_data_can_be_saved_through_proc()
    {
        string folder = Directory.CreateTempSubdirectory("pkv-gone-").FullName;
        using PkvServer server = PkvServer.In(folder, isChild: true);
        using RespClient client = server.Connect();
        Assert.Equal("+OK", client.Call("SET", "k", "v").ToString());
        Directory.Delete(folder, recursive: true);
        Assert.True(Says(client, 1));
        Assert.StartsWith("-ERR Errors trying to SHUTDOWN", client.Call("SHUTDOWN").ToString());
        Directory.CreateDirectory(folder);
        LoopDisk.Run("cp", CopySource(server), server.PoolPath);
        server.Kill();
        server.Start();
        using (RespClient again = server.Connect())
            Assert.Equal("$v", again.Call("GET", "k").ToString());
        server.Stop();
        Directory.Delete(folder, recursive: true);
    }

    // The log says it a moment after INFO does.
    private static string CopySource(PkvServer server)
    {
        Assert.True(SpinWait.SpinUntil(() => server.Output.Contains("Do not stop the server: copy ", StringComparison.Ordinal), PatienceMs));
        return server.Output.Split("Do not stop the server: copy ", 2)[1].Split(' ')[0];
    }

    private static bool Says(RespClient client, int missing) =>
        SpinWait.SpinUntil(() => client.Call("INFO", "persistence").Text.Contains($"pool_file_missing:{missing}\r\n", StringComparison.Ordinal), PatienceMs);
}
