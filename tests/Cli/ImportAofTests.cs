using System.Text;
using Pkv.Tests.Differential;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Cli;

/// <summary>A real Redis's append-only log, in all its forms, into a pool: the data set that Redis itself makes of it.</summary>
public sealed class ImportAofTests : IDisposable
{
    private readonly RedisFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [RedisTheory]
    [InlineData("yes", "no")]
    [InlineData("no", "yes")]
    public void A_folder_with_base_and_increments_is_imported(string preamble, string timestamps)
    {
        Dictionary<(int, string), DataSet.Held> held;
        // With everysec, Redis puts writes off while a sync is under way, and would lose them when it is killed.
        using (ReferenceRedis redis = _folder.Start("--appendonly", "yes", "--appendfsync", "always", "--aof-use-rdb-preamble", preamble, "--aof-timestamp-enabled", timestamps))
        {
            using RespClient client = redis.Connect();
            StringData.Fill(client, seed: 11, keys: 1000);
            client.Call("BGREWRITEAOF");
            SpinWait.SpinUntil(() => client.Call("INFO", "persistence").Text.Contains("aof_rewrite_in_progress:0\r\naof_rewrite_scheduled:0", StringComparison.Ordinal));
            RunAllKinds(client);
            StringData.Fill(client, seed: 12, keys: 500);
            held = DataSet.Capture(redis.Connect);
        }
        CliRun run = CliRun.Of("import-aof", _folder["appendonlydir"], _folder["p.pool"], "--pool-size", "256mb");
        Assert.True(run.Code == 0, run.ToString());
        ImportRdbTests.AssertServes(_folder["p.pool"], held);
        string manifest = Assert.Single(Directory.GetFiles(_folder["appendonlydir"], "*.manifest"));
        Assert.Equal(0, CliRun.Of("import-aof", manifest, _folder["q.pool"], "--pool-size", "256mb").Code);
        ImportRdbTests.AssertServes(_folder["q.pool"], held);
    }

    [Fact]
    public void A_log_whose_line_ends_an_editor_changed_is_malformed_not_cut_short()
    {
        string whole = System.Text.Encoding.ASCII.GetString([.. RespClient.Encode("SET", "a", "1"), .. RespClient.Encode("SET", "bb", "22")]);
        string file = _folder["edited.aof"], pool = _folder["edited.pool"];
        string[] edited = [whole.Replace("\r\n", "\n"), whole.Replace("\r\n", "\r"), whole[..^6] + "\n", whole + "*1\n", whole + "*3\r\n$3\n", whole + "*2\r\n$1\r\nab"];
        foreach (string text in edited)
        {
            File.WriteAllText(file, text);
            CliRun run = CliRun.Of("import-aof", file, pool);
            Assert.True(run.Code == 2, $"{text}: {run}");
            Assert.Contains("is malformed at byte", run.Error);
            Assert.False(File.Exists(pool));
        }
        // Every beginning of a command is one that was cut short.
        for (int length = RespClient.Encode("SET", "a", "1").Length + 1; length < whole.Length; length++)
        {
            File.WriteAllText(file, whole[..length]);
            CliRun run = CliRun.Of("import-aof", file, pool, "--aof-load-truncated", "no");
            Assert.True(run.Code == 2 && run.Error.Contains("is cut short within a command", StringComparison.Ordinal), $"{length}: {run}");
        }
    }

    [RedisFact]
    public void A_log_that_is_cut_is_loaded_as_far_as_Redis_loads_it()
    {
        byte[] log =
        [
            .. RespClient.Encode("SELECT", "0"), .. RespClient.Encode("SET", "a", "1"), .. "#TS:1700000000\r\n"u8, .. RespClient.Encode("MULTI"),
            .. RespClient.Encode("SET", "b", "2"), .. RespClient.Encode("INCR", "a"), .. RespClient.Encode("EXEC"), .. RespClient.Encode("SET", "c", "three"),
        ];
        string plain = _folder["appendonly.aof"], pool = _folder["p.pool"];
        for (int cut = log.Length; cut > 40; cut -= 7)
        {
            byte[] part = log[..cut];
            File.WriteAllBytes(plain, part);
            Dictionary<(int, string), DataSet.Held> held = DataSetOf(plain);
            File.WriteAllBytes(plain, part);
            CliRun strict = CliRun.Of("import-aof", plain, pool, "--aof-load-truncated", "no");
            CliRun run = CliRun.Of("import-aof", plain, _folder["cut.pool"]);
            bool isWhole = strict.Code == 0;
            Assert.True(run.Code == (isWhole ? 0 : 1), run.ToString());
            Assert.Equal(isWhole, File.Exists(pool));
            Assert.Equal(isWhole ? "" : "cut short within a command or transaction", isWhole ? strict.Error : strict.Error[strict.Error.IndexOf("cut short", StringComparison.Ordinal)..strict.Error.IndexOf(':', 6)]);
            ImportRdbTests.AssertServes(_folder["cut.pool"], held);
            File.Delete(pool);
            File.Delete(_folder["cut.pool"]);
        }
    }

    [RedisFact]
    public void What_has_expired_since_lived_for_the_commands_behind_it_and_relative_times_count_from_now()
    {
        long past = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 1000;
        byte[] log =
        [
            .. RespClient.Encode("SET", "gone", "x", "PXAT", $"{past}"), .. RespClient.Encode("APPEND", "gone", "y"),
            .. RespClient.Encode("SET", "gone2", "x"), .. RespClient.Encode("PEXPIREAT", "gone2", $"{past}"), .. RespClient.Encode("INCR", "n"),
            .. RespClient.Encode("COPY", "gone2", "copy", "DB", "20"), .. RespClient.Encode("PERSIST", "gone2"),
            .. RespClient.Encode("SETEX", "setex", "1000", "v"), .. RespClient.Encode("PSETEX", "psetex", "1000000", "v"),
            .. RespClient.Encode("SET", "ex", "v", "EX", "1000", "NX"), .. RespClient.Encode("SET", "px", "v", "px", "1000000"),
            .. RespClient.Encode("SET", "expire", "v"), .. RespClient.Encode("EXPIRE", "expire", "1000", "NX"),
            .. RespClient.Encode("SET", "pexpire", "v"), .. RespClient.Encode("PEXPIRE", "pexpire", "1000000"),
            .. RespClient.Encode("SET", "getex", "v"), .. RespClient.Encode("GETEX", "getex", "EX", "1000"),
        ];
        string plain = _folder["appendonly.aof"];
        File.WriteAllBytes(plain, log);
        CliRun run = CliRun.Of("import-aof", plain, _folder["p.pool"]);
        Assert.True(run.Code == 0, run.ToString());
        Assert.Contains("2 keys had expired and were dropped", run.Out);
        Assert.Contains("database 20 is used: the server needs --databases 21 or more", run.Out);
        using PkvServer server = PkvServer.InProcess("--databases", "21");
        server.Stop();
        File.Copy(_folder["p.pool"], server.PoolPath, overwrite: true);
        server.Start();
        Dictionary<(int, string), DataSet.Held> expected = DataSetOf(plain, "--databases", "21");
        Assert.Equal(9, expected.Count);
        Assert.Null(DataSet.Difference(expected, DataSet.Capture(server.Connect), DataSet.ClockToleranceMs));
    }

    [Theory]
    [InlineData("SET a b\r\n", "byte 0: neither a command nor an annotation")]
    [InlineData("*3\r\n$3\r\nSET\r\n$1\r\na\r\n:1\r\n", "byte 0: Protocol error: expected '$'")]
    [InlineData("*1\r\n$5\r\nMULTI\r\n*x\r\n", "byte 15: Protocol error: invalid multibulk length")]
    [InlineData("*0\r\n", "byte 0: a command without a name")]
    public void What_is_malformed_is_refused_with_its_place_and_leaves_no_pool(string log, string reason)
    {
        File.WriteAllText(_folder["bad.aof"], log);
        CliRun run = CliRun.Of("import-aof", _folder["bad.aof"], _folder["p.pool"]);
        Assert.True(run.Code == 2, run.ToString());
        Assert.Contains($"is malformed at {reason}", run.Error);
        Assert.Single(run.Error.Trim().Split('\n'));
        Assert.False(File.Exists(_folder["p.pool"]));
    }

    [Fact]
    public void Commands_that_are_not_there_are_refused_with_their_keys_and_can_be_left_out()
    {
        File.WriteAllBytes(_folder["x.aof"],
        [
            .. RespClient.Encode("SET", "a", "1"), .. RespClient.Encode("XACK", "stream\u0001", "group", "1-1"), .. RespClient.Encode("MULTI"),
            .. RespClient.Encode("xack", "stream2", "group", "1-1"), .. RespClient.Encode("SHUTDOWN"), .. RespClient.Encode("SET", "b", "2"), .. RespClient.Encode("EXEC"),
        ]);
        CliRun run = CliRun.Of("import-aof", _folder["x.aof"], _folder["p.pool"]);
        Assert.True(run.Code == 2, run.ToString());
        Assert.Contains("""1 SHUTDOWN commands (""); 2 XACK commands ("stream\x01", "stream2"); nothing was written""", run.Error);
        Assert.False(File.Exists(_folder["p.pool"]));
        CliRun rest = CliRun.Of("import-aof", _folder["x.aof"], _folder["p.pool"], "--skip-unsupported");
        Assert.True(rest.Code == 1, rest.ToString());
        Assert.Contains("the pool holds 2 keys", rest.Out);
    }

    [Fact]
    public void Values_larger_than_the_buffer_and_overwrites_beyond_the_pool_s_size_are_no_matter()
    {
        using (FileStream log = File.Create(_folder["large.aof"]))
        {
            for (int i = 0; i < 30; i++)
                log.Write(RespClient.Encode("SET", $"key{i % 2}", new string((char)('a' + i % 26), 9_000_000)));
        }
        CliRun run = CliRun.Of("import-aof", _folder["large.aof"], _folder["p.pool"], "--pool-size", "128mb");
        Assert.True(run.Code == 0, run.ToString());
        Assert.Contains("the pool holds 2 keys", run.Out);
        Assert.Equal(0, CliRun.Of("check", _folder["p.pool"]).Code);
    }

    [Fact]
    public void A_folder_whose_manifest_is_wrong_is_refused()
    {
        string folder = _folder["log"];
        Directory.CreateDirectory(folder);
        Refuses("holds 0 manifests");
        File.WriteAllText(Path.Combine(folder, "a.manifest"), "file a.1.base.aof seq 1 type b\n");
        Refuses("which does not exist");
        File.WriteAllText(Path.Combine(folder, "a.1.base.aof"), "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n");
        File.WriteAllText(Path.Combine(folder, "a.1.incr.aof"), "");
        File.AppendAllText(Path.Combine(folder, "a.manifest"), "file \"a.1.incr.aof\" seq 1 type i\n");
        Refuses("and is not the last file of the log");
        File.AppendAllText(Path.Combine(folder, "a.manifest"), "file ../x seq 1 type i\n");
        Refuses("is malformed: file ../x");

        void Refuses(string reason)
        {
            CliRun run = CliRun.Of("import-aof", folder, _folder["p.pool"]);
            Assert.True(run.Code == 2, run.ToString());
            Assert.Contains(reason, run.Error);
        }
    }

    // What a real Redis makes of a plain log.
    private static Dictionary<(int, string), DataSet.Held> DataSetOf(string log, params string[] options)
    {
        using RedisFolder own = new();
        File.Copy(log, own["appendonly.aof"]);
        using ReferenceRedis redis = own.Start(["--appendonly", "yes", .. options]);
        return DataSet.Capture(redis.Connect);
    }

    private static void RunAllKinds(RespClient client)
    {
        foreach (string[] command in new string[][]
        {
            ["SELECT", "5"], ["SET", "n", "10"], ["INCRBY", "n", "5"], ["APPEND", "n", "x"], ["SETRANGE", "n", "10", "y"], ["INCRBYFLOAT", "f", "1.5"],
            ["MSET", "m1", "1", "m2", "2"], ["RENAME", "m1", "m3"], ["COPY", "m2", "m4", "DB", "6"], ["MOVE", "m2", "7"], ["GETDEL", "m3"],
            ["SETEX", "e1", "10000", "v"], ["SET", "e2", "v", "EX", "10000", "GET"], ["EXPIRE", "n", "10000"], ["PERSIST", "n"],
            ["MULTI"], ["SET", "t1", "a"], ["SELECT", "8"], ["SET", "t2", "b"], ["EXEC"], ["SWAPDB", "5", "9"], ["SELECT", "10"], ["SET", "x", "y"],
            ["FLUSHDB"], ["SET", "x", "z"], ["UNLINK", "nothing"], ["DEL", "x"], ["GETSET", "g", "1"], ["SETNX", "g2", "1"], ["MSETNX", "g3", "1", "g4", "2"],
        })
            Assert.False(client.Call(command).IsError, command[0]);
    }
}
