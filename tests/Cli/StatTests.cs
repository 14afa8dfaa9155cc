using System.Text.Json;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Cli;

/// <summary>pkv stat counts what was written, as text and as JSON, and touches nothing.</summary>
public sealed class StatTests
{
    [Fact]
    public void Figures_are_those_of_what_was_written()
    {
        using PkvServer server = new();
        using (RespClient client = server.Connect())
        {
            for (int i = 0; i < 30; i++)
                client.Call("SET", $"key{i}", new string('v', 10 + i));
            client.Call("SET", "largest", new string('l', 100_000));
            client.Call("SET", "key1", "again", "PX", "1");
            client.Call("SELECT", "7");
            client.Call("SET", "elsewhere\u0001\"", "x", "EX", "1000");
            client.Call("SELECT", "0");
            client.Call("DEL", "key2");
            client.Call("PEXPIREAT", "key3", "99999999999999");
        }
        server.Stop();
        string before = CliRun.HashOf(server.PoolPath);
        CliRun run = CliRun.Of("stat", server.PoolPath, "--json");
        Assert.True(run.Code == 0, run.ToString());
        using JsonDocument json = JsonDocument.Parse(run.Out);
        JsonElement stat = json.RootElement;
        long Number(string name) => stat.GetProperty(name).GetInt64();
        // key1 may have been removed by the server already, which is one tombstone more and one key less.
        long removed = Number("tombstones") - 2;
        Assert.InRange(removed, 0, 1);
        Assert.Equal(33, Number("values"));
        Assert.Equal(35 + removed, Number("commands"));
        Assert.Equal(31 - removed, Number("keys"));
        Assert.Equal(3 - removed, Number("keys_that_expire"));
        Assert.Equal(1 - removed, Number("keys_expired"));
        Assert.Equal(30 - removed, stat.GetProperty("keys_by_database").GetProperty("0").GetInt64());
        Assert.Equal(1, stat.GetProperty("keys_by_database").GetProperty("7").GetInt64());
        Assert.Equal(100_000, stat.GetProperty("largest_values")[0].GetProperty("bytes").GetInt64());
        Assert.Equal("\"largest\"", stat.GetProperty("largest_values")[0].GetProperty("key").GetString());
        Assert.Equal(Number("slots"), Number("slots_used") + Number("slots_free"));
        Assert.Equal(Number("segments"), Number("segments_sealed"));
        Assert.Equal(Number("entries") * 32, Number("entry_bytes"));
        Assert.InRange(Number("live_bytes"), 100_000, Number("record_bytes"));
        Assert.Equal(Number("segments"), stat.GetProperty("segments_by_live_tenth").EnumerateArray().Sum(e => e.GetInt64()));
        Assert.Equal(new FileInfo(server.PoolPath).Length, Number("file_bytes"));
        Assert.InRange(Number("oldest_ms"), Number("created_ms"), Number("newest_ms"));

        CliRun text = CliRun.Of("stat", server.PoolPath);
        Assert.True(text.Code == 0, text.ToString());
        Assert.Matches(@"(?m)^  database 7 +1 keys$", text.Out);
        Assert.Matches(@"(?m)^  large value +100,000 bytes, string, database 0, key ""largest""$", text.Out);
        Assert.Contains("90 to 100 %", text.Out);
        Assert.Equal(before, CliRun.HashOf(server.PoolPath));
    }

    [Fact]
    public void Damage_is_counted_and_the_exit_code_says_so()
    {
        using PkvServer server = new();
        using (RespClient client = server.Connect())
        {
            client.Call("SET", "a", "the first value");
            client.Call("SET", "b", "the second value");
        }
        server.Stop();
        byte[] pool = File.ReadAllBytes(server.PoolPath);
        pool[pool.AsSpan().IndexOf("the first value"u8)] ^= 1;
        File.WriteAllBytes(server.PoolPath, pool);
        CliRun run = CliRun.Of("stat", server.PoolPath, "--json");
        Assert.True(run.Code == 1, run.ToString());
        using JsonDocument json = JsonDocument.Parse(run.Out);
        Assert.Equal(1, json.RootElement.GetProperty("damages").GetInt32());
        Assert.Equal(1, json.RootElement.GetProperty("segments_damaged").GetInt32());
        Assert.Equal(1, json.RootElement.GetProperty("keys").GetInt32());
    }
}
