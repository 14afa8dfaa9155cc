using Pkv.Tests.Differential;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Cli;

/// <summary>What pkv exports, a real Redis loads, and holds the same data set to the byte and the millisecond.</summary>
public sealed class ExportAofTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pkv-export-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [RedisFact]
    public void A_plain_file_is_loaded_by_Redis()
    {
        Dictionary<(int, string), DataSet.Held> held = ExportTo(Path.Combine(_folder, "appendonly.aof"));
        AssertRedisHolds(held);
    }

    [RedisFact]
    public void A_folder_with_its_manifest_is_loaded_by_Redis()
    {
        Dictionary<(int, string), DataSet.Held> held = ExportTo("--multi-part", Path.Combine(_folder, "appendonlydir"));
        Assert.Equal(["appendonly.aof.1.base.aof", "appendonly.aof.manifest"],
            Directory.GetFiles(Path.Combine(_folder, "appendonlydir")).Select(f => Path.GetFileName(f)).Order());
        AssertRedisHolds(held);
    }

    [Fact]
    public void What_exists_is_not_overwritten_and_what_fails_leaves_nothing_behind()
    {
        using PkvServer server = new();
        using (RespClient client = server.Connect())
        {
            client.Call("SET", "key", "the first value");
            client.Call("SET", "key2", "the second value");
        }
        server.Stop();
        string file = Path.Combine(_folder, "out.aof");
        File.WriteAllText(file, "mine");
        CliRun run = CliRun.Of("export-aof", server.PoolPath, file);
        Assert.True(run.Code == 2, run.ToString());
        Assert.Contains("already exists and will not be overwritten", run.Error);
        Assert.Equal("mine", File.ReadAllText(file));
        byte[] pool = File.ReadAllBytes(server.PoolPath);
        pool[pool.AsSpan().IndexOf("the first value"u8)] ^= 1;
        File.WriteAllBytes(server.PoolPath, pool);
        CliRun damaged = CliRun.Of("export-aof", server.PoolPath, Path.Combine(_folder, "none.aof"));
        Assert.True(damaged.Code == 2, damaged.ToString());
        Assert.Contains("the pool is damaged in 1 place(s)", damaged.Error);
        Assert.Equal([file], Directory.GetFileSystemEntries(_folder));
    }

    private static Dictionary<(int, string), DataSet.Held> ExportTo(params string[] target)
    {
        using PkvServer server = PkvServer.InProcess("--proto-max-bulk-len", "1gb");
        using (RespClient client = server.Connect())
            Fill(client);
        Dictionary<(int, string), DataSet.Held> held = DataSet.Capture(server.Connect);
        server.Stop();
        string before = CliRun.HashOf(server.PoolPath);
        CliRun run = CliRun.Of(["export-aof", server.PoolPath, .. target]);
        Assert.True(run.Code == 0, run.ToString());
        Assert.Contains($"{held.Count} keys exported to {target[^1]}", run.Out);
        Assert.Equal(before, CliRun.HashOf(server.PoolPath));
        return held;
    }

    private static void Fill(RespClient client)
    {
        string allBytes = new([.. Enumerable.Range(0, 256).Select(i => (char)i)]);
        long future = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + 100_000_000;
        for (int database = 0; database < 16; database++)
        {
            client.Call("SELECT", $"{database}");
            client.Call("SET", $"plain{database}", $"value{database}");
            client.Call("SET", $"expires{database}", "v", "PXAT", $"{future + database}");
        }
        client.Call("SET", allBytes, allBytes);
        client.Call("SET", "", "");
        client.Call("SET", "crlf\r\n$5\r\n", "\r\n*1\r\n");
        client.Call("SETEX", "gap", "1000", allBytes);
        client.Call("SET", "large", string.Concat(Enumerable.Repeat(allBytes, 30_000)));
        client.Call("MSET", "m1", "1", "m2", "2");
        client.Call("INCRBY", "m1", "41");
        client.Call("SET", "later", "x");
        client.Call("PEXPIREAT", "later", $"{future}");
        client.Call("SET", "never", "x", "EX", "100");
        client.Call("PERSIST", "never");
        client.Call("SET", "gone", "x");
        client.Call("DEL", "gone");
        client.Call("SET", "soon", "x", "PX", "1");
        CollectionData.Fill(client, seed: 3, ofEach: 20);
        client.Call("SWAPDB", "3", "4");
    }

    private void AssertRedisHolds(Dictionary<(int, string), DataSet.Held> held)
    {
        using ReferenceRedis redis = ReferenceRedis.With("--dir", _folder, "--appendonly", "yes");
        Dictionary<(int, string), DataSet.Held> loaded = DataSet.Capture(redis.Connect);
        Assert.Equal(held.Count, loaded.Count);
        Assert.Null(DataSet.Difference(held, loaded, toleranceMs: 0));
    }
}
