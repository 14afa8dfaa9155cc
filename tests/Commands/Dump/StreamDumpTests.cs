using Pkv.Engine.Commands.Dump;
using Pkv.Engine.Rdb;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Dump;

/// <summary>DUMP and RESTORE of streams against a real redis-server 7.0: what one tells the other takes.</summary>
public sealed class StreamDumpTests(PkvServer pkv, ReferenceRedis redis) : IClassFixture<PkvServer>, IClassFixture<ReferenceRedis>
{
    // Nodes of one entry and of many, entries whose fields are the node's and others, deleted ones, IDs at both ends, an empty stream.
    public static TheoryData<string> Streams =>
    [
        "XADD k 1-1 f v",
        "XADD k 1-1 f v|XADD k 1-2 f w|XADD k 2-0 g w h 12345|XADD k 2-9 f -70000|XADD k 900000000000-5 f 9223372036854775807",
        "XADD k 0-1 a b|XADD k 18446744073709551615-18446744073709551614 a b",
        "XADD k 17592186044415-7 a b|XADD k 17592186044415-8 a b|XADD k 17592186044416-8 a b",
        "XADD k 1-1 f v|XADD k 2-1 f v|XADD k 3-1 f v|XDEL k 2-1|XSETID k 9-9 ENTRIESADDED 70 MAXDELETEDID 8-8",
        "XADD k 1-1 f v|XADD k 2-1 f v|XDEL k 1-1 2-1",
        "XADD k 1-1 f v|XDEL k 1-1|XSETID k 5-5",
        "CONFIG SET stream-node-max-entries 3|XADD k 1 a b|XADD k 2 a b|XADD k 3 a b|XADD k 4 a b|XADD k 5 a b|XADD k 6 a b|XADD k 7 c d|XTRIM k MINID 3|XDEL k 5|CONFIG SET stream-node-max-entries 100",
    ];

    [RedisTheory]
    [MemberData(nameof(Streams))]
    public void Streams_go_both_ways(string script)
    {
        using RespClient ours = pkv.Connect(), theirs = redis.Connect();
        ours.Call("FLUSHALL");
        theirs.Call("FLUSHALL");
        foreach (string line in script.Split('|'))
            Assert.False(theirs.Call(line.Split(' ')).IsError, line);
        Assert.Equal("OK", ours.Call("RESTORE", "k", "0", theirs.Call("DUMP", "k").Text).Text);
        AssertSame(theirs, "k", ours, "k");
        Assert.Equal("OK", theirs.Call("RESTORE", "back", "0", ours.Call("DUMP", "k").Text).Text);
        AssertSame(theirs, "back", theirs, "k");
        Assert.Equal("OK", ours.Call("RESTORE", "again", "0", ours.Call("DUMP", "k").Text).Text);
        AssertSame(ours, "again", ours, "k");
    }

    [RedisFact]
    public void What_was_never_trimmed_is_told_byte_for_byte_as_by_redis()
    {
        using RespClient ours = pkv.Connect(), theirs = redis.Connect();
        theirs.Call("CONFIG", "SET", "rdbcompression", "no");
        Random random = new(5);
        for (int round = 0; round < 20; round++)
        {
            ours.Call("FLUSHALL");
            theirs.Call("FLUSHALL");
            for (int i = 1; i < 250; i++)
            {
                string[] add = ["XADD", "k", $"{i * random.Next(1, 3)}-*", random.Next(5) == 0 ? "g" : "f", random.Next(3) == 0 ? $"{random.NextInt64(-100_000, 100_000)}" : new string('v', random.Next(90)), .. random.Next(4) == 0 ? (string[])["h", "w"] : []];
                Assert.Equal(theirs.Call(add), ours.Call(add));
            }
            Assert.Equal(theirs.Call("DUMP", "k").Text, ours.Call("DUMP", "k").Text);
        }
        theirs.Call("CONFIG", "SET", "rdbcompression", "yes");
    }

    [RedisFact]
    public void Whatever_the_deep_check_of_redis_refuses_is_refused()
    {
        const int mutations = 3000;
        using ReferenceRedis strict = ReferenceRedis.With("--sanitize-dump-payload", "yes", "--rdbcompression", "no");
        using RespClient ours = pkv.Connect(), theirs = strict.Connect();
        List<byte[]> seeds = [];
        foreach (string script in Streams.Select(row => row.Data))
        {
            theirs.Call("FLUSHALL");
            foreach (string line in script.Split('|'))
                theirs.Call(line.Split(' '));
            seeds.Add(theirs.Call("DUMP", "k").Bytes[..^DumpFooter.Bytes]);
        }
        Random random = new(7);
        int refused = 0, taken = 0;
        for (int i = 0; i < mutations; i++)
        {
            byte[] body = [.. seeds[random.Next(seeds.Count)]];
            for (int n = random.Next(1, 4); n > 0; n--)
                body[random.Next(1, body.Length)] = (byte)(random.Next(3) == 0 ? random.Next(256) : body[random.Next(1, body.Length)] + random.Next(-1, 2));
            using RdbOutput payload = new();
            payload.Append(body);
            DumpFooter.Append(payload);
            string text = System.Text.Encoding.Latin1.GetString(payload.Written);
            RespNode expected = theirs.Call("RESTORE", "k", "0", text, "REPLACE"), actual = ours.Call("RESTORE", "k", "0", text, "REPLACE");
            Assert.True(!expected.IsError || actual.IsError, $"redis-server says {expected}, we say {actual} to {Convert.ToHexString(body)}");
            (refused, taken) = (refused + (expected.IsError ? 1 : 0), taken + (actual.IsError ? 0 : 1));
        }
        // Both kinds were met, or nothing is proved.
        Assert.InRange(refused, mutations / 10, mutations);
        Assert.InRange(taken, mutations / 50, mutations);
    }

    [RedisFact]
    public void A_stream_with_groups_is_refused_by_name_and_nothing_happens()
    {
        using RespClient ours = pkv.Connect(), theirs = redis.Connect();
        ours.Call("FLUSHALL");
        theirs.Call("FLUSHALL");
        theirs.Call("XGROUP", "CREATE", "k", "g", "$", "MKSTREAM");
        Assert.Equal("ERR streams with consumer groups cannot be restored yet", ours.Call("RESTORE", "k", "0", theirs.Call("DUMP", "k").Text).Text);
        Assert.Equal(0, ours.Call("EXISTS", "k").Integer);
    }

    [Fact]
    public void A_restored_stream_is_there_after_a_restart()
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", "256mb");
        string before;
        using (RespClient client = server.Connect())
        {
            for (int i = 0; i < 40; i++)
                client.Call("XADD", "k", "*", "f", new string('v', 20_000));
            client.Call("XDEL", "k", client.Call("XADD", "k", "*", "f", "v").Text);
            Assert.Equal("OK", client.Call("RESTORE", "t", "4000000000000", client.Call("DUMP", "k").Text, "ABSTTL").Text);
            string payload = client.Call("DUMP", "k").Text;
            client.Call("MULTI");
            client.Call("RESTORE", "u", "0", payload);
            Assert.Equal("OK", client.Call("EXEC").Items[0].Text);
            before = State(client, "k");
            Assert.Equal((before, before), (State(client, "t"), State(client, "u")));
        }
        server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal((before, before, 4_000_000_000_000L), (State(again, "t"), State(again, "u"), again.Call("PEXPIRETIME", "t").Integer));
    }

    private static void AssertSame(RespClient one, string key, RespClient other, string otherKey)
    {
        Assert.Equal(State(one, key), State(other, otherKey));
    }

    private static string State(RespClient client, string key)
    {
        List<RespNode> info = [.. client.Call("XINFO", "STREAM", key, "FULL", "COUNT", "0").Items];
        return string.Join(' ', ((string[])["length", "last-generated-id", "max-deleted-entry-id", "entries-added", "recorded-first-entry-id", "entries"]).Select(name => info[info.FindIndex(i => i.Text == name) + 1]));
    }
}
