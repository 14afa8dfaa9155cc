using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pkv.Tests.Differential;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Golden;

/// <summary>How the golden pool is made: by a server that is killed, from clients' commands. Runs once for each format version.</summary>
internal static class GoldenPool
{
    private const string FarAwaySeconds = "4102444800"; // 2100-01-01
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    public static void Make(string pool, string expected)
    {
        using PkvServer server = PkvServer.Child();
        using (RespClient client = server.Connect())
            Write(client);
        File.WriteAllText(expected, Text(DataSet.Capture(server.Connect)));
        server.Kill();
        using FileStream file = File.OpenRead(server.PoolPath);
        using FileStream target = File.Create(pool);
        using GZipStream packed = new(target, CompressionLevel.SmallestSize);
        file.CopyTo(packed);
    }

    /// <summary>A data set as a text that does not depend on the order of keys.</summary>
    public static string Text(Dictionary<(int Database, string Key), DataSet.Held> data) =>
        JsonSerializer.Serialize(
            data.OrderBy(d => d.Key.Database).ThenBy(d => d.Key.Key, StringComparer.Ordinal).Select(d => new
            {
                d.Key.Database,
                d.Key.Key,
                d.Value.ExpiryMs,
                d.Value.Value.Length,
                // A long value is one byte, many times.
                Value = d.Value.Value.Length > 1000 ? $"{d.Value.Value.Distinct().Single()}" : d.Value.Value,
            }),
            Indented) + "\n";

    private static void Write(RespClient client)
    {
        string[][] commands =
        [
            ["SET", "plain", "value"], ["set", "mixed case", "v", "nx", "Get"], ["SET", "empty", ""], ["SET", "bytes", "\0\r\n\u00FF$5\r\n"],
            ["SET", "ex", "v", "EX", "2000000000"], ["SET", "px", "v", "PX", "2000000000000"],
            ["SET", "exat", "v", "EXAT", FarAwaySeconds], ["SET", "pxat", "v", "PXAT", FarAwaySeconds + "123"],
            ["SET", "keepttl", "v", "EXAT", FarAwaySeconds], ["SET", "keepttl", "w", "KEEPTTL"], ["SET", "gone at once", "v", "PXAT", "1"],
            ["SETNX", "setnx", "v"], ["GETSET", "getset", "v"], ["GETSET", "getset", "w"],
            ["SETEX", "setex", "2000000000", "v"], ["PSETEX", "psetex", "2000000000000", "v"],
            ["MSET", "m1", "one", "m2", "two", "m1", "last"], ["MSETNX", "n1", "one", "n2", "two"],
            ["APPEND", "appended", "abc"], ["APPEND", "appended", "def"], ["SETRANGE", "range", "5", "x"], ["INCRBY", "counter", "41"], ["INCR", "counter"],
            // Strings that are changed in part: one that stays where it was, one that is nothing but a byte far behind its beginning.
            ["SET", "in pieces", new string('p', 3000), "EXAT", FarAwaySeconds], ["APPEND", "in pieces", "ppp"], ["SETRANGE", "in pieces", "1000", "p"], ["SETBIT", "zeros", "80000", "0"],
            ["RENAME", "in pieces", "renamed pieces"], ["SET", "pieces", new string('q', 2000)], ["APPEND", "pieces", "q"], ["APPEND", "pieces", "qq"],
            ["SET", "deleted", "v"], ["DEL", "deleted"], ["GETDEL", "plain too"], ["SET", "moved away", "v"], ["RENAME", "moved away", "renamed"],
            ["SET", "expires", "v"], ["PEXPIREAT", "expires", FarAwaySeconds + "001"], ["SET", "stays", "v", "EXAT", FarAwaySeconds], ["PERSIST", "stays"],
            ["SELECT", "3"], ["SET", "in three", "v"], ["SET", "plain", "another"], ["SELECT", "4"], ["SET", "in four", "v"], ["FLUSHDB"], ["SET", "in four", "after"],
            ["SELECT", "5"], ["SET", "in five", "v"], ["SWAPDB", "5", "6"], ["SET", "in five", "after the swap"], ["SELECT", "0"],
            // A transaction in four pieces: each database is a range of its own.
            ["MULTI"], ["SET", "t0", "v"], ["SELECT", "1"], ["SET", "t1", "v"], ["SELECT", "2"], ["SET", "t2", "v"], ["DEL", "nothing"], ["SELECT", "0"], ["SET", "t3", "v"], ["EXEC"],
            ["HSET", "hash", "f1", "v1", "f2", "v2", "f1", "last"], ["HMSET", "hash", "f3", "v3"], ["HSETNX", "hash", "f4", "v4"], ["HINCRBY", "hash", "n", "7"], ["HDEL", "hash", "f2", "none"],
            ["HSET", "hash gone", "f", "v"], ["HDEL", "hash gone", "f"], ["HSET", "hash expires", "f", "v"], ["PEXPIREAT", "hash expires", FarAwaySeconds + "002"],
            ["SADD", "set", "a", "b", "c", "b"], ["SREM", "set", "b"], ["SADD", "numbers", "1", "2", "-3"], ["SUNIONSTORE", "union", "set", "numbers"],
            ["ZADD", "zset", "1", "one", "-inf", "low", "2.5", "mid", "1e300", "high"], ["ZADD", "zset", "CH", "inf", "top", "0.1", "one"], ["ZINCRBY", "zset", "1", "mid"], ["ZREM", "zset", "low"],
            ["RPUSH", "list", "c", "d"], ["LPUSH", "list", "b", "a"], ["RPUSHX", "list", "e"], ["LPUSHX", "list", "z"], ["LSET", "list", "1", "A"], ["LINSERT", "list", "BEFORE", "c", "bc"], ["LPOP", "list"],
            ["RPUSH", "list gone", "x"], ["RPOP", "list gone"], ["RENAME", "list", "renamed list"], ["SET", "was a list", "v"], ["DEL", "was a list"], ["SADD", "was a list", "m"],
            // Entries whose IDs the server gives, in full or as one byte, and IDs that no sort key tells.
            ["XADD", "stream", "1-1", "f", "v"], ["XADD", "stream", "1-1048577", "f", "v", "g", "w"], ["XADD", "stream", "2-*", "f", "v"], ["XADD", "stream", "7", "f", "v"], ["XADD", "stream", "MAXLEN", "3", "*", "f", "v"],
            ["XADD", "stream", "*", "f", "v"], ["XADD", "stream", "*", "f", "v"], ["XDEL", "stream", "2-0"], ["XADD", "stream emptied", "5-5", "f", "v"], ["XTRIM", "stream emptied", "MAXLEN", "0"],
            ["PEXPIREAT", "stream emptied", FarAwaySeconds + "003"], ["XADD", "stream", "18446744073709551615-3", "f", ""], ["COPY", "stream", "copied stream"], ["XSETID", "copied stream", "18446744073709551615-9"],
            // Given up, and refused: nothing of them is kept.
            ["MULTI"], ["SET", "discarded", "v"], ["DISCARD"], ["SET", "refused"],
        ];
        // Segments that are freed, for all in them is dead.
        for (int i = 0; i < 3; i++)
            client.Call("SET", $"before everything {i}", new string('B', 3_900_000));
        client.Call("FLUSHALL");
        Assert.True(SpinWait.SpinUntil(() => Freed(client.Call("INFO", "persistence").Text), 60_000));
        // A list that the cleaner has moved.
        client.Call(["RPUSH", "moved", .. Enumerable.Range(0, 20).Select(i => $"element {i}")]);
        for (int i = 0; i < 5; i++)
            client.Call("SET", $"junk {i}", new string('J', 3_000_000));
        for (int i = 0; i < 5; i++)
            client.Call("DEL", $"junk {i}");
        Assert.True(SpinWait.SpinUntil(() =>
        {
            client.Call("BGREWRITEAOF");
            return !client.Call("INFO", "persistence").Text.Contains("cleaner_records_moved:0\r\n", StringComparison.Ordinal);
        }, 60_000));
        foreach (string[] command in commands)
            client.Call(command);
        // A value of two slots, and segments that are full.
        client.Call("SET", "large", new string('L', 5_000_000));
        for (int i = 0; i < 3; i++)
            client.Call("SET", $"fills {i}", new string('F', 3_900_000));
        client.Call("SET", "the end", "of it");
    }

    private static bool Freed(string info) => !info.Contains("pool_segments_freed:0\r\n", StringComparison.Ordinal);
}
