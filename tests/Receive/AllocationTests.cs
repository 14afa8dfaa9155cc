using System.Text;
using Pkv.Server.Net;
using Pkv.Tests.Crash;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Receive;

/// <summary>The I/O thread allocates nothing for GET and SET, whatever their size and pipelining; a new segment may cost it a few hundred bytes.</summary>
[Collection("Crash")]
public sealed class AllocationTests
{
    private const long BytesPerSegment = 1024;

    // What the thread's clockwork may take in a run; the smallest object in every hundredth command would be more.
    private const long BytesPerRun = 1024;

    private const int MeasuredRuns = 3;

    [Theory]
    [InlineData("SET", 16, 1, 20_000)]
    [InlineData("SET", 16, 32, 100_000)]
    [InlineData("GET", 16, 1, 20_000)]
    [InlineData("GET", 16, 32, 100_000)]
    [InlineData("SET", 64 * 1024, 1, 2000)]
    [InlineData("SET", 64 * 1024, 32, 4000)]
    [InlineData("GET", 64 * 1024, 1, 2000)]
    [InlineData("GET", 64 * 1024, 32, 4000)]
    public void Nothing_is_allocated_in_the_steady_state(string verb, int valueBytes, int pipeline, int operations)
    {
        using PkvServer server = new();
        using RespClient client = server.Connect();
        byte[] value = Wire.Value(valueBytes, 1);
        byte[][] keys = [.. Enumerable.Range(0, 32).Select(i => Encoding.ASCII.GetBytes($"key{i}"))];
        foreach (byte[] key in keys)
        {
            client.SendRaw(Wire.Command("SET", key, value));
            client.Read();
        }
        byte[] batch = [.. Enumerable.Range(0, pipeline).SelectMany(i => verb == "SET" ? Wire.Command("SET", keys[i], value) : Wire.Command("GET", keys[i]))];
        int replyBytes = pipeline * (verb == "SET" ? 5 : $"${valueBytes}\r\n".Length + valueBytes + 2);
        AssertSteady(server, $"{operations} × {verb} of {valueBytes} bytes", () => Run(client, batch, replyBytes, operations / pipeline));
    }

    [Theory]
    [InlineData("SETBIT bits 1000 1|SETBIT bits 1000 0", 0)]
    [InlineData("SETBIT long 70000 1|SETBIT long 70000 0|SETRANGE long 9000 abc|GETBIT long 70001|BITCOUNT long|BITPOS long 1 40|GETRANGE long 100 300|STRLEN long", 0)]
    [InlineData("APPEND growing x|SETBIT growing 12345 1|SETBIT growing 12345 0|BITFIELD growing SET u8 9000 7 INCRBY i5 20000 1", 0)]
    [InlineData("GETBIT bits 7|BITCOUNT bits|BITPOS bits 1 2 -1", 0)]
    [InlineData("BITOP AND d bits other", 0)]
    [InlineData("BITFIELD f SET u8 8 7 GET u8 8 INCRBY i5 0 1", 0)]
    [InlineData("LPUSH l x y|RPUSH l z|LPOP l|RPOP l 2", 0)]
    [InlineData("RPUSH l 1 2 3|LRANGE l 0 -1|LRANGE l 1 1|LINDEX l 1|LLEN l|LPOS l 2 COUNT 0|LTRIM l 1 0", 0)]
    [InlineData("RPUSH l 1 2 3|LSET l 1 x|LINSERT l BEFORE x y|LREM l 0 y|LMOVE l m LEFT RIGHT|RPOPLPUSH m l|LMPOP 2 none l LEFT COUNT 9", 0)]
    [InlineData("RPUSH l 1 2 3 4|BLPOP l 0|BRPOP none l 0|BLMOVE l m LEFT RIGHT 0|BLMPOP 0 1 l LEFT|BRPOPLPUSH m m 0|LTRIM m 1 0", 0)]
    [InlineData("ZADD z 1 m 2 n|ZADD z 3 m|ZINCRBY z 0.1 n|ZADD z XX GT 0.5 m|ZREM z n", 0)]
    [InlineData("ZADD r 0.1 a 2 b 3 c|ZSCORE r a|ZRANK r b|ZRANGE r 0 -1 WITHSCORES|ZRANGEBYSCORE r (0.1 +inf LIMIT 0 1|ZCOUNT r 0 5|ZCARD r", 0)]
    [InlineData("ZADD p 1 a 2 b 3 c|ZPOPMIN p|ZPOPMAX p 1|ZREMRANGEBYRANK p 0 0", 0)]
    [InlineData("PUBLISH nobody hello", 0)]
    [InlineData("PUBLISH news hello", 2)]
    [InlineData("HSET h a 1 b 2|HGET h a|HGETALL h|HMGET h a none b|HLEN h|HEXISTS h a|HSTRLEN h a|HKEYS h|HVALS h|HDEL h a none b", 0)]
    [InlineData("HSETNX h a 1|HINCRBY h n 5|HRANDFIELD h|HRANDFIELD h -3 WITHVALUES|HRANDFIELD h 1|HSCAN h 0 MATCH n*", 0)]
    [InlineData("SADD s a b c|SISMEMBER s a|SMISMEMBER s a z|SMEMBERS s|SCARD s|SRANDMEMBER s 2|SSCAN s 0|SPOP s|SPOP s 1|SREM s a b c", 0)]
    [InlineData("SADD x a b|SADD y b c|SINTER x y|SUNION x y|SDIFF x y|SINTERCARD 2 x y|SUNIONSTORE d x y|SINTERSTORE d x y|SDIFFSTORE d x y|SMOVE d e a", 0)]
    [InlineData("SADD n 3 1 2|OBJECT ENCODING n|TYPE n|MEMORY USAGE n|RENAME n m|COPY m n", 0)]
    [InlineData("PFADD p a b c|PFADD q d|PFCOUNT p|PFCOUNT p q none|PFMERGE m p q|PFADD p a|DEL p q m", 0)]
    [InlineData("PFADD dense a|PFDEBUG TODENSE dense|PFADD dense b c d|PFCOUNT dense|PFADD dense e|DEL dense", 0)]
    [InlineData("GEOADD g 13.361389 38.115556 P 15.087269 37.502669 C|GEOADD g CH 13.5 38 P|GEODIST g P C km|GEOHASH g P none|GEOPOS g P none|DEL g", 0)]
    [InlineData("GEOADD g 13.361389 38.115556 P 15.087269 37.502669 C|GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km WITHCOORD WITHDIST WITHHASH COUNT 1|GEOSEARCHSTORE d g FROMMEMBER P BYBOX 400 400 km DESC|GEORADIUS g 15 37 200 km STORE d", 0)]
    [InlineData("ZADD x 1 a 2 b|ZADD x GT CH 3 a 1 b 9 c|ZADD y 1 b|ZUNION 2 x y WITHSCORES|ZINTER 2 x y|ZDIFF 2 x y|ZINTERCARD 2 x y|ZUNIONSTORE d 2 x y|ZRANGESTORE d x 0 0", 0)]
    public void Nothing_is_allocated_by_ordinary_commands(string commands, int messages)
    {
        using PkvServer server = new();
        using RespClient client = server.Connect(), subscriber = server.Connect();
        string[][] batch = [.. commands.Split('|').Select(command => command.Split(' '))];
        subscriber.Call("SUBSCRIBE", "news");
        subscriber.Call("PSUBSCRIBE", "n?ws");
        client.Call("SETBIT", "bits", "1599", "1");
        client.Call("SET", "other", new string('x', 150));
        client.Call("SET", "long", new string('x', 10_000));
        AssertSteady(server, $"3000 × {commands}", () => Repeat(3000));

        void Repeat(int times)
        {
            for (int i = 0; i < times; i++)
            {
                Assert.All(client.Pipeline(batch), reply => Assert.False(reply.IsError, reply.ToString()));
                for (int m = 0; m < messages; m++)
                    subscriber.Read();
            }
        }
    }

    // What is allocated for each command is allocated in every run; a list that grows because a client reads later than ever before is not.
    private static void AssertSteady(PkvServer server, string what, Action run)
    {
        IoThread thread = server.Host.State.Threads[0];
        List<string> runs = [];
        run();
        for (int i = 0; i < MeasuredRuns; i++)
        {
            (long bytes, long segments) before = Measure(server, thread);
            run();
            (long bytes, long segments) after = Measure(server, thread);
            long allocated = after.bytes - before.bytes, opened = after.segments - before.segments;
            if (allocated <= BytesPerRun + opened * BytesPerSegment)
                return;
            runs.Add($"{allocated} bytes, {opened} segments opened");
        }
        Assert.Fail($"{what} allocate in every run: {string.Join("; ", runs)}");
    }

    private static void Run(RespClient client, byte[] batch, int replyBytes, int batches)
    {
        byte[] reply = new byte[Math.Min(replyBytes, 1 << 20)];
        for (int i = 0; i < batches; i++)
        {
            // The server takes what it can while replies wait: sending first and reading then is enough on loopback.
            client.SendRaw(batch);
            for (int left = replyBytes; left > 0;)
                left -= client.Socket.Receive(reply, 0, Math.Min(left, reply.Length), System.Net.Sockets.SocketFlags.None);
        }
    }

    private static (long Bytes, long Segments) Measure(PkvServer server, IoThread thread)
    {
        long bytes = 0;
        using ManualResetEventSlim done = new();
        thread.Post(_ =>
        {
            bytes = GC.GetAllocatedBytesForCurrentThread();
            done.Set();
        });
        done.Wait();
        return (bytes, server.Host.State.Pool.SegmentsOpened);
    }
}
