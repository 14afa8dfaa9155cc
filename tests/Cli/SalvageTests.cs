using Pkv.Persistence.Format;
using Pkv.Tests.Differential;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Cli;

/// <summary>pkv salvage writes what is whole into a new pool, says what is not, and leaves the damaged pool as it is.</summary>
public sealed class SalvageTests : IDisposable
{
    private const int Keys = 200;

    private readonly RedisFolder _folder = new();
    private readonly PkvServer _server = new();
    private readonly Dictionary<(int Database, string Key), DataSet.Held> _held;

    public SalvageTests()
    {
        using (RespClient client = _server.Connect())
        {
            long tomorrow = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + 86_400_000;
            for (int i = 0; i < Keys; i++)
            {
                client.Call("SELECT", $"{i % 3}");
                client.Call("SET", $"key{i}", $"the value of key {i}.", "PXAT", $"{tomorrow + i}");
                client.Call("SET", $"gone{i}", "x");
                client.Call("DEL", $"gone{i}");
            }
        }
        _held = DataSet.Capture(_server.Connect);
        Assert.Equal(Keys, _held.Count);
        _server.Stop();
    }

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_sound_pool_is_written_anew_and_nothing_was_lost()
    {
        CliRun run = Salvage(exitCode: 0);
        Assert.Contains($"{Keys} keys written to", run.Out);
        Assert.Contains("nothing was lost: the pool is sound", run.Out);
        ImportRdbTests.AssertServes(_folder["new.pool"], _held);
    }

    [Fact]
    public void Collections_are_written_anew_too()
    {
        using PkvServer server = new();
        using (RespClient client = server.Connect())
            CollectionData.Fill(client, seed: 4, ofEach: 10);
        Dictionary<(int Database, string Key), DataSet.Held> held = DataSet.Capture(server.Connect);
        server.Stop();
        CliRun run = CliRun.Of("salvage", server.PoolPath, "--to", _folder["collections.pool"], "--pool-size", "64mb");
        Assert.True(run.Code == 0, run.ToString());
        ImportRdbTests.AssertServes(_folder["collections.pool"], held);
    }

    [Fact]
    public void What_fails_its_checksum_is_told_and_the_rest_is_kept()
    {
        Damage(pool =>
        {
            pool[pool.AsSpan().IndexOf("the value of key 7."u8)] ^= 1;
            pool[pool.AsSpan().IndexOf("the value of key 77."u8)] ^= 1;
        });
        CliRun run = Salvage(exitCode: 1);
        Assert.Contains("fails its checksum", run.Out);
        Assert.Contains("lost: 2 commit entries (each a command or several) in 1 damaged segments, 0 segments without a readable header", run.Out);
        Assert.Contains($"{Keys - 2} keys written to", run.Out);
        Assert.Contains("it is not known which keys", run.Out);
        _held.Remove((7 % 3, "key7"));
        _held.Remove((77 % 3, "key77"));
        ImportRdbTests.AssertServes(_folder["new.pool"], _held);
    }

    [Fact]
    public void A_damaged_pool_header_is_put_together_from_the_segments()
    {
        for (int at = 0; at < 72; at = at switch { 0 => 8, 8 => 17, 17 => 41, 41 => 66, _ => 72 })
        {
            Damage(pool => pool[at] ^= 4);
            CliRun check = CliRun.Of("check", _server.PoolPath);
            Assert.True(check.Code == 2, check.ToString());
            CliRun run = Salvage(exitCode: 1);
            Assert.Contains(at < 44 ? "damage: the pool's header is damaged" : "damage: the pool's count of slots is damaged", run.Out);
            ImportRdbTests.AssertServes(_folder["new.pool"], _held);
            File.Delete(_folder["new.pool"]);
            Damage(pool => pool[at] ^= 4);
        }
    }

    [Fact]
    public void A_segment_without_its_header_is_lost_as_a_whole_and_told_so()
    {
        Damage(pool => pool[PoolHeader.SegmentsOffset + 33] ^= 1);
        CliRun run = Salvage(exitCode: 1);
        Assert.Contains("the segment header is damaged", run.Out);
        Assert.Contains("1 segments without a readable header", run.Out);
        Assert.Contains("0 keys written to", run.Out);
        Assert.Equal(0, CliRun.Of("check", _folder["new.pool"]).Code);
    }

    [Fact]
    public void Of_a_truncated_pool_the_whole_slots_are_kept()
    {
        _server.Start();
        using (RespClient client = _server.Connect())
            client.Call("SET", "large", new string('x', 9 << 20));
        _server.Stop();
        using (FileStream file = File.OpenWrite(_server.PoolPath))
            file.SetLength(PoolHeader.SegmentsOffset + 3L * PoolHeader.SlotBytes + 100_000);
        CliRun run = Salvage(exitCode: 1);
        Assert.Contains("damage: the pool is truncated: ", run.Out);
        Assert.Contains($"{Keys} keys written to", run.Out);
        ImportRdbTests.AssertServes(_folder["new.pool"], _held);
    }

    [Fact]
    public void What_is_no_pool_or_is_in_use_or_would_be_overwritten_is_refused()
    {
        File.WriteAllBytes(_folder["noise"], [.. Enumerable.Range(0, 8 << 20).Select(i => (byte)(i * 31))]);
        CliRun noise = CliRun.Of("salvage", _folder["noise"], "--to", _folder["new.pool"]);
        Assert.True(noise.Code == 2, noise.ToString());
        Assert.Contains("is not a Pkv pool", noise.Error);
        _server.Start();
        Assert.Contains("in use", CliRun.Of("salvage", _server.PoolPath, "--to", _folder["new.pool"]).Error);
        _server.Stop();
        CliRun exists = CliRun.Of("salvage", _server.PoolPath, "--to", _folder["noise"]);
        Assert.Equal((2, true), (exists.Code, exists.Error.Contains("already exists and will not be overwritten", StringComparison.Ordinal)));
        CliRun small = CliRun.Of("salvage", _server.PoolPath, "--to", _folder["new.pool"], "--pool-size", "1mb");
        Assert.True(small.Code == 2, small.ToString());
        Assert.Equal([_folder["noise"]], Directory.GetFiles(_folder.Path));
    }

    private CliRun Salvage(int exitCode)
    {
        string before = CliRun.HashOf(_server.PoolPath);
        CliRun run = CliRun.Of("salvage", _server.PoolPath, "--to", _folder["new.pool"], "--pool-size", "64mb");
        Assert.True(run.Code == exitCode, run.ToString());
        Assert.Equal(before, CliRun.HashOf(_server.PoolPath));
        return run;
    }

    private void Damage(Action<byte[]> change)
    {
        byte[] pool = File.ReadAllBytes(_server.PoolPath);
        change(pool);
        File.WriteAllBytes(_server.PoolPath, pool);
    }
}
