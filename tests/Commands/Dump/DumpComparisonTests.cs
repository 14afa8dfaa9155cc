using Pkv.Server.Rdb;
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
            [(byte)RdbType.Stream, 0], [(byte)RdbType.Module, 0], [8], [20], [(byte)RdbType.End],
        ];
        foreach (byte[] body in bodies)
        {
            using RdbOutput payload = new();
            payload.Append(body);
            DumpFooter.Append(payload);
            string text = System.Text.Encoding.Latin1.GetString(payload.Written);
            Assert.Equal("ERR Bad data format", ours.Call("RESTORE", "k", "0", text, "REPLACE").Text);
            Assert.Equal("before", ours.Call("GET", "k").Text);
        }
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
