using Pkv.Engine.Rdb;
using Pkv.Tests.Cli;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Dump;

/// <summary>DUMP and RESTORE against a real redis-server 7.0: what one tells the other takes, in every encoding.</summary>
public sealed class DumpComparisonTests(PkvServer pkv, ReferenceRedis redis) : IClassFixture<PkvServer>, IClassFixture<ReferenceRedis>
{
    // How many elements, and how long: below and above the bounds between Redis's encodings, and several list nodes.
    public static TheoryData<string, int, int> Collections => new()
    {
        { "RPUSH", 1, 1 }, { "RPUSH", 5, 3 }, { "RPUSH", 3000, 10 }, { "RPUSH", 3, 20000 }, { "RPUSH", 40, 1000 },
        { "SADD", 1, 1 }, { "SADD", 30, 8 }, { "SADD", 3000, 12 }, { "SADD", 3, 5000 },
        { "HSET", 1, 1 }, { "HSET", 64, 20 }, { "HSET", 64, 65 }, { "HSET", 3000, 10 }, { "HSET", 2, 70000 },
        { "ZADD", 1, 1 }, { "ZADD", 128, 20 }, { "ZADD", 128, 65 }, { "ZADD", 129, 5 }, { "ZADD", 3000, 10 },
    };

    public static TheoryData<string> Strings =>
        [.. new[] { "", "a", "0", "-1", "127", "128", "-128", "-129", "32767", "32768", "-32769", "2147483647", "2147483648", "-2147483648", "-2147483649",
            "9223372036854775807", "012", "+1", " 1", "1.5", "\0\r\n\u00FF", new('x', 63), new('y', 64), new('z', 16383), Mixed(16384), Mixed(100000) }];

    [RedisTheory]
    [MemberData(nameof(Strings))]
    public void Strings_go_both_ways(string value)
    {
        using RespClient ours = pkv.Connect(), theirs = redis.Connect();
        Reset(ours, theirs);
        theirs.Call("SET", "k", value);
        ours.Call("RESTORE", "k", "0", theirs.Call("DUMP", "k").Text);
        Assert.Equal(value, ours.Call("GET", "k").Text);
        Assert.Equal("OK", theirs.Call("RESTORE", "back", "0", ours.Call("DUMP", "k").Text).Text);
        Assert.Equal(value, theirs.Call("GET", "back").Text);
    }

    [RedisTheory]
    [MemberData(nameof(Collections))]
    public void Collections_go_both_ways(string command, int count, int length)
    {
        using RespClient ours = pkv.Connect(), theirs = redis.Connect();
        Reset(ours, theirs);
        Fill(theirs, command, count, length);
        RespNode restored = ours.Call("RESTORE", "k", "0", theirs.Call("DUMP", "k").Text);
        Assert.Equal("OK", restored.Text);
        RespNode dumped = ours.Call("DUMP", "k");
        RespNode back = theirs.Call("RESTORE", "back", "0", dumped.Text);
        Assert.Equal("OK", back.Text);
        Assert.Equal(theirs.Call("DEBUG", "DIGEST-VALUE", "k"), theirs.Call("DEBUG", "DIGEST-VALUE", "back"));
        Assert.Equal(theirs.Call("OBJECT", "ENCODING", "k"), theirs.Call("OBJECT", "ENCODING", "back"));
        // And so do strings that Redis compressed, numbers, and what it held before.
        Assert.Equal("OK", ours.Call("RESTORE", "k", "0", dumped.Text, "REPLACE").Text);
        Assert.Equal(dumped, ours.Call("DUMP", "k"));
    }

    [RedisFact]
    public void Small_ordered_values_are_told_byte_for_byte_as_by_redis()
    {
        string[][] values =
        [
            ["SET", "k", "12345"], ["SET", "k", "-70000"], ["SET", "k", "text"],
            ["RPUSH", "k", "a", "1", "-1", "127", "128", "4095", "-4096", "4096", "32767", "40000", "-8388608", "8388608", "2147483648", "-9223372036854775808", "x y"],
            ["SADD", "k", "3", "1", "2"], ["SADD", "k", "-40000", "5", "70000"], ["SADD", "k", "5000000000", "-1"],
            ["ZADD", "k", "1", "one", "2.5", "two and a half", "-3", "minus", "1e17", "big", "inf", "last", "0.1", "tenth", "5e18", "huge"],
            ["HSET", "k", "field", "value"], ["HSET", "k", "12", "-34"],
        ];
        using RespClient ours = pkv.Connect(), theirs = redis.Connect();
        theirs.Call("CONFIG", "SET", "rdbcompression", "no");
        foreach (string[] command in values)
        {
            Reset(ours, theirs);
            theirs.Call(command);
            string expected = theirs.Call("DUMP", "k").Text;
            Assert.Equal("OK", ours.Call("RESTORE", "k", "0", expected).Text);
            Assert.Equal(expected, ours.Call("DUMP", "k").Text);
        }
        theirs.Call("CONFIG", "SET", "rdbcompression", "yes");
    }

    [RedisFact]
    public void Options_are_those_of_redis()
    {
        using RespClient ours = pkv.Connect(), theirs = redis.Connect();
        Reset(ours, theirs);
        theirs.Call("RPUSH", "source", "a", "b");
        string list = theirs.Call("DUMP", "source").Text;
        theirs.Call("SET", "source", "text");
        string text = theirs.Call("DUMP", "source").Text;
        theirs.Call("DEL", "source");
        string[][] calls =
        [
            ["DUMP", "none"], ["DUMP"], ["DUMP", "a", "b"], ["RESTORE", "k", "0"], ["RESTORE", "k", "0", list], ["RESTORE", "k", "0", list], ["TTL", "k"],
            ["RESTORE", "k", "x", list], ["RESTORE", "k", "x", list, "REPLACE"], ["RESTORE", "k", "-1", list, "REPLACE"], ["RESTORE", "k", "0", "garbage", "REPLACE"],
            ["RESTORE", "k", "0", "", "REPLACE"], ["RESTORE", "k", "0", list + "x", "REPLACE"], ["RESTORE", "k", "0", list, "foo"], ["RESTORE", "k", "0", list, "REPLACE", "IDLETIME"],
            ["RESTORE", "k", "0", list, "replace", "idletime", "-1"], ["RESTORE", "k", "0", list, "REPLACE", "IDLETIME", "x"], ["RESTORE", "k", "0", list, "REPLACE", "FREQ", "256"],
            ["RESTORE", "k", "0", list, "REPLACE", "FREQ", "-1"], ["RESTORE", "k", "0", list, "REPLACE", "FREQ", "1", "IDLETIME", "1"], ["RESTORE", "k", "0", list, "REPLACE", "IDLETIME", "80"],
            ["OBJECT", "IDLETIME", "k"], ["RESTORE", "k", "0", list, "REPLACE", "FREQ", "9"], ["OBJECT", "FREQ", "k"], ["EXISTS", "k"],
            ["RESTORE", "k", "1", list, "ABSTTL"], ["RESTORE", "k", "1", list, "ABSTTL", "REPLACE"], ["EXISTS", "k"], ["RESTORE", "k", "1", list, "ABSTTL"], ["EXISTS", "k"],
            ["RESTORE", "k", "4000000000000", list, "ABSTTL"], ["PEXPIRETIME", "k"], ["RESTORE", "k", "4000000000001", text, "ABSTTL", "REPLACE"], ["PEXPIRETIME", "k"], ["GET", "k"],
            ["RESTORE", "k", "0", text, "REPLACE"], ["TTL", "k"], ["RESTORE", "k", "9223372036854775807", text, "REPLACE"], ["EXISTS", "k"],
            ["RESTORE", "k", "100000", text], ["TTL", "k"], ["RESTORE", "k", "0", list, "REPLACE"], ["TTL", "k"],
            ["MULTI"], ["RESTORE", "m", "0", list], ["DUMP", "m"], ["RESTORE", "m", "0", list], ["EXEC"],
        ];
        foreach (string[] call in calls)
        {
            RespNode expected = theirs.Call(call), actual = ours.Call(call);
            Assert.True(expected == actual, $"{string.Join(' ', call)}: redis-server says {expected}, we say {actual}");
        }
    }

    [RedisFact]
    public void Events_are_those_of_redis()
    {
        string payload = redis.Call("SET", "source", "text") is { IsError: false } ? redis.Call("DUMP", "source").Text : "";
        string[][] calls =
        [
            ["RESTORE", "k", "0", payload], ["RESTORE", "k", "0", payload], ["RESTORE", "k", "0", payload, "REPLACE"], ["RESTORE", "k", "1", payload, "REPLACE", "ABSTTL"],
            ["RESTORE", "k", "1", payload, "ABSTTL"], ["RESTORE", "k", "100000", payload], ["DUMP", "none"], ["DUMP", "k"], ["SET", "end", "1"],
        ];
        Assert.Equal(Events(redis.Connect, calls), Events(pkv.Connect, calls));
    }

    [Fact]
    public void A_payload_that_is_no_value_is_refused_and_changes_nothing()
    {
        using RespClient ours = pkv.Connect();
        ours.Call("FLUSHALL");
        ours.Call("SET", "k", "before");
        byte[][] bodies =
        [
            [], [(byte)RdbType.String], [(byte)RdbType.String, 5, (byte)'a'], [(byte)RdbType.String, 0xC3, 2, 10, 0, 0], [(byte)RdbType.String, 0xC4],
            [(byte)RdbType.Hash, 1, 1, (byte)'f'], [(byte)RdbType.Hash, 0], [(byte)RdbType.Hash, 2, 1, (byte)'f', 0, 1, (byte)'f', 0],
            [(byte)RdbType.Set, 2, 1, (byte)'m', 1, (byte)'m'], [(byte)RdbType.Set, 0x81, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [(byte)RdbType.SortedSet, 1, 1, (byte)'m', 0, 0, 0, 0, 0, 0, 0xF8, 0x7F], [(byte)RdbType.SortedSetListpack, 9, 9, 0, 0, 0, 1, 0, 1, 1, 0xFF],
            [(byte)RdbType.SortedSetListpack, 7, 7, 0, 0, 0, 0, 0, 0xFF], [(byte)RdbType.ListQuicklist2, 1, 3, 0], [(byte)RdbType.SetIntset, 9, 3, 0, 0, 0, 1, 0, 0, 0, 0],
            // What lies in a packed form must be what that says of itself, forwards and backwards.
            Intset(2, 3, 1, 2), Intset(4, 5, 5), Intset(8), [(byte)RdbType.SetIntset, 12, 4, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0],
            Listpack(RdbType.HashListpack, 2, 0x81, (byte)'f', 2, 1, 1, 0x81, (byte)'f', 2, 2, 1), Listpack(RdbType.HashListpack, 1, 0x81, (byte)'f', 2),
            Listpack(RdbType.HashListpack, 3, 0x81, (byte)'f', 2, 1, 1), Listpack(RdbType.HashListpack, 2, 0x81, (byte)'f', 1, 1, 1), Listpack(RdbType.HashListpack, 2, 0x81, (byte)'f', 2, 1, 0x81),
            Listpack(RdbType.SortedSetListpack, 2, 0x81, (byte)'m', 2, 0x81, (byte)'x', 2), Listpack(RdbType.SortedSetListpack, 2, 0x81, (byte)'m', 2, 0x83, (byte)'n', (byte)'a', (byte)'n', 4),
            Listpack(RdbType.SortedSetListpack, 4, 0x81, (byte)'m', 2, 1, 1, 0x81, (byte)'m', 2, 2, 1), Listpack(RdbType.HashListpack, 2, 0xF5, 1, 1, 1),
            Ziplist(RdbType.HashZiplist, tail: 13, count: 2, 0, 1, (byte)'f', 2, 0xF1), Ziplist(RdbType.HashZiplist, tail: 10, count: 2, 0, 1, (byte)'f', 3, 0xF1), Ziplist(RdbType.HashZiplist, tail: 13, count: 3, 0, 1, (byte)'f', 3, 0xF1),
            Ziplist(RdbType.HashZiplist, tail: 19, count: 4, 0, 1, (byte)'f', 3, 0xF1, 2, 1, (byte)'f', 3, 0xF1), Ziplist(RdbType.ListZiplist, tail: 10, count: 0),
            [(byte)RdbType.HashZipmap, 7, 2, 1, (byte)'f', 1, 0, (byte)'v', 0xFF], [(byte)RdbType.HashZipmap, 2, 0, 0xFF],
            [(byte)RdbType.HashZipmap, 12, 2, 1, (byte)'f', 1, 0, (byte)'v', 1, (byte)'f', 1, 0, (byte)'w', 0xFF],
            [(byte)RdbType.ListQuicklist2, 1, 1, 0], [(byte)RdbType.ListQuicklist2, 0], [(byte)RdbType.ListQuicklist2, 1, 2, 7, 7, 0, 0, 0, 0, 0, 0xFF], [(byte)RdbType.ListQuicklist, 1, 0],
            [(byte)RdbType.Stream, 0], [(byte)RdbType.Module, 0], [8], [20], [(byte)RdbType.End],
        ];
        foreach (byte[] body in bodies)
        {
            RespNode reply = ours.Call("RESTORE", "k", "0", Payload(body), "REPLACE");
            Assert.True(reply.Text == "ERR Bad data format", $"{Convert.ToHexString(body)}: {reply}");
            Assert.Equal("before", ours.Call("GET", "k").Text);
        }
    }

    [Fact]
    public void The_same_payloads_without_their_mistake_are_taken()
    {
        using RespClient ours = pkv.Connect();
        (byte[] Body, string Type)[] bodies =
        [
            (Intset(2, 1, 2, 3), "set"), (Listpack(RdbType.HashListpack, 2, 0x81, (byte)'f', 2, 1, 1), "hash"), (Listpack(RdbType.HashListpack, 0xFFFF, 0x81, (byte)'f', 2, 1, 1), "hash"),
            (Listpack(RdbType.SortedSetListpack, 2, 0x81, (byte)'m', 2, 0x83, (byte)'i', (byte)'n', (byte)'f', 4), "zset"), (Ziplist(RdbType.HashZiplist, tail: 13, count: 2, 0, 1, (byte)'f', 3, 0xF1), "hash"),
            ([(byte)RdbType.HashZipmap, 7, 1, 1, (byte)'f', 1, 0, (byte)'v', 0xFF], "hash"), ([(byte)RdbType.ListQuicklist2, 1, 1, 1, (byte)'x'], "list"),
        ];
        foreach ((byte[] body, string type) in bodies)
        {
            Assert.Equal("OK", ours.Call("RESTORE", "k", "0", Payload(body), "REPLACE").Text);
            Assert.Equal(type, ours.Call("TYPE", "k").Text);
        }
    }

    [RedisFact]
    public void Whatever_the_deep_check_of_redis_refuses_is_refused()
    {
        const int mutations = 3000;
        using ReferenceRedis strict = ReferenceRedis.With("--sanitize-dump-payload", "yes", "--rdbcompression", "no");
        using RespClient ours = pkv.Connect(), theirs = strict.Connect();
        byte[][] seeds = [.. Seeds(theirs)];
        Random random = new(7);
        int refused = 0, taken = 0;
        for (int i = 0; i < mutations; i++)
        {
            byte[] body = [.. seeds[random.Next(seeds.Length)]];
            for (int n = random.Next(1, 4); n > 0; n--)
                body[random.Next(1, body.Length)] = (byte)(random.Next(3) == 0 ? random.Next(256) : body[random.Next(1, body.Length)] + random.Next(-1, 2));
            string payload = Payload(body);
            RespNode expected = theirs.Call("RESTORE", "k", "0", payload, "REPLACE"), actual = ours.Call("RESTORE", "k", "0", payload, "REPLACE");
            Assert.True(!expected.IsError || expected == actual, $"redis-server says {expected}, we say {actual} to {Convert.ToHexString(body)}");
            (refused, taken) = (refused + (expected.IsError ? 1 : 0), taken + (actual.IsError ? 0 : 1));
        }
        // Both kinds were met, or nothing is proved.
        Assert.InRange(refused, mutations / 10, mutations);
        Assert.InRange(taken, mutations / 20, mutations);
    }

    [Fact]
    public void What_was_restored_is_there_after_a_restart()
    {
        using PkvServer server = PkvServer.InProcess();
        string[] payloads;
        using (RespClient client = server.Connect())
        {
            client.Call("ZADD", "a", "1", "x", "2.5", "y");
            client.Call("SET", "b", "text");
            payloads = [client.Call("DUMP", "a").Text, client.Call("DUMP", "b").Text];
            Assert.Equal("OK", client.Call("RESTORE", "c", "4000000000000", payloads[0], "ABSTTL").Text);
            Assert.Equal("OK", client.Call("RESTORE", "b", "0", payloads[0], "REPLACE").Text);
            Assert.Equal("OK", client.Call("RESTORE", "a", "0", payloads[1], "REPLACE").Text);
        }
        server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal("text", again.Call("GET", "a").Text);
        Assert.Equal(payloads[0], again.Call("DUMP", "b").Text);
        Assert.Equal(payloads[0], again.Call("DUMP", "c").Text);
        Assert.Equal(4000000000000, again.Call("PEXPIRETIME", "c").Integer);
    }

    private static string Payload(byte[] body)
    {
        using RdbOutput payload = new();
        payload.Append(body);
        DumpFooter.Append(payload);
        return System.Text.Encoding.Latin1.GetString(payload.Written);
    }

    private static byte[] Intset(int bytes, params long[] numbers) => [(byte)RdbType.SetIntset, .. OldRdb.Text(OldRdb.Intset(bytes, numbers))];

    private static byte[] Listpack(RdbType type, int count, params byte[] items) =>
        [(byte)type, (byte)(items.Length + 7), (byte)(items.Length + 7), 0, 0, 0, (byte)count, (byte)(count >> 8), .. items, 0xFF];

    private static byte[] Ziplist(RdbType type, int tail, int count, params byte[] items) =>
        [(byte)type, (byte)(items.Length + 11), (byte)(items.Length + 11), 0, 0, 0, (byte)tail, 0, 0, 0, (byte)count, 0, .. items, 0xFF];

    // Bodies of every encoding, without their footers.
    private static IEnumerable<byte[]> Seeds(RespClient client)
    {
        string[][] commands =
        [
            ["RPUSH", "k", "a", "1", "-5", "300", "70000", new('x', 70)], ["SADD", "k", "1", "2", "3"], ["SADD", "k", "70000", "-1", "5"], ["SADD", "k", "a", "b", "c"],
            ["HSET", "k", "f", "v", "g", "12"], ["ZADD", "k", "1", "a", "2.5", "b", "-3", "c"], ["HSET", "k", "f", new('v', 80), "g", "12"], ["ZADD", "k", "1", new('m', 80), "2.5", "b"],
        ];
        foreach (string[] command in commands)
        {
            client.Call("DEL", "k");
            client.Call(command);
            yield return System.Text.Encoding.Latin1.GetBytes(client.Call("DUMP", "k").Text)[..^DumpFooter.Bytes];
        }
        yield return [(byte)RdbType.ListZiplist, .. OldRdb.Text(OldRdb.Ziplist(["a", "12", "ddd"]))];
        yield return [(byte)RdbType.HashZiplist, .. OldRdb.Text(OldRdb.Ziplist(["a", "b", "c", "500"]))];
        yield return [(byte)RdbType.SortedSetZiplist, .. OldRdb.Text(OldRdb.Ziplist(["a", "1", "c", "500"]))];
        yield return [(byte)RdbType.HashZipmap, .. OldRdb.Text(OldRdb.Zipmap("a", "1", "b", "22"))];
    }

    private static List<string> Events(Func<RespClient> connect, string[][] calls)
    {
        using RespClient client = connect(), listener = connect();
        client.Call("FLUSHALL");
        client.Call("CONFIG", "SET", "notify-keyspace-events", "AEnm");
        listener.Call("PSUBSCRIBE", "__key*@*__:*");
        foreach (string[] call in calls)
            client.Call(call);
        client.Call("CONFIG", "SET", "notify-keyspace-events", "");
        List<string> events = [];
        while (events.Count == 0 || events[^1] != "__keyevent@0__:set end")
        {
            RespNode message = listener.Read();
            events.Add($"{message.Items[2].Text} {message.Items[3].Text}");
        }
        return events;
    }

    private static void Fill(RespClient client, string command, int count, int length)
    {
        List<string> call = [command, "k"];
        for (int i = 0; i < count; i++)
        {
            string element = (i + new string('x', length))[..Math.Max(length, $"{i}".Length)];
            call.AddRange(command switch
            {
                "HSET" => [element, $"{element}{i * 7}"],
                "ZADD" => [$"{i / 3.0}", element],
                _ => [element],
            });
        }
        client.Call([.. call]);
    }

    // Neither all the same nor random: some of it can be compressed.
    private static string Mixed(int length)
    {
        var random = new Random(length);
        return string.Concat(Enumerable.Range(0, length).Select(i => (char)(i % 100 < 60 ? 'a' : random.Next(256))));
    }

    private static void Reset(RespClient ours, RespClient theirs)
    {
        ours.Call("FLUSHALL");
        theirs.Call("FLUSHALL");
    }
}
