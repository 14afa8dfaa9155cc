using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.PubSub;

/// <summary>Pub/sub and keyspace events against a real redis-server: the same script, the same messages and replies to each client.</summary>
public sealed class PubSubComparisonTests(ReferenceRedis redis) : IClassFixture<ReferenceRedis>
{
    public static TheoryData<string, string> Scripts => new()
    {
        { "channels", "a SUBSCRIBE x y x|b PUBLISH x hello|c PUBLISH y 1|c PUBLISH z 2|b PUBSUB NUMSUB x y z|a UNSUBSCRIBE x|b PUBLISH x lost|b PUBSUB CHANNELS|a UNSUBSCRIBE nope|a UNSUBSCRIBE y|a UNSUBSCRIBE|a GET k|b PUBSUB CHANNELS|b PUBSUB NUMSUB" },
        { "patterns", "a PSUBSCRIBE n*|b PSUBSCRIBE n?ws|b SUBSCRIBE news|c PUBLISH news hi|c PUBLISH nws hi|c PUBSUB NUMPAT|c PUBSUB CHANNELS|a PUNSUBSCRIBE other|a PUNSUBSCRIBE n*|c PUBLISH news again|a PUNSUBSCRIBE|c PSUBSCRIBE [a-c]z \\*|a PUBLISH bz 1|a PUBLISH dz 1|a PUBLISH * 1" },
        { "shards", "a SSUBSCRIBE s t|b SUBSCRIBE s|c SPUBLISH s hi|c PUBLISH s ho|c PUBSUB SHARDCHANNELS s*|c PUBSUB SHARDCHANNELS x*|c PUBSUB SHARDNUMSUB s t u|a SUNSUBSCRIBE s|c SPUBLISH s hi|a SUBSCRIBE q|a SUNSUBSCRIBE|a UNSUBSCRIBE q|a PING|a SUNSUBSCRIBE" },
        { "resp2 subscribers may do little", "a SUBSCRIBE x|a GET k|a SET k v|a PING|a PING hello|a MULTI|a EXEC|a HELLO 3|a CLIENT ID|a PUBLISH x y|a CONFIG GET port|a NOSUCH|a GET|a UNSUBSCRIBE|a GET k|a PSUBSCRIBE p|a GET k|a RESET|a GET k|a SSUBSCRIBE s|a GET k|a SUNSUBSCRIBE|a GET k" },
        { "resp3", "a HELLO 3|a CLIENT SETNAME me|a SUBSCRIBE x|a SET k v|a GET k|a PING|a PUBLISH x self|a PSUBSCRIBE x*|a PUBLISH x twice|b PUBLISH x hi|a UNSUBSCRIBE|a UNSUBSCRIBE|a PUNSUBSCRIBE|a PUNSUBSCRIBE|a SUNSUBSCRIBE|a SSUBSCRIBE s|a SPUBLISH s self|a RESET|b PUBLISH x gone" },
        { "inside MULTI", "a MULTI|a SUBSCRIBE x|a PSUBSCRIBE p*|a PING|a SSUBSCRIBE s|a UNSUBSCRIBE x|a EXEC|a GET k|b PUBLISH p1 hi|a PUNSUBSCRIBE|a GET k|b SUBSCRIBE x|c MULTI|c PUBLISH x one|c SET k v|c PUBLISH x two|c EXEC|c MULTI|c PUBLISH x never|c DISCARD|c MULTI|c SPUBLISH x s|c PUBSUB NUMSUB x|c EXEC" },
        { "errors", "a PUBLISH|a PUBLISH x|a SUBSCRIBE|a PSUBSCRIBE|a SSUBSCRIBE|a SPUBLISH x|a PUBSUB|a PUBSUB nope|a PUBSUB CHANNELS a b|a PUBSUB NUMPAT x|a PUBSUB SHARDCHANNELS a b|a PUBSUB NUMSUB|a PUBSUB SHARDNUMSUB|a COMMAND GETKEYS SSUBSCRIBE x|a COMMAND GETKEYS SPUBLISH x y|a COMMAND GETKEYS PUBLISH x y" },
        { "odd names", "a SUBSCRIBE \u00ff\0\r\n |a PSUBSCRIBE  |b PUBLISH \u00ff\0\r\n payload\r\n\0|b PUBLISH  empty" },
        { "events of strings", "c PSUBSCRIBE __key*__:*|b CONFIG SET notify-keyspace-events KEA|b SET k v|b SET k v EX 100|b SETEX k 100 v|b PSETEX k 100000 v|b SETNX k v|b SETNX n v|b GETSET n w|b MSET m 1 n 2 m 3|b MSETNX p 1 q 2|b MSETNX p 1 r 2|b APPEND k abc|b APPEND k2 abc|b SETRANGE k 2 zz|b INCR i|b INCRBY i 5|b DECR i|b DECRBY i 2|b INCRBYFLOAT i 1.5|b GETDEL n|b GETDEL n|b GETEX k PERSIST|b GETEX k PERSIST|b GETEX k EX 100|b GETEX k EXAT 1|b GETEX k|b SET g v GET|b SET g v XX|b SET g v NX|b SET g v KEEPTTL|b SETBIT s 1 1|b SETBIT s 1 1|b BITOP OR t s|b BITOP OR t none|b BITOP OR t none|b BITFIELD s SET u8 0 1|b BITFIELD s SET u8 0 1|b BITFIELD s GET u8 0" },
        { "events of keys", "c PSUBSCRIBE __key*__:*|b CONFIG SET notify-keyspace-events KEA|b MSET a 1 b 2 c 3 d 4 e 5|b DEL a none b|b UNLINK c|b EXPIRE d 100|b PEXPIRE d 100000|b EXPIREAT d 4000000000|b EXPIRE d 100 NX|b PERSIST d|b PERSIST d|b EXPIRE d -1|b EXPIRE none 5|b RENAME e f|b RENAMENX f g|b RENAME g g|b SET h 1|b RENAME g h|b COPY h i|b COPY h i|b COPY h i REPLACE|b MOVE i 3|b MOVE none 3|b SELECT 3|b DEL i|b SELECT 0|b FLUSHDB|b SWAPDB 0 1|b MULTI|b SET x 1|b DEL x|b EXEC" },
        { "events of new and missed keys", "c SUBSCRIBE __keyevent@0__:new __keyevent@0__:keymiss __keyevent@3__:new|b CONFIG SET notify-keyspace-events Enm|b SET k v|b SET k v|b GET k|b GET none|b MGET k none none2|b STRLEN none|b GETRANGE none 0 1|b EXISTS none k|b TTL none|b TYPE none|b TOUCH none|b OBJECT ENCODING none|b GETDEL none|b GETEX none|b APPEND n 1|b INCR i|b RENAME n o|b RENAME o i|b COPY i j|b COPY i j REPLACE|b MOVE j 3|b GETBIT none 1|b BITCOUNT none|b BITOP OR d none k|b LCS none none2|b SETNX k 1|b SET none v XX|b SET none2 v GET" },
        { "events asked for", "c PSUBSCRIBE __key*__:*|b SET k v|b CONFIG SET notify-keyspace-events K$|b SET k v|b DEL k|b CONFIG SET notify-keyspace-events Eg|b SET k v|b DEL k|b CONFIG SET notify-keyspace-events g$|b SET k v|b CONFIG SET notify-keyspace-events KE|b SET k v|b CONFIG SET notify-keyspace-events Q|b CONFIG GET notify-keyspace-events" },
        { "own events", "a HELLO 3|a CLIENT SETNAME me|a CONFIG SET notify-keyspace-events Ex$gm|a PSUBSCRIBE __keyevent*|a SET k v|a DEL k|a GET k|a EXPIRE k 5|a INCR n|a SET n 1 EX 100" },
    };

    [RedisTheory]
    [MemberData(nameof(Scripts))]
    public void Every_client_receives_what_redis_would_send(string name, string script)
    {
        Assert.NotEmpty(name);
        foreach (string threads in new[] { "1", "3" })
        {
            redis.Call("FLUSHALL");
            redis.Call("CONFIG", "SET", "notify-keyspace-events", "");
            using var pkv = PkvServer.InProcess("--io-threads", threads);
            using Stage ours = new(pkv.Connect), theirs = new(redis.Connect);
            foreach (string line in script.Split('|'))
            {
                string expected = theirs.Play(line), actual = ours.Play(line);
                // The reply of HELLO tells the client's number.
                if (!line.Contains("HELLO", StringComparison.Ordinal) && !line.Contains("CLIENT ID", StringComparison.Ordinal))
                    Assert.True(expected == actual, $"{threads} threads, {line}\nredis-server:\n{expected}\npkv:\n{actual}");
            }
        }
    }
}
