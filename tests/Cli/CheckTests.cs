using Pkv.Persistence.Format;
using Pkv.Tests.Persistence;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Cli;

/// <summary>pkv check tells each damage with its place and changes nothing, whatever state the pool is in.</summary>
public sealed class CheckTests
{
    [Fact]
    public void A_pool_that_was_stopped_or_killed_is_sound_and_not_touched()
    {
        using PkvServer server = PkvServer.Child();
        Fill(server);
        server.Kill();
        AssertSound(server, keys: 20);
        server.Start();
        server.Stop();
        AssertSound(server, keys: 20);
    }

    [Fact]
    public void A_flipped_bit_is_told_with_slot_and_bytes_and_cause()
    {
        using PkvServer server = new();
        Fill(server);
        server.Stop();
        byte[] pool = File.ReadAllBytes(server.PoolPath);
        pool[pool.AsSpan().IndexOf("the value of key 7."u8)] ^= 1;
        File.WriteAllBytes(server.PoolPath, pool);
        CliRun run = CliRun.Of("check", server.PoolPath);
        Assert.True(run.Code == 1, run.ToString());
        Assert.Matches(@"damage: segment 0, pool bytes \d+\.\.\d+: commit entry \d+ of \d+ durable ones, or its record, fails its checksum", run.Out);
        Assert.Contains("19 keys would be recovered under --recovery-mode salvage", run.Out);
        Assert.Contains("the pool is damaged in 1 place(s)", run.Out);
        Assert.Equal(pool, File.ReadAllBytes(server.PoolPath));
    }

    [Fact]
    public void A_damaged_segment_header_is_told()
    {
        using PkvServer server = new();
        Fill(server);
        server.Stop();
        byte[] pool = File.ReadAllBytes(server.PoolPath);
        pool[PoolHeader.SegmentsOffset + 24] ^= 1;
        File.WriteAllBytes(server.PoolPath, pool);
        CliRun run = CliRun.Of("check", server.PoolPath);
        Assert.True(run.Code == 1, run.ToString());
        Assert.Contains($"damage: segment 0, pool bytes {PoolHeader.SegmentsOffset}..{PoolHeader.SegmentsOffset + 63}: the segment header is damaged", run.Out);
        Assert.Contains("0 keys would be recovered", run.Out);
    }

    [Fact]
    public void What_was_being_written_at_the_end_is_normal_and_stays_in_the_file()
    {
        using PkvServer server = PkvServer.Child();
        Fill(server);
        server.Kill();
        byte[] pool = File.ReadAllBytes(server.PoolPath);
        pool[pool.AsSpan().IndexOf("the value of key 19."u8)] ^= 1;
        File.WriteAllBytes(server.PoolPath, pool);
        CliRun run = CliRun.Of("check", server.PoolPath);
        Assert.True(run.Code == 0, run.ToString());
        Assert.Contains("19 keys would be recovered", run.Out);
        Assert.Equal(pool, File.ReadAllBytes(server.PoolPath));
    }

    [Fact]
    public void A_record_that_no_release_writes_is_told_though_its_checksum_is_right()
    {
        using LogBench bench = new();
        bench.Note(1, "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n");
        bench.Log.Commit(1);
        bench.Note(2, "*1\r\n$4\r\nEVIL\r\n", database: 1);
        bench.Log.Commit(1);
        bench.Append.Close();
        bench.Close();
        CliRun run = CliRun.Of("check", bench.Path);
        Assert.True(run.Code == 1, run.ToString());
        Assert.Contains("cannot be replayed: segment 0, pool bytes ", run.Out);
        Assert.Contains("EVIL", run.Out);
        Assert.Contains("1 keys would be recovered", run.Out);
    }

    [Fact]
    public void A_segment_that_was_being_freed_is_left_as_it_is()
    {
        using PkvServer server = new();
        Fill(server);
        server.Stop();
        byte[] pool = File.ReadAllBytes(server.PoolPath);
        BitConverter.TryWriteBytes(pool.AsSpan((int)PoolHeader.SegmentsOffset), SegmentHeader.MagicDead);
        ulong generation = BitConverter.ToUInt64(pool, (int)PoolHeader.SegmentsOffset + 24);
        BitConverter.TryWriteBytes(pool.AsSpan((int)PoolHeader.DirectoryOffset), DirectoryWord.Absent(generation).Pack(0));
        File.WriteAllBytes(server.PoolPath, pool);
        foreach (string verb in new[] { "check", "stat" })
        {
            CliRun run = CliRun.Of(verb, server.PoolPath);
            Assert.True(run.Code == 0, run.ToString());
        }
        Assert.Equal(pool, File.ReadAllBytes(server.PoolPath));
    }

    [Fact]
    public void A_pool_that_a_server_has_is_refused_in_one_line_and_two_readers_do_not_mind_each_other()
    {
        using PkvServer server = new();
        CliRun run = CliRun.Of("check", server.PoolPath);
        Assert.Equal(2, run.Code);
        Assert.Equal($"pkv: the pool {server.PoolPath} is in use by another server (it holds the lock)\n", run.Error);
        server.Stop();
        using var other = new Pkv.Persistence.Media.ReadOnlyMedium(server.PoolPath, Pkv.Persistence.Media.MediumKind.Dram);
        Assert.Equal(0, CliRun.Of("check", server.PoolPath).Code);
        Assert.Contains("in use", Assert.Throws<Pkv.Persistence.Media.MediumException>(server.Start).Message);
    }

    [Fact]
    public void What_is_no_pool_is_refused_in_one_line_and_nothing_is_made()
    {
        string path = Path.Combine(Path.GetTempPath(), $"pkv-cli-{Guid.NewGuid():n}");
        Refuses(path, "No such file or directory");
        Assert.False(File.Exists(path));
        File.WriteAllBytes(path, []);
        Refuses(path, "is not a Pkv pool");
        File.WriteAllBytes(path, new byte[1 << 20]);
        Refuses(path, "its first bytes are zeros");
        File.WriteAllText(path, new string('x', 4096));
        Refuses(path, "its first bytes are not PKVPOOL1");
        File.Delete(path);
        Refuses(Path.GetTempPath(), "it is a directory");
    }

    [Fact]
    public void A_truncated_pool_is_refused_with_both_lengths()
    {
        using PkvServer server = new();
        server.Stop();
        using (FileStream file = File.OpenWrite(server.PoolPath))
            file.SetLength(file.Length - 4096);
        Refuses(server.PoolPath, "the pool is truncated: ");
    }

    [Fact]
    public void A_database_that_the_server_will_not_have_is_told_as_the_server_tells_it()
    {
        using PkvServer server = PkvServer.InProcess("--databases", "32");
        using (RespClient client = server.Connect())
        {
            client.Call("SELECT", "20");
            client.Call("RPUSH", "list", "a");
        }
        server.Stop();
        CliRun run = CliRun.Of("check", server.PoolPath);
        Assert.True(run.Code == 1, run.ToString());
        Assert.Contains("database 20 is used: a server with --databases 16 does not start; it needs --databases 21 or more\n", run.Out);
        Assert.EndsWith("the pool is sound, but needs a server with more databases\n", run.Out);
        Assert.Equal(1, CliRun.Of("check", server.PoolPath, "--databases", "20").Code);
        CliRun enough = CliRun.Of("check", server.PoolPath, "--databases", "21");
        Assert.True(enough.Code == 0, enough.ToString());
        Assert.EndsWith("the pool is sound\n", enough.Out);
        Assert.Equal(0, CliRun.Of("stat", server.PoolPath).Code);
    }

    [Theory]
    [InlineData("FLUSHDB")]
    [InlineData("FLUSHALL")]
    [InlineData("SWAPDB", "0", "20")]
    public void Check_and_a_start_agree_on_databases_that_only_a_command_over_whole_ones_names(params string[] command)
    {
        using PkvServer server = PkvServer.InProcess("--databases", "32");
        using (RespClient client = server.Connect())
        {
            client.Call("SET", "a", "b");
            client.Call("SELECT", "20");
            Assert.False(client.Call(command).IsError);
        }
        server.Stop();
        Assert.Equal(1, CliRun.Of("check", server.PoolPath).Code);
        Assert.Equal(0, CliRun.Of("check", server.PoolPath, "--databases", "21").Code);
        using PkvServer other = PkvServer.InProcess();
        other.Stop();
        File.Copy(server.PoolPath, other.PoolPath, overwrite: true);
        Assert.Contains("commands on database 20", Assert.Throws<Pkv.Persistence.Media.MediumException>(other.Start).Message);
    }

    private static void Fill(PkvServer server)
    {
        using RespClient client = server.Connect();
        for (int i = 0; i < 20; i++)
            client.Call("SET", $"key{i}", $"the value of key {i}.");
    }

    private static void AssertSound(PkvServer server, int keys)
    {
        string before = CliRun.HashOf(server.PoolPath);
        CliRun run = CliRun.Of("check", server.PoolPath);
        Assert.True(run.Code == 0, run.ToString());
        Assert.Contains($"{keys} keys would be recovered\nthe pool is sound\n", run.Out);
        Assert.Equal(before, CliRun.HashOf(server.PoolPath));
    }

    private static void Refuses(string path, string reason)
    {
        CliRun run = CliRun.Of("check", path);
        Assert.True(run.Code == 2, run.ToString());
        Assert.Contains(reason, run.Error);
        Assert.Single(run.Error.Trim().Split('\n'));
    }
}
