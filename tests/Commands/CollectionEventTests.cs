using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands;

/// <summary>Keyspace events of the commands on collections: the same ones, in the same order, as a real redis-server publishes.</summary>
public sealed class CollectionEventTests(PkvServer pkv, ReferenceRedis redis) : IClassFixture<PkvServer>, IClassFixture<ReferenceRedis>
{
    public static TheoryData<string> Scripts =>
    [
        "HSET h a 1|HSET h a 1|HMSET h b 2|HSETNX h b 3|HSETNX h c 3|HINCRBY h n 1|HINCRBYFLOAT h n 1.5|HDEL h none|HDEL h a b|HGET none x|HDEL h c n|HINCRBY g n 1|DEL g",
        "SADD s a b|SADD s a|SREM s none|SREM s a|SREM s b|SADD s x y z|SPOP s|SPOP s 1|SPOP s 5|SPOP none|SADD s q|SPOP s",
        "SADD s a b|SMOVE s t a|SMOVE s t none|SMOVE t t a|SADD s a|SMOVE s t a|SMOVE s t b|SINTERSTORE d s t|SINTERSTORE d t t|SUNIONSTORE d t|SDIFFSTORE d t t|SDIFFSTORE d t|SDIFFSTORE d d|SMEMBERS none|SINTER none t",
        "ZADD z 1 a 2 b|ZADD z 1 a|ZADD z CH 5 a|ZADD z NX 9 a|ZADD z XX 9 q|ZADD none XX 1 a|ZADD z GT 1 a|ZADD z INCR 1 a|ZINCRBY z 0 a|ZINCRBY z 1 c|ZREM z none|ZREM z a c|ZREM z b|ZSCORE z a",
        "ZADD z 1 a 2 b 3 c 4 d 5 e 6 f|ZPOPMIN z 0|ZPOPMIN z|ZPOPMAX z 1|ZMPOP 1 z MIN|BZPOPMIN z 0|BZPOPMAX z 0|BZMPOP 0 1 z MAX|ZPOPMIN z|ZADD z 1 a 2 b|ZREMRANGEBYRANK z 5 6|ZREMRANGEBYRANK z 0 0|ZREMRANGEBYSCORE z 2 2|ZADD z 0 a 0 b|ZREMRANGEBYLEX z [a [a|ZREMRANGEBYLEX z - +|ZREMRANGEBYLEX z - +",
        "ZADD z 1 a 2 b|SADD s a|ZUNIONSTORE d 2 z s|ZINTERSTORE d 2 z s|ZDIFFSTORE d 2 z s|ZDIFFSTORE d 2 z z|ZDIFFSTORE d 2 z z|ZRANGESTORE d z 0 -1|ZRANGESTORE d z 5 6|ZRANGESTORE d none 0 -1|SET d v|ZUNIONSTORE d 1 z|ZUNION 2 none z|ZINTERCARD 1 none|ZRANGE none 0 -1|ZUNIONSTORE z 2 z z",
        "PFADD p|PFADD p a|PFADD p a|PFCOUNT p|PFCOUNT none|PFMERGE q p none|PFMERGE q p|PFDEBUG TODENSE p|PFADD p b|PFCOUNT p q none",
        "GEOADD g 13 38 a 14 38 b|GEOADD g 13 38 a|GEOADD g CH 15 38 a|GEOADD g XX 1 1 c|GEODIST none a b|GEORADIUS g 13 38 500 km STORE d|GEORADIUS g 0 0 1 m STORE d|GEORADIUSBYMEMBER g a 500 km STOREDIST d|GEOSEARCHSTORE d g FROMMEMBER a BYRADIUS 500 km|GEOSEARCHSTORE d g FROMLONLAT 0 0 BYBOX 1 1 m|GEOSEARCHSTORE d none FROMLONLAT 0 0 BYBOX 1 1 m|GEOSEARCHSTORE g g FROMMEMBER a BYRADIUS 1 m",
        "XADD s 1-1 a b|XADD s 1-1 a b|XADD s MAXLEN 1 2-1 a b|XADD s MAXLEN 5 3-1 a b|XADD s NOMKSTREAM 4-1 a b|XADD none NOMKSTREAM 4-1 a b|XDEL s 9-9|XDEL s 2-1 2-1|XTRIM s MAXLEN 9|XTRIM s MAXLEN 0|XSETID s 9-1|XADD s MAXLEN 0 10-1 a b|RENAME s t|COPY t u|XREAD STREAMS none t 0 0|XRANGE none - +|XLEN none|XINFO STREAM none|SET t v|XADD v 1-1 a b|DEL v",
        "HSET h a 1|RENAME h g|COPY g k|SADD k2 a|COPY g k2 REPLACE|RENAME k2 g|MOVE g 3|EXPIRE k 100|PERSIST k|PEXPIREAT k 1|DEL k|SET str v|SUNIONSTORE str none|SADD s a|SUNIONSTORE s2 s|RENAME s s2",
    ];

    [RedisTheory]
    [MemberData(nameof(Scripts))]
    public void Events_are_those_of_redis(string script)
    {
        string[] commands = script.Split('|');
        Assert.Equal(Events(redis.Connect, commands), Events(pkv.Connect, commands));
    }

    private static string Events(Func<RespClient> connect, string[] commands)
    {
        using RespClient client = connect(), listener = connect();
        client.Call("FLUSHALL");
        client.Call("CONFIG", "SET", "notify-keyspace-events", "AEnm");
        listener.Call("PSUBSCRIBE", "__key*@*__:*");
        foreach (string command in commands)
            client.Call(command.Split(' '));
        // The last event that is waited for.
        client.Call("SET", "end", "1");
        client.Call("CONFIG", "SET", "notify-keyspace-events", "");
        List<string> events = [];
        while (events.Count == 0 || events[^1] != "__keyevent@0__:set end")
        {
            RespNode message = listener.Read();
            events.Add($"{message.Items[2].Text} {message.Items[3].Text}");
        }

        return string.Join('\n', events);
    }
}
