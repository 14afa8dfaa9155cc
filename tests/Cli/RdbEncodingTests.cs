using System.Text;
using Pkv.Cli.Import;
using Pkv.Engine.Rdb;
using Pkv.Resp;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Cli;

/// <summary>
/// Every encoding of every type, read from a real Redis's snapshot (or an old one made by hand, which a real Redis loads
/// too) into commands, which make the same data set in another real Redis: DEBUG DIGEST is the judge.
/// </summary>
public sealed class RdbEncodingTests : IDisposable
{
    private readonly RedisFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [RedisTheory]
    [InlineData("yes", "128", "-2")]
    [InlineData("no", "128", "-2")]
    [InlineData("yes", "0", "3")]
    public void Collections_of_a_real_snapshot_are_made_again(string compression, string packedEntries, string listSize)
    {
        string rdb, digest;
        string[] options = ["--rdbcompression", compression, "--hash-max-listpack-entries", packedEntries,
            "--zset-max-listpack-entries", packedEntries, "--list-max-listpack-size", listSize, "--set-max-intset-entries", packedEntries];
        using (ReferenceRedis redis = _folder.Start(options))
        {
            using RespClient client = redis.Connect();
            Fill(client);
            digest = client.Call("DEBUG", "DIGEST").Text;
            client.Call("SAVE");
            rdb = _folder["dump.rdb"];
        }
        File.Move(rdb, rdb = _folder["other.rdb"]);
        // With the same options: a score of -0 loses its sign in a listpack only.
        Assert.Equal(digest, DigestOfCommands(rdb, options));
    }

    [RedisFact]
    public void Encodings_of_old_snapshots_are_made_again_as_Redis_reads_them()
    {
        string[] items = ["a", "", "0", "12", "13", "-1", "127", "-128", "32767", "-32768", "8388607", "-8388608", "2147483647",
            "-2147483648", "9223372036854775807", "-9223372036854775808", new string('m', 63), new string('n', 64), new string('o', 20_000)];
        string[] fields = [.. items.Select((item, i) => i % 2 == 0 ? $"f{i}" : item).SkipLast(1)];
        string[] scores = [.. items[..^1].Select((item, i) => i % 2 == 0 ? $"m{i}" : $"{i - 7}")];
        OldRdb old = new();
        old.Add(RdbType.List, "list", [.. OldRdb.Length(items.Length), .. items.SelectMany(OldRdb.Text)]);
        old.Add(RdbType.ListZiplist, "list-ziplist", OldRdb.Text(OldRdb.Ziplist(items)));
        old.Add(RdbType.ListQuicklist, "list-quicklist", [.. OldRdb.Length(2), .. OldRdb.Text(OldRdb.Ziplist(items)), .. OldRdb.Text(OldRdb.Ziplist(["end"]))]);
        old.Add(RdbType.HashZiplist, "hash-ziplist", OldRdb.Text(OldRdb.Ziplist(fields)));
        old.Add(RdbType.SortedSetZiplist, "zset-ziplist", OldRdb.Text(OldRdb.Ziplist(scores)));
        old.Add(RdbType.HashZipmap, "hash-zipmap", OldRdb.Text(OldRdb.Zipmap("a", "1", "b", new string('v', 300), "", "x")));
        old.Add(RdbType.SortedSetText, "zset-text",
            [.. OldRdb.Length(4), .. OldRdb.Text("a"), 3, .. "1.5"u8, .. OldRdb.Text("b"), 254, .. OldRdb.Text("c"), 255, .. OldRdb.Text("d"), 2, .. "-7"u8]);
        foreach (int bytes in new[] { 2, 4, 8 })
            old.Add(RdbType.SetIntset, $"intset{bytes}", OldRdb.Text(OldRdb.Intset(bytes, -5, 0, 1, 32767)));
        string rdb = _folder["dump.rdb"];
        File.WriteAllBytes(rdb, old.Finish());
        string digest;
        using (ReferenceRedis redis = _folder.Start())
            digest = redis.Call("DEBUG", "DIGEST").Text;
        File.Move(rdb, rdb = _folder["other.rdb"]);
        Assert.NotEqual(new string('0', 40), digest);
        Assert.Equal(digest, DigestOfCommands(rdb));
    }

    [Fact]
    public void The_checksum_is_the_one_of_the_literature()
    {
        byte[] digits = "123456789"u8.ToArray();
        Assert.Equal(0xE9C6D914C4B8D9CAUL, Crc64.Append(0, digits));
        Assert.Equal(0xE9C6D914C4B8D9CAUL, Crc64.Append(Crc64.Append(0, digits.AsSpan(0, 3)), digits.AsSpan(3)));
        byte[] longer = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 7))];
        ulong byBytes = 0;
        foreach (byte b in longer)
            byBytes = Crc64.Append(byBytes, [b]);
        Assert.Equal(byBytes, Crc64.Append(0, longer));
    }

    private static void Fill(RespClient client)
    {
        Random random = new(5);
        StringData.Fill(client, seed: 9, keys: 200);
        for (int size = 1; size <= 5000; size *= 4)
        {
            client.Call("SELECT", $"{size % 5}");
            for (int i = 0; i < size; i++)
            {
                string text = i % 3 == 0 ? $"{random.NextInt64() >> random.Next(64)}" : $"item {i} {new string('x', random.Next(i % 100 == 0 ? 20_000 : 80))}";
                client.Call("RPUSH", $"list{size}", text);
                client.Call("HSET", $"hash{size}", $"{i}", text);
                client.Call("HSET", $"hash-text{size}", text, $"{i}");
                client.Call("SADD", $"set{size}", text);
                client.Call("SADD", $"intset{size}", $"{(size < 100 ? i - 3 : size < 1000 ? i * 100_000 : i * 10_000_000_000L)}");
                client.Call("ZADD", $"zset{size}", $"{(random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-20, 20)):R}", text);
                client.Call("ZADD", $"zset-int{size}", $"{i - 5}", $"{i}");
            }
            client.Call("ZADD", $"zset{size}", "inf", "top", "-inf", "bottom", "-0", "zero");
            client.Call("EXPIRE", $"hash{size}", "100000");
        }
        client.Call("RPUSH", "wide", new string('w', 3 << 20), "", new string('\0', 100_000));
        client.Call("PFADD", "log", "a", "b", "c");
        client.Call("SETBIT", "bits", "100000", "1");
    }

    // Reads the file into commands, runs them on a Redis that holds nothing, and returns the digest of what it holds then.
    private string DigestOfCommands(string rdb, params string[] options)
    {
        using ReferenceRedis redis = _folder.Start(options);
        using RespClient client = redis.Connect();
        using ImportSource source = ImportSource.Snapshot(rdb);
        RespSink sink = new(client);
        while (source.ReadNext(sink))
        {
        }
        return client.Call("DEBUG", "DIGEST").Text;
    }

    private sealed unsafe class RespSink(RespClient client) : ICommandSink
    {
        public void Select(int database) => client.Call("SELECT", $"{database}");

        public bool BeginKey(string type, string? command, ReadOnlySpan<byte> key, long expiryMs) => true;

        public void Make(ArgList args)
        {
            string[] words = new string[args.Count];
            for (int i = 0; i < words.Length; i++)
                words[i] = Encoding.Latin1.GetString(args.Items[i].Span);
            RespNode reply = client.Call(words);
            Assert.False(reply.IsError, $"{words[0]} {words[1]}: {reply}");
        }

        public void Replay(ArgList args) => Assert.Fail("a snapshot holds no log");

        public void LeaveOut(string what, bool isHint) => Assert.Fail(what);
    }
}
