using System.Globalization;
using Pkv.Engine.Keyspace;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Strings;

/// <summary>
/// Strings that are changed in part: what is logged is the change, however long the string; every command answers as a real
/// redis-server does; and what holds before a restart holds after it.
/// </summary>
public sealed class PartialChangeTests(ReferenceRedis redis) : IClassFixture<ReferenceRedis>
{
    private static readonly string[] _keys = ["p1", "p2", "p3", "p4"];

    [RedisTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Drawn_commands_are_answered_alike_and_recovered(int seed)
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", "2");
        Random random = new(seed);
        redis.Call("FLUSHALL");
        for (int life = 0; life < 3; life++)
        {
            using RespClient ours = server.Connect(), theirs = redis.Connect();
            for (int batch = 0; batch < 10; batch++)
            {
                List<string[]> commands = [.. Enumerable.Range(0, 150).SelectMany(_ => Draw(random)), .. _keys.Select(k => new[] { "GET", k }), .. _keys.Select(k => new[] { "PEXPIRETIME", k })];
                IReadOnlyList<RespNode> our = ours.Pipeline(commands), their = theirs.Pipeline(commands);
                for (int i = 0; i < commands.Count; i++)
                    Assert.True(Alike(their[i], our[i]), $"seed {seed}, life {life}, batch {batch}, command {i}: {Short(commands[i])}: redis-server says {Short(their[i])}, we say {Short(our[i])}");
            }
            server.Restart();
            using RespClient again = server.Connect();
            foreach (string key in _keys)
            {
                Assert.True(Alike(redis.Call("GET", key), again.Call("GET", key)), $"seed {seed}, life {life}: {key} after the restart");
                Assert.Equal(redis.Call("PEXPIRETIME", key).Integer, again.Call("PEXPIRETIME", key).Integer);
            }
        }
    }

    [Theory]
    [InlineData("SETBIT", 1 << 20, 20_000)]
    [InlineData("SETBIT", 16 << 20, 20_000)]
    [InlineData("APPEND", 20 << 20, 5_000)]
    [InlineData("SETRANGE", 1 << 20, 20_000)]
    [InlineData("BITFIELD", 1 << 20, 10_000)]
    public void No_more_than_twice_of_what_was_sent_is_logged(string verb, int valueBytes, int count)
    {
        // An entry, and what stands around the change in its record.
        const int bytesPerCommand = 96;
        using PkvServer server = PkvServer.InProcess("--pool-size", "1gb");
        using RespClient client = server.Connect();
        client.Call("SET", "k", new string('v', valueBytes));
        Random random = new(1);
        long sent = valueBytes, before = Logged(server) - valueBytes;
        for (int done = 0; done < count; done += 500)
        {
            List<string[]> batch = [];
            for (int i = 0; i < 500; i++)
            {
                string at = Text(random.NextInt64(8L * valueBytes));
                batch.Add(verb switch
                {
                    "SETBIT" => [verb, "k", at, Text(random.Next(2))],
                    "APPEND" => [verb, "k", "x"],
                    "SETRANGE" => [verb, "k", Text(random.Next(valueBytes)), new string('r', random.Next(1, 100))],
                    _ => [verb, "k", "SET", "u16", at, "12345", "INCRBY", "u4", at, "1"],
                });
            }
            sent += batch.Sum(command => RespClient.Encode(command).Length);
            Assert.All(client.Pipeline(batch), reply => Assert.False(reply.IsError, reply.ToString()));
        }
        long logged = Logged(server) - before, allowed = 2 * sent + (long)count * bytesPerCommand;
        Assert.True(logged <= allowed, $"{logged} bytes were logged for {sent} sent by {count} {verb}, at most {allowed} may be");
    }

    [Fact]
    public void What_memory_pieces_take_is_bounded()
    {
        const int valueBytes = 1 << 20;
        using PkvServer server = PkvServer.InProcess("--pool-size", "256mb");
        using RespClient client = server.Connect();
        client.Call("SET", "k", new string('v', valueBytes));
        Random random = new(1);
        long before = KeyspaceState.CollectionBytes;
        for (int i = 0; i < 300; i++)
            client.Pipeline([.. Enumerable.Range(0, 500).Select(_ => new[] { "SETBIT", "k", Text(random.Next(8 * valueBytes)), Text(random.Next(2)) })]);
        Assert.InRange(KeyspaceState.CollectionBytes - before, 1, valueBytes * 3 / 2);
    }

    [Fact]
    public void What_was_never_written_takes_no_room()
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", "64mb");
        for (int life = 0; life < 2; life++)
        {
            using RespClient client = server.Connect();
            Assert.Equal(life, client.Call("SETBIT", "far", "4294967295", "1").Integer);
            Assert.Equal(536870912, client.Call("STRLEN", "far").Integer);
            Assert.Equal(1, client.Call("BITCOUNT", "far").Integer);
            Assert.Equal(4294967295, client.Call("BITPOS", "far", "1").Integer);
            Assert.Equal(0, client.Call("BITPOS", "far", "0").Integer);
            Assert.Equal("\0\0\u0001", client.Call("GETRANGE", "far", "-3", "-1").Text);
            Assert.Equal(life == 0 ? ":1" : ":0", client.Call("COPY", "far", "copy").ToString());
            Assert.Equal(536870912, client.Call("STRLEN", "copy").Integer);
            string hole = client.Call("GETRANGE", "far", "1000", "20000999").Text;
            Assert.True(hole.Length == 20_000_000 && hole.AsSpan().IndexOfAnyExcept('\0') < 0);
            server.Restart();
        }
    }

    [Fact]
    public void A_value_that_grows_needs_no_adjacent_room()
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", "128mb");
        using RespClient client = server.Connect();
        string more = new('m', 65_536);
        for (int i = 0; i < 1000; i++)
            Assert.Equal((i + 1) * 65_536L, client.Call("APPEND", "log", more).Integer);
        Assert.Equal(65_536_000, client.Call("GET", "log").Text.Length);
    }

    [Fact]
    public void Elements_sorted_by_strings_of_pieces_and_texts_of_them_are_whole()
    {
        using PkvServer server = PkvServer.InProcess();
        using RespClient client = server.Connect();
        client.Call("RPUSH", "list", "2", "1");
        foreach (string n in (string[])["1", "2"])
        {
            client.Call("SET", $"weight:{n}", n + new string('0', 1500));
            client.Call("APPEND", $"weight:{n}", ".5");
        }
        RespNode sorted = client.Call("SORT", "list", "BY", "weight:*", "ALPHA", "GET", "#", "GET", "weight:*");
        Assert.Equal(["1", "1" + new string('0', 1500) + ".5", "2", "2" + new string('0', 1500) + ".5"], sorted.Items.Select(i => i.Text));
        Assert.Equal(1503, client.Call("LCS", "weight:1", "weight:1", "LEN").Integer);
        Assert.Equal("raw", client.Call("OBJECT", "ENCODING", "weight:1").Text);
        Assert.Equal("string", client.Call("TYPE", "weight:1").Text);
        Assert.Contains("not an integer", client.Call("INCR", "weight:1").ToString(), StringComparison.Ordinal);
        Assert.True(client.Call("MEMORY", "USAGE", "weight:1").Integer > 1500);
        client.Call("RESTORE", "restored", "0", client.Call("DUMP", "weight:2").Text);
        Assert.Equal(client.Call("GET", "weight:2").Text, client.Call("GET", "restored").Text);
        Assert.Equal(2, client.Call("SORT", "list", "BY", "weight:*", "ALPHA", "GET", "weight:*", "STORE", "stored").Integer);
        Assert.Equal(client.Call("GET", "weight:1").Text, client.Call("LINDEX", "stored", "0").Text);
    }

    private static IEnumerable<string[]> Draw(Random random)
    {
        string key = Pick(random, _keys), other = Pick(random, _keys);
        string[] drawn = random.Next(40) switch
        {
            < 7 => ["APPEND", key, Bytes(random)],
            < 13 => ["SETRANGE", key, Offset(random), Bytes(random)],
            < 20 => ["SETBIT", key, $"{Offset(random)}{random.Next(8)}", Text(random.Next(2))],
            < 23 => ["BITFIELD", key, "SET", "u8", $"{Offset(random)}1", Text(random.Next(300)), "OVERFLOW", "FAIL", "INCRBY", "i5", $"{Offset(random)}3", "3", "GET", "u63", Offset(random)],
            23 => ["SET", key, Bytes(random), .. random.Next(3) switch { 0 => (string[])["GET"], 1 => ["EXAT", "4000000000"], _ => [] }],
            24 => ["SET", key, Bytes(random), "KEEPTTL"],
            25 => [Pick(random, ["GETSET", "SETNX"]), key, Bytes(random)],
            26 => ["GETRANGE", key, Text(random.Next(-3000, 3000)), Text(random.Next(-3000, 60_000))],
            27 => ["GETBIT", key, $"{Offset(random)}5"],
            28 => ["BITCOUNT", key, Text(random.Next(-3000, 3000)), Text(random.Next(-3000, 60_000)), Pick(random, ["BIT", "BYTE"])],
            29 => ["BITPOS", key, Text(random.Next(2)), Text(random.Next(-3000, 3000)), Text(random.Next(-3000, 60_000)), Pick(random, ["BIT", "BYTE"])],
            30 => ["BITPOS", key, Text(random.Next(2))],
            31 => ["BITOP", Pick(random, ["AND", "OR", "XOR"]), key, other, Pick(random, _keys)],
            32 => ["COPY", key, other == key ? "p0" : other, "REPLACE"],
            33 => random.Next(2) == 0 ? ["MGET", .. _keys] : ["STRLEN", key],
            34 => ["EXPIREAT", key, "4000000100"],
            35 => ["PERSIST", key],
            36 => ["GETEX", key, .. random.Next(2) == 0 ? (string[])["EXAT", "4000000200"] : ["PERSIST"]],
            37 => random.Next(4) == 0 ? [Pick(random, ["DEL", "GETDEL"]), key] : ["EXISTS", key],
            38 => ["LPUSH", key, "never"],
            _ => ["OBJECT", "REFCOUNT", key],
        };
        if (random.Next(20) != 0)
            return [drawn];
        return [["MULTI"], drawn, ["APPEND", key, Bytes(random)], ["SETBIT", other, $"{Offset(random)}1", "1"], ["EXEC"]];
    }

    private static bool Alike(RespNode theirs, RespNode ours) => theirs == ours || (theirs.IsNull && ours.IsNull) || (theirs.IsError && ours.IsError);

    private static string Offset(Random random) => Text(random.Next(4) switch { 0 => random.Next(60_000), 1 => random.Next(1000, 1050), _ => random.Next(5000) });

    private static string Bytes(Random random)
    {
        int length = random.Next(8) switch { 0 => random.Next(70_000, 150_000), 1 => random.Next(900, 5000), 2 => random.Next(300), _ => random.Next(12) };
        char[] some = random.GetItems<char>("abcdefgh\0\u00ff", Math.Min(length, 97));
        return new string([.. Enumerable.Range(0, length).Select(i => some[i % 97])]);
    }

    private static long Logged(PkvServer server) => server.Host.State.Threads.Sum(t => t.Log.BytesCommitted);

    private static string Short(string[] command) => string.Join(' ', command.Select(a => a.Length > 40 ? $"({a.Length})" : a));

    private static string Short(RespNode node) => node.ToString() is { Length: > 100 } text ? $"({text.Length}) {text[..100]}" : node.ToString();

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
