using Pkv.Engine.Rdb;
using Pkv.Tests.Differential;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Cli;

/// <summary>
/// A real Redis's snapshot into a pool, and back by way of an append-only file: the same keys, values and times in every
/// database. What is malformed is refused before anything is written.
/// </summary>
public sealed class ImportRdbTests : IDisposable
{
    private readonly RedisFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [RedisFact]
    public void A_snapshot_goes_through_a_pool_and_an_append_only_file_back_to_Redis_unchanged()
    {
        Dictionary<(int, string), DataSet.Held> held = [];
        string rdb;
        using (ReferenceRedis redis = _folder.Start())
        {
            using RespClient client = redis.Connect();
            StringData.Fill(client, seed: 1, keys: 3000);
            CollectionData.Fill(client, seed: 2, ofEach: 40);
            held = DataSet.Capture(redis.Connect);
            client.Call("SAVE");
            rdb = _folder["dump.rdb"];
        }
        string pool = _folder["p.pool"];
        CliRun import = CliRun.Of("import-rdb", rdb, pool, "--pool-size", "256mb");
        Assert.True(import.Code == 0, import.ToString());
        Assert.Contains($"the pool holds {held.Count:N0} keys", import.Out);
        Assert.Equal(0, CliRun.Of("check", pool).Code);
        AssertServes(pool, held);
        CliRun export = CliRun.Of("export-aof", pool, _folder["appendonly.aof"]);
        Assert.True(export.Code == 0, export.ToString());
        File.Delete(rdb);
        using ReferenceRedis again = _folder.Start("--appendonly", "yes");
        Assert.Null(DataSet.Difference(held, DataSet.Capture(again.Connect), toleranceMs: 0));
    }

    [RedisFact]
    public void Keys_that_have_expired_since_are_dropped()
    {
        string rdb = _folder.Snapshot(client =>
        {
            client.Call("DEBUG", "SET-ACTIVE-EXPIRE", "0");
            client.Call("SET", "stays", "x");
            client.Call("SET", "gone", "x", "PXAT", $"{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + 30}");
        });
        // Its time is over when the clock says so, not after some sleep.
        SpinWait.SpinUntil(() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() > new DateTimeOffset(File.GetLastWriteTimeUtc(rdb)).ToUnixTimeMilliseconds() + 100);
        CliRun import = CliRun.Of("import-rdb", rdb, _folder["p.pool"]);
        Assert.True(import.Code == 0, import.ToString());
        Assert.Contains("1 keys had expired and were dropped", import.Out);
        Assert.Contains("the pool holds 1 keys", import.Out);
    }

    [RedisFact]
    public void Types_without_commands_are_refused_before_anything_is_written_and_can_be_left_out()
    {
        string rdb = _folder.Snapshot(client =>
        {
            client.Call("SET", "string", "x");
            client.Call("XADD", "stream", "1-1", "field", "value");
            client.Call("XGROUP", "CREATE", "stream", "group", "0");
            client.Call("XREADGROUP", "GROUP", "group", "me", "STREAMS", "stream", ">");
            client.Call("XADD", "stream2", "1-1", "field", "value");
            client.Call("FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('f', function() return 1 end)");
        });
        string pool = _folder["p.pool"];
        CliRun import = CliRun.Of("import-rdb", rdb, pool);
        Assert.True(import.Code == 2, import.ToString());
        Assert.Contains("2 stream keys (\"stream", import.Error);
        Assert.False(File.Exists(pool));
        CliRun rest = CliRun.Of("import-rdb", rdb, pool, "--skip-unsupported");
        Assert.True(rest.Code == 1, rest.ToString());
        Assert.Contains("left out: function libraries (1)", rest.Out);
        Assert.Contains("left out, because this server has no commands for them: 2 stream keys", rest.Out);
        Assert.Contains("the pool holds 1 keys", rest.Out);
    }

    [RedisFact]
    public void A_pool_with_keys_is_added_to_only_when_told()
    {
        using PkvServer server = new();
        using (RespClient client = server.Connect())
        {
            client.Call("SET", "mine", "1");
            client.Call("SET", "both", "old", "EX", "1000");
        }
        server.Stop();
        string rdb = _folder.Snapshot(client =>
        {
            client.Call("SET", "both", "new");
            client.Call("SET", "theirs", "2");
        });
        string before = CliRun.HashOf(server.PoolPath);
        CliRun refused = CliRun.Of("import-rdb", rdb, server.PoolPath);
        Assert.True(refused.Code == 2, refused.ToString());
        Assert.Contains("holds 2 keys: use --append to add to them", refused.Error);
        Assert.Equal(before, CliRun.HashOf(server.PoolPath));
        CliRun added = CliRun.Of("import-rdb", rdb, server.PoolPath, "--append");
        Assert.True(added.Code == 0, added.ToString());
        server.Start();
        using RespClient again = server.Connect();
        Assert.Equal("$1", again.Call("GET", "mine").ToString());
        Assert.Equal("$new", again.Call("GET", "both").ToString());
        Assert.Equal(":-1", again.Call("TTL", "both").ToString());
        Assert.Equal("$2", again.Call("GET", "theirs").ToString());
    }

    [RedisFact]
    public void Every_cut_and_every_flipped_bit_is_refused_and_leaves_no_pool()
    {
        byte[] rdb = File.ReadAllBytes(_folder.Snapshot(client => StringData.Fill(client, seed: 2, keys: 40)));
        string bad = _folder["bad.rdb"], pool = _folder["p.pool"];
        for (int cut = 0; cut < rdb.Length; cut += 1 + rdb.Length / 97)
        {
            File.WriteAllBytes(bad, rdb[..cut]);
            Refuses(bad, pool);
        }
        Random random = new(3);
        for (int i = 0; i < 200; i++)
        {
            byte[] flipped = [.. rdb];
            flipped[random.Next(9, flipped.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(bad, flipped);
            Refuses(bad, pool);
        }
        File.WriteAllBytes(bad, [.. rdb, (byte)'*']);
        Refuses(bad, pool);
        rdb[8] = (byte)'9';
        rdb[7] = (byte)'9';
        File.WriteAllBytes(bad, rdb);
        Assert.Contains("has RDB version 99", Refuses(bad, pool).Error);
    }

    [Fact]
    public void A_full_pool_ends_the_import_and_leaves_no_pool()
    {
        byte[] aof = RespClient.Encode("SET", "large", new string('x', 40 << 20));
        string file = _folder["big.aof"], pool = _folder["p.pool"];
        File.WriteAllBytes(file, aof);
        CliRun run = CliRun.Of("import-aof", file, pool, "--pool-size", "32mb");
        Assert.True(run.Code == 2, run.ToString());
        Assert.Matches(@"^pkv: the pool is full at \d+ bytes: give a larger --pool-size\n$", run.Error);
        Assert.Equal([file], Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef01234567")]
    [InlineData("0123456789abcdef0123456789abcdef01234567\n")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void What_ends_a_transfer_without_a_file_may_stand_behind_the_snapshot(string tail)
    {
        OldRdb rdb = new();
        rdb.Add(RdbType.String, "key", OldRdb.Text("value"));
        string file = _folder["stream.rdb"];
        File.WriteAllBytes(file, [.. rdb.Finish(), .. System.Text.Encoding.ASCII.GetBytes(tail)]);
        CliRun run = CliRun.Of("import-rdb", file, _folder["p.pool"]);
        Assert.True(run.Code == 0, run.ToString());
        Assert.Contains("the pool holds 1 keys", run.Out);
        CliRun log = CliRun.Of("import-aof", file, _folder["q.pool"]);
        Assert.True(log.Code == 0, log.ToString());
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef0123456")]
    [InlineData("0123456789abcdef0123456789abcdef01234567x")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF01234567")]
    [InlineData("\n\n")]
    public void Anything_else_behind_the_snapshot_is_refused(string tail)
    {
        OldRdb rdb = new();
        rdb.Add(RdbType.String, "key", OldRdb.Text("value"));
        string file = _folder["more.rdb"];
        File.WriteAllBytes(file, [.. rdb.Finish(), .. System.Text.Encoding.ASCII.GetBytes(tail)]);
        Assert.Contains("more bytes after its snapshot", Refuses(file, _folder["p.pool"]).Error);
    }

    [RedisFact]
    public void A_snapshot_that_was_written_to_standard_output_is_imported()
    {
        string file = _folder["out.rdb"];
        using (ReferenceRedis redis = _folder.Start("--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0"))
        {
            redis.Call("MSET", "a", "1", "b", "2");
            System.Diagnostics.ProcessStartInfo start = new("/bin/sh", ["-c", $"redis-cli -p {redis.Port} --rdb - > {file} 2>/dev/null"]);
            using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }
        CliRun run = CliRun.Of("import-rdb", file, _folder["p.pool"]);
        Assert.True(run.Code == 0, run.ToString());
        Assert.Contains("the pool holds 2 keys", run.Out);
    }

    [Theory]
    [InlineData(-1L, true)]
    [InlineData(-2L, false)]
    [InlineData(0L, false)]
    [InlineData(1L, false)]
    [InlineData(long.MinValue, false)]
    [InlineData(99_999_999_999_999L, true)]
    public void Times_before_the_epoch_are_over(long expiryMs, bool lives)
    {
        foreach (bool isList in new[] { false, true })
        {
            OldRdb rdb = new();
            rdb.Add(RdbType.String, "stays", OldRdb.Text("x"));
            rdb.ExpireNext(expiryMs);
            rdb.Add(isList ? RdbType.ListZiplist : RdbType.String, "key", isList ? OldRdb.Text(OldRdb.Ziplist(["a"])) : OldRdb.Text("value"));
            string file = _folder[$"{isList}.rdb"];
            File.WriteAllBytes(file, rdb.Finish());
            foreach (string verb in new[] { "import-rdb", "import-aof" })
            {
                CliRun run = CliRun.Of(verb, file, _folder[$"{verb}{isList}.pool"]);
                Assert.True(run.Code == 0, run.ToString());
                Assert.Contains($"the pool holds {(lives ? 2 : 1)} keys", run.Out);
            }
        }
    }

    [Fact]
    public void A_collection_that_holds_something_twice_or_a_score_that_is_no_number_is_refused()
    {
        (RdbType Type, byte[] Value)[] bad =
        [
            (RdbType.Set, [2, .. OldRdb.Text("m"), .. OldRdb.Text("m")]),
            (RdbType.Hash, [2, .. OldRdb.Text("f"), .. OldRdb.Text("1"), .. OldRdb.Text("f"), .. OldRdb.Text("2")]),
            (RdbType.HashZiplist, OldRdb.Text(OldRdb.Ziplist(["f", "1", "f", "2"]))),
            (RdbType.SortedSetZiplist, OldRdb.Text(OldRdb.Ziplist(["m", "1", "m", "2"]))),
            (RdbType.SortedSetZiplist, OldRdb.Text(OldRdb.Ziplist(["m", "much"]))),
            (RdbType.SetIntset, OldRdb.Text(OldRdb.Intset(2, 3, 1, 2))),
            (RdbType.SetIntset, OldRdb.Text(OldRdb.Intset(2, 1, 1))),
        ];
        foreach ((RdbType type, byte[] value) in bad)
        {
            OldRdb rdb = new();
            rdb.Add(type, "key", value);
            string file = _folder["bad.rdb"];
            File.WriteAllBytes(file, rdb.Finish());
            Assert.Contains("is malformed before byte", Refuses(file, _folder["p.pool"]).Error);
        }
    }

    [Fact]
    public void The_pool_of_a_running_server_is_refused_as_by_every_other_verb()
    {
        string rdb = _folder["some.rdb"];
        File.WriteAllBytes(rdb, new OldRdb().Finish());
        using PkvServer server = new();
        foreach (string[] verb in new string[][] { ["import-rdb", rdb, server.PoolPath], ["import-aof", rdb, server.PoolPath, "--append"], ["grow", server.PoolPath, "--to", "2gb"], ["stat", server.PoolPath],
            ["export-aof", server.PoolPath, _folder["x"]], ["salvage", server.PoolPath, "--to", _folder["y"]] })
        {
            CliRun run = CliRun.Of(verb);
            Assert.Equal((2, $"pkv: the pool {server.PoolPath} is in use by another server (it holds the lock)\n"), (run.Code, run.Error));
        }
    }

    private static CliRun Refuses(string file, string pool)
    {
        CliRun run = CliRun.Of("import-rdb", file, pool);
        Assert.True(run.Code == 2, run.ToString());
        Assert.Single(run.Error.Trim().Split('\n'));
        Assert.False(File.Exists(pool));
        return run;
    }

    internal static void AssertServes(string pool, Dictionary<(int, string), DataSet.Held> held)
    {
        using PkvServer server = new();
        server.Stop();
        File.Copy(pool, server.PoolPath, overwrite: true);
        server.Start();
        Assert.Null(DataSet.Difference(held, DataSet.Capture(server.Connect), toleranceMs: 0));
    }
}
