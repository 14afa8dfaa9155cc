using System.Text.Json;
using Pkv.Tests.Differential;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Cli;

/// <summary>
/// Every verb over a pool that has everything a pool can have: each type in each of its encodings, with one element and with
/// thousands, empty texts and megabytes, expired and expiring keys, several databases, and what flushes, swaps and deletions left in the log.
/// </summary>
public sealed class EveryVerbTests : IDisposable
{
    private const int ListElements = 30_000;

    private readonly RedisFolder _folder = new();
    private readonly PkvServer _server = new();
    private readonly Dictionary<(int Database, string Key), DataSet.Held> _held;

    public EveryVerbTests()
    {
        using (RespClient client = _server.Connect())
        {
            FillOddities(client);
            StringData.Fill(client, seed: 5, keys: 300);
            CollectionData.Fill(client, seed: 6, ofEach: 12);
        }
        _held = DataSet.Capture(_server.Connect);
        _server.Stop();
    }

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Stat_counts_keys_of_every_type_and_names_the_largest()
    {
        string before = CliRun.HashOf(_server.PoolPath);
        CliRun text = Done("stat", _server.PoolPath);
        Assert.Matches($@"(?m)^  large value +[\d,]+ bytes, list of {ListElements:N0} elements, database 0, key ""huge list""$", text.Out);
        Assert.Matches(@"(?m)^  large value +3,000,000 bytes, string, database 0, key ""large""$", text.Out);
        using JsonDocument json = JsonDocument.Parse(Done("stat", _server.PoolPath, "--json").Out);
        Assert.Equal(_held.Count, json.RootElement.GetProperty("keys").GetInt64() - json.RootElement.GetProperty("keys_expired").GetInt64());
        JsonElement[] largest = [.. json.RootElement.GetProperty("largest_values").EnumerateArray()];
        Assert.Equal(largest.OrderByDescending(v => v.GetProperty("bytes").GetInt64()).Select(v => v.ToString()), largest.Select(v => v.ToString()));
        JsonElement list = Assert.Single(largest, v => v.GetProperty("key").GetString() == "\"huge list\"");
        Assert.Equal("list", list.GetProperty("type").GetString());
        Assert.Equal(ListElements, list.GetProperty("elements").GetInt64());
        Assert.InRange(list.GetProperty("bytes").GetInt64(), ListElements * 20, ListElements * 60);
        Assert.Equal(before, CliRun.HashOf(_server.PoolPath));
    }

    [Theory]
    [InlineData("HSET", "f", "v")]
    [InlineData("RPUSH", "a")]
    [InlineData("SADD", "a")]
    [InlineData("SADD", "17")]
    [InlineData("ZADD", "1", "a")]
    [InlineData("SET", "")]
    [InlineData("HSET", "", "")]
    public void Stat_of_a_pool_with_one_value_says_its_type(string command, params string[] arguments)
    {
        using PkvServer server = new();
        using (RespClient client = server.Connect())
            Assert.False(client.Call([command, "the key", .. arguments]).IsError);
        server.Stop();
        string type = command switch { "HSET" => "hash of 1 elements", "RPUSH" => "list of 1 elements", "SADD" => "set of 1 elements", "ZADD" => "zset of 1 elements", _ => "string" };
        Assert.Matches($@"(?m)^  large value +\d+ bytes, {type}, database 0, key ""the key""$", Done("stat", server.PoolPath).Out);
    }

    [Fact]
    public void Check_finds_it_sound_and_counts_the_same_keys()
    {
        CliRun run = Done("check", _server.PoolPath);
        Assert.EndsWith("the pool is sound\n", run.Out);
    }

    [Fact]
    public void Export_import_and_salvage_keep_every_key()
    {
        string aof = _folder["all.aof"], parts = _folder["parts"], imported = _folder["imported.pool"], again = _folder["again.pool"], salvaged = _folder["salvaged.pool"];
        Done("export-aof", _server.PoolPath, aof);
        Done("export-aof", _server.PoolPath, "--multi-part", parts);
        Done("import-aof", aof, imported, "--pool-size", "256mb");
        Done("import-aof", parts, again, "--pool-size", "256mb");
        Done("salvage", _server.PoolPath, "--to", salvaged, "--pool-size", "256mb");
        foreach (string pool in new[] { imported, again, salvaged })
        {
            Done("check", pool);
            Done("stat", pool);
            ImportRdbTests.AssertServes(pool, _held);
        }
    }

    [Fact]
    public void Grow_keeps_every_key()
    {
        Done("grow", _server.PoolPath, "--to", "400mb");
        Done("stat", _server.PoolPath);
        _server.Start();
        Assert.Null(DataSet.Difference(_held, DataSet.Capture(_server.Connect), toleranceMs: 0));
    }

    [Fact]
    public void An_empty_pool_and_one_whose_keys_are_all_gone_are_no_trouble()
    {
        using PkvServer server = new();
        foreach (bool wasUsed in new[] { false, true })
        {
            using (RespClient client = server.Connect())
            {
                if (wasUsed)
                {
                    CollectionData.Fill(client, seed: 1, ofEach: 2);
                    client.Call("FLUSHALL");
                }
            }
            server.Stop();
            Assert.Contains("\nkeys               0: ", Done("stat", server.PoolPath).Out);
            Done("check", server.PoolPath);
            Done("export-aof", server.PoolPath, _folder[$"{wasUsed}.aof"]);
            Done("import-aof", _folder[$"{wasUsed}.aof"], _folder[$"{wasUsed}.pool"], "--pool-size", "64mb");
            Done("salvage", server.PoolPath, "--to", _folder[$"{wasUsed}.new.pool"], "--pool-size", "64mb");
            server.Start();
        }
    }

    private static void FillOddities(RespClient client)
    {
        string[] huge = ["RPUSH", "huge list", .. Enumerable.Range(0, ListElements).Select(i => $"the element {i} of them")];
        string[][] commands =
        [
            ["SET", "empty", ""], ["SET", "", "an empty key"], ["SET", "number", "12345"], ["SET", "large", new string('l', 3_000_000)], ["SETEX", "soon", "100000", "x"],
            ["APPEND", "appended", "a"], ["APPEND", "appended", new string('b', 10_000)], ["SETRANGE", "holes", "100", "x"], ["SETBIT", "bits", "70000", "1"], ["INCRBYFLOAT", "float", "1.5"],
            huge, ["LPUSH", "huge list", "first"], ["RPOP", "huge list"], ["HSET", "one field", "f", "v"], ["HSET", "odd fields", "", "", "\0\r\n", "\r\n"], ["SADD", "numbers", "1", "2", "3"],
            ["SADD", "wide numbers", "9223372036854775807", "-9223372036854775808"], ["ZADD", "ends", "inf", "a", "-inf", "b", "0", ""], ["ZADD", "same", "1", "a", "1", "b"],
            ["RPUSH", "megabyte", new string('m', 1_200_000), ""], ["HSET", "expires", "f", "v"], ["PEXPIREAT", "expires", "99999999999999"], ["PERSIST", "soon"], ["SET", "over", "x", "PX", "1"],
            ["RPUSH", "emptied", "a"], ["LPOP", "emptied"], ["HSET", "gone", "f", "v"], ["DEL", "gone"], ["SET", "was string", "x"], ["DEL", "was string"], ["SADD", "was string", "now a set"],
            ["MULTI"], ["ZADD", "in a transaction", "1", "a"], ["HSET", "in one as well", "f", "v"], ["EXEC"],
            ["SELECT", "14"], ["HSET", "flushed", "f", "v"], ["FLUSHDB"], ["RPUSH", "swapped", "a", "b"], ["SWAPDB", "14", "15"], ["SELECT", "0"],
        ];
        foreach (string[] command in commands)
            Assert.False(client.Call(command).IsError, command[0]);
    }

    private static CliRun Done(params string[] arguments)
    {
        CliRun run = CliRun.Of(arguments);
        Assert.True(run.Code == 0, $"{string.Join(' ', arguments)}: {run}");
        return run;
    }
}
