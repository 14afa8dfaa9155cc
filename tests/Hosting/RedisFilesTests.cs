using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Hosting;

/// <summary>A server in a Redis's place says that the Redis's data is not loaded, and how it would be; once, while it has none itself.</summary>
public sealed class RedisFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pkv-redis-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_empty_pool_beside_a_Redis_s_files_is_told_and_one_that_holds_keys_is_not()
    {
        string dump = Path.Combine(_folder, "mine.rdb"), log = Path.Combine(_folder, "appendonlydir"), old = Path.Combine(_folder, "appendonly.aof");
        File.WriteAllText(dump, "REDIS0010");
        Directory.CreateDirectory(log);
        File.WriteAllText(old, "");
        using PkvServer server = PkvServer.Child("--dir", _folder, "--dbfilename", "mine.rdb");
        Assert.Contains($"THE DATA SET IS EMPTY, but {dump} is there", server.Output);
        Assert.Contains($"pkv import-rdb {dump} {server.PoolPath}", server.Output);
        Assert.Contains($"pkv import-aof {log} {server.PoolPath}", server.Output);
        Assert.Contains($"pkv import-aof {old} {server.PoolPath}", server.Output);
        using (RespClient client = server.Connect())
            client.Call("SET", "k", "v");
        server.Restart();
        Assert.DoesNotContain("THE DATA SET IS EMPTY", server.Output);
    }

    [Fact]
    public void An_empty_pool_alone_is_nothing_to_speak_of()
    {
        using PkvServer server = PkvServer.Child("--dir", _folder);
        Assert.DoesNotContain("THE DATA SET IS EMPTY", server.Output);
    }
}
