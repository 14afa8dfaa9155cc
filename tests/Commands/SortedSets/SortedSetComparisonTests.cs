using System.Globalization;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.SortedSets;

/// <summary>
/// The sorted set commands against a real redis-server: same commands, same replies in RESP2 and RESP3, errors included. In the
/// scripts '|' stands between commands, "''" for an empty argument.
/// </summary>
public sealed class SortedSetComparisonTests(PkvServer pkv, ReferenceRedis redis) : IClassFixture<PkvServer>, IClassFixture<ReferenceRedis>
{
    private const string Three = "ZADD z 1 a 2 b 3 c|";
    private const string Words = "ZADD z 0 aaaa 0 b 0 c 0 d 0 e 0 foo 0 zap 0 zip 0 ALPHA 0 alpha|";

    public static TheoryData<string, string> Scripts => new()
    {
        { "add", "ZADD z 1 a|ZADD z 1 a|ZADD z 2 a|ZADD z 1 a 2 b 3 c|ZADD z 1 d 2 d 3 d|ZRANGE z 0 -1 WITHSCORES|ZADD z|ZADD z 1|ZADD z 1 a 2|ZADD z x a|ZADD z 1 a x b|ZCARD z|ZCARD none|SET s v|ZADD s 1 a|ZADD s NX XX 1 a|ZCARD s" },
        { "add options", Three + "ZADD z NX 9 a 9 d|ZADD z XX 9 a 9 e|ZADD z CH 9 a 8 b 7 f|ZADD z GT 1 a 10 b|ZADD z LT 1 a 20 b|ZADD z GT CH 5 a 5 b 5 g|ZADD z LT CH 1 a 1 b 1 h|ZRANGE z 0 -1 WITHSCORES|ZADD z nx xx 1 a|ZADD z nx gt 1 a|ZADD z gt lt 1 a|ZADD z nx lt 1 a|ZADD z xx gt 1 a|ZADD z INCR 1 a 2 b|ZADD z INCR 1 a|ZADD z INCR NX 1 a|ZADD z INCR NX 1 new|ZADD z INCR XX 1 other|ZADD z XX INCR 1 a|ZADD z GT INCR -1 a|ZADD z LT INCR 1 a|ZADD z INCR|ZADD z ch|ZADD none XX 1 a|ZADD none XX INCR 1 a|EXISTS none|ZADD z CH 1 t 2 t 2 t|ZADD z GT CH 5 t 4 t 6 t|ZADD z nx ch 1 u 2 u|ZSCORE z t|ZSCORE z u" },
        { "increments", "ZINCRBY z 1 a|ZINCRBY z 0.1 a|ZINCRBY z 0.2 a|ZINCRBY z -inf a|ZINCRBY z inf a|ZSCORE z a|ZINCRBY z nan a|ZINCRBY z x a|ZINCRBY z nx a|ZINCRBY z 1|ZADD z INCR inf b|ZADD z INCR -inf b|ZINCRBY z -0 c|ZSCORE z c|ZINCRBY z 0 c|ZINCRBY z 1e308 d|ZINCRBY z 1e308 d|ZRANGE z 0 -1 WITHSCORES" },
        { "scores", "ZADD z 0.1 a 1e17 b 123456789012345678 c -0 d 0x10 e 1e5 f +1 g .5 h 1. i 3.0 j infinity k -INF l 4.9e-324 m 1.7976931348623157e308 n 0x1p-3 o 99999999999999999 p 1e15 q 1e16 r|ZRANGE z 0 -1 WITHSCORES|ZADD y 1e400 a|ZADD y 1e-400 a|ZADD y nan a|ZADD y '' a|ZADD y 1x a|ZADD y 0x a|ZADD y 1e a|ZADD y . a|ZADD y -nan a|ZADD y 2e-324 a|ZADD y 0x1p-1075 a|ZADD y 1_0 a|ZADD y inf1 a|EXISTS y|ZMSCORE z a b c none|ZMSCORE none a b|ZMSCORE z|ZSCORE z|ZSCORE z d|ZSCORE none a" },
        { "remove", Three + "ZREM z a none a|ZREM z|ZREM none a|ZREM z b c|EXISTS z|SET s v|ZREM s a|ZSCORE s a|ZMSCORE s a|ZRANK s a|ZRANGE s 0 -1|ZPOPMIN s|ZRANDMEMBER s|ZSCAN s 0|ZCOUNT s 0 1|ZUNION 1 s|ZUNIONSTORE d 1 s|ZINTERCARD 1 s|ZMPOP 1 s MIN|ZRANGESTORE d s 0 -1|ZREMRANGEBYRANK s 0 1" },
        { "ranks", Three + "ZADD z 2 bb|ZRANK z a|ZRANK z bb|ZRANK z c|ZREVRANK z a|ZREVRANK z c|ZRANK z none|ZREVRANK z none|ZRANK none a|ZRANK z|ZREVRANK none a" },
        { "range by rank", Three + "ZRANGE z 0 -1|ZRANGE z 0 -1 WITHSCORES|ZRANGE z -2 -1|ZRANGE z 1 1|ZRANGE z 2 1|ZRANGE z -100 100|ZRANGE z 5 9|ZRANGE z 0 -9|ZRANGE z 0 -1 REV|ZRANGE z 0 0 REV WITHSCORES|ZRANGE z 1 -1 REV|ZREVRANGE z 0 -1|ZREVRANGE z 0 1 WITHSCORES|ZREVRANGE z 0 1 REV|ZRANGE z 0|ZRANGE z a 1|ZRANGE z 0 b|ZRANGE z 0 -1 LIMIT 0 1|ZRANGE z 0 -1 LIMIT 0 -1|ZRANGE z 0 -1 LIMIT 0|ZRANGE z 0 -1 foo|ZRANGE none 0 -1|ZRANGE none 0 -1 WITHSCORES|ZREVRANGE none 0 -1|ZRANGE z 0 -1 BYLEX|ZRANGE z 0 -1 BYSCORE BYLEX|ZRANGE z 0 -1 WITHSCORES WITHSCORES|ZRANGE z 9223372036854775808 1|ZRANGE z -9223372036854775808 9223372036854775807|ZREVRANGE z 0 -1 LIMIT 1 1" },
        { "range by score", Three + "ZADD z 2 bb inf i -inf j|ZRANGEBYSCORE z -inf +inf|ZRANGEBYSCORE z (1 3|ZRANGEBYSCORE z 1 (3 WITHSCORES|ZRANGEBYSCORE z (1 (2|ZRANGEBYSCORE z 2 2|ZRANGEBYSCORE z (2 2|ZRANGEBYSCORE z 3 1|ZRANGEBYSCORE z -inf inf LIMIT 1 2|ZRANGEBYSCORE z -inf inf LIMIT 1 -1|ZRANGEBYSCORE z -inf inf LIMIT -1 2|ZRANGEBYSCORE z -inf inf LIMIT 9 2|ZRANGEBYSCORE z -inf inf LIMIT 0 0|ZRANGEBYSCORE z -inf inf LIMIT 1|ZRANGEBYSCORE z -inf inf LIMIT a 1|ZRANGEBYSCORE z -inf inf LIMIT 0 b|ZRANGEBYSCORE z x 1|ZRANGEBYSCORE z 1 x|ZRANGEBYSCORE z nan 1|ZRANGEBYSCORE z '' 2|ZRANGEBYSCORE z ( 2|ZRANGEBYSCORE z ((1 2|ZRANGEBYSCORE z (inf +inf|ZRANGEBYSCORE z -inf (-inf|ZRANGEBYSCORE z 1e400 2e400|ZREVRANGEBYSCORE z inf -inf|ZREVRANGEBYSCORE z 3 1 WITHSCORES LIMIT 1 2|ZREVRANGEBYSCORE z 1 3|ZREVRANGEBYSCORE z (3 (1|ZRANGE z 1 3 BYSCORE|ZRANGE z 3 1 BYSCORE REV|ZRANGE z 3 1 REV BYSCORE LIMIT 0 1 WITHSCORES|ZRANGE z (1 +inf BYSCORE LIMIT 1 1|ZRANGEBYSCORE z 1 3 REV|ZRANGEBYSCORE z 1 3 BYSCORE|ZRANGEBYSCORE none 1 x|ZRANGEBYSCORE none 1 2|ZRANGEBYSCORE z 1|ZCOUNT z -inf +inf|ZCOUNT z (1 3|ZCOUNT z 3 1|ZCOUNT z x 1|ZCOUNT none 1 2|ZCOUNT none x 1|ZCOUNT z 1" },
        { "range by bytes", Words + "ZRANGEBYLEX z - +|ZRANGEBYLEX z - [c|ZRANGEBYLEX z - (c|ZRANGEBYLEX z [aaa (g|ZRANGEBYLEX z + -|ZRANGEBYLEX z - -|ZRANGEBYLEX z + +|ZRANGEBYLEX z [c [c|ZRANGEBYLEX z (c [c|ZRANGEBYLEX z [c (c|ZRANGEBYLEX z [ [zz|ZRANGEBYLEX z ( [b|ZRANGEBYLEX z [zz [a|ZRANGEBYLEX z - + LIMIT 1 2|ZRANGEBYLEX z - + LIMIT -1 2|ZRANGEBYLEX z - + LIMIT 3 -5|ZRANGEBYLEX z - + LIMIT 30 1|ZRANGEBYLEX z a b|ZRANGEBYLEX z [a b|ZRANGEBYLEX z -x +|ZRANGEBYLEX z '' +|ZRANGEBYLEX z - + WITHSCORES|ZREVRANGEBYLEX z + -|ZREVRANGEBYLEX z [c -|ZREVRANGEBYLEX z - [c|ZREVRANGEBYLEX z (g [aaa LIMIT 1 2|ZRANGE z [a (c BYLEX|ZRANGE z (c [a BYLEX REV|ZRANGE z - + BYLEX WITHSCORES|ZRANGE z + - REV BYLEX LIMIT 0 3|ZLEXCOUNT z - +|ZLEXCOUNT z [b [f|ZLEXCOUNT z (b (f|ZLEXCOUNT z x [f|ZLEXCOUNT none - +|ZLEXCOUNT z + -|ZLEXCOUNT z -" },
        { "bytes of mixed scores", "ZADD z 1 m 2 a 3 z 4 c 5 b|ZRANGEBYLEX z [b [n|ZRANGEBYLEX z - [m|ZRANGEBYLEX z [a [b|ZRANGEBYLEX z [c +|ZREVRANGEBYLEX z [n [b|ZREVRANGEBYLEX z [b [a|ZREVRANGEBYLEX z + [c|ZLEXCOUNT z [b [n|ZLEXCOUNT z - [m|ZREVRANGEBYLEX z [z -|ZREMRANGEBYLEX z [b [n|ZRANGE z 0 -1" },
        { "remove ranges", Three + "ZADD z 4 d 5 e 6 f 7 g|ZREMRANGEBYRANK z 0 0|ZREMRANGEBYRANK z -1 -1|ZREMRANGEBYRANK z 9 10|ZREMRANGEBYRANK z 3 1|ZREMRANGEBYRANK z a 1|ZREMRANGEBYRANK z 0 b|ZREMRANGEBYSCORE z (2 3|ZREMRANGEBYSCORE z 2 2|ZREMRANGEBYSCORE z 9 10|ZREMRANGEBYSCORE z x 1|ZRANGE z 0 -1 WITHSCORES|ZREMRANGEBYRANK z 0 -1|EXISTS z|ZREMRANGEBYRANK z 0 -1|ZREMRANGEBYSCORE z 0 x|ZREMRANGEBYLEX z 0 x|ZREMRANGEBYRANK z 0|" + Words + "ZREMRANGEBYLEX z [a [c|ZREMRANGEBYLEX z (d (zap|ZREMRANGEBYLEX z + -|ZRANGE z 0 -1|ZREMRANGEBYLEX z - +|EXISTS z|ZREMRANGEBYLEX z - +" },
        { "range store", Three + "ZRANGESTORE d z 0 -1|ZRANGE d 0 -1 WITHSCORES|ZRANGESTORE d z 1 2 BYSCORE|ZRANGE d 0 -1 WITHSCORES|ZRANGESTORE d z 3 1 BYSCORE REV LIMIT 0 2|ZRANGE d 0 -1 WITHSCORES|ZRANGESTORE d z - (c BYLEX|ZRANGE d 0 -1|ZRANGESTORE d z 5 9|EXISTS d|ZRANGESTORE d none 0 -1|SET d v|ZRANGESTORE d z 0 0|TYPE d|SET d v|ZRANGESTORE d none 0 0|EXISTS d|ZRANGESTORE d z 0 -1 WITHSCORES|ZRANGESTORE d z a b|ZRANGESTORE d z 0|ZRANGESTORE d z 0 0 LIMIT 0 1|ZRANGESTORE z z 1 1|ZRANGE z 0 -1 WITHSCORES|ZRANGESTORE d z x 1 BYSCORE|ZRANGESTORE d z x y BYLEX" },
        { "pop", Three + "ZADD z 4 d 5 e|ZPOPMIN z|ZPOPMAX z|ZPOPMIN z 0|ZPOPMAX z 2|ZPOPMIN z -1|ZPOPMIN z x|ZPOPMIN z 1 2|ZPOPMIN z|EXISTS z|ZPOPMIN z|ZPOPMIN none 5|ZPOPMAX none|" + Three + "ZPOPMIN z 99|EXISTS z|ZPOPMAX none x|ZPOPMIN none 0|ZPOPMIN|" + Three + "ZPOPMAX z 1|ZPOPMIN z 9223372036854775808" },
        { "pop first", Three + "ZADD y 9 x 8 w|ZMPOP 2 none z MIN|ZMPOP 2 none z MAX|ZMPOP 3 none y z min COUNT 1|ZMPOP 1 y MAX COUNT 9|EXISTS y|ZMPOP 2 y none MIN|ZMPOP 1 z MID|ZMPOP 0 z MIN|ZMPOP x z MIN|ZMPOP -1 z MIN|ZMPOP 2 z MIN|ZMPOP 3 z MIN|ZMPOP 1 z MIN COUNT 0|ZMPOP 1 z MIN COUNT x|ZMPOP 1 z MIN COUNT|ZMPOP 1 z MIN COUNT 1 COUNT 2|ZMPOP 1 z MIN foo 1|ZMPOP 1 z|SET s v|ZMPOP 2 none s MIN|ZMPOP 2 z s MIN|ZMPOP 2 s z MIN" },
        { "random", "ZADD z 1 a|ZRANDMEMBER z|ZRANDMEMBER z 1|ZRANDMEMBER z 5|ZRANDMEMBER z -3|ZRANDMEMBER z 5 WITHSCORES|ZRANDMEMBER z -2 withscores|ZRANDMEMBER z 0|ZRANDMEMBER none|ZRANDMEMBER none 3|ZRANDMEMBER none 3 WITHSCORES|ZRANDMEMBER z x|ZRANDMEMBER z 1 foo|ZRANDMEMBER z 1 WITHSCORES 2|ZRANDMEMBER z -9223372036854775808|ZRANDMEMBER z 9223372036854775807 WITHSCORES|ZRANDMEMBER z -9223372036854775807 WITHSCORES|ZRANDMEMBER z 9223372036854775807|ZRANDMEMBER" },
        { "scan", "ZADD z 1 a|ZSCAN z 0|ZSCAN z 0 MATCH b*|ZSCAN z 0 MATCH a COUNT 1|ZSCAN z 0 COUNT 0|ZSCAN z 0 COUNT x|ZSCAN z 0 TYPE zset|ZSCAN z x|ZSCAN z|ZSCAN none 0|ZSCAN none x|ZSCAN none 0 foo|ZADD w 1e17 a|ZSCAN w 0|ZADD w 0.1 a|ZSCAN w 0|ZADD w inf a|ZSCAN w 0|ZADD w 5e18 a|ZSCAN w 0|ZADD w -4e18 a|ZSCAN w 0" },
        { "algebra", Three + "ZADD y 10 b 20 c 30 d|SADD s c d e|ZUNION 2 z y|ZUNION 2 z y WITHSCORES|ZUNION 3 z y s WITHSCORES|ZUNION 2 z y WEIGHTS 2 3 WITHSCORES|ZUNION 2 z y WEIGHTS 2 3 AGGREGATE MIN WITHSCORES|ZUNION 2 z y AGGREGATE MAX WITHSCORES|ZINTER 2 z y WITHSCORES|ZINTER 3 z y s WITHSCORES|ZINTER 2 z none|ZINTER 2 z y WEIGHTS -1 0.5 AGGREGATE max WITHSCORES|ZDIFF 2 z y WITHSCORES|ZDIFF 2 y z|ZDIFF 3 y s z WITHSCORES|ZDIFF 2 none z|ZDIFF 1 z|ZDIFF 2 z z|ZDIFF 2 z none WITHSCORES|ZINTERCARD 2 z y|ZINTERCARD 2 z y LIMIT 1|ZINTERCARD 2 z y LIMIT 0|ZINTERCARD 2 z y LIMIT 9|ZINTERCARD 2 z none|ZUNION 2 z z WITHSCORES|ZINTER 2 z z WEIGHTS 2 3 WITHSCORES|ZINTER 2 s s WITHSCORES|ZUNION 1 none|ZUNION 1 s WEIGHTS 5 WITHSCORES" },
        { "algebra errors", Three + "SET t v|ZUNION 0 z|ZUNION -1 z|ZUNION x z|ZUNION 2 z|ZUNION 9223372036854775807 z|ZINTERSTORE d 0 z|ZINTERCARD 0 z|ZUNION 1 z WEIGHTS|ZUNION 1 z WEIGHTS x|ZUNION 1 z WEIGHTS nan|ZUNION 2 z z WEIGHTS 1|ZUNION 1 z AGGREGATE|ZUNION 1 z AGGREGATE AVG|ZUNION 1 z foo|ZUNION 1 t|ZUNION 2 z t WEIGHTS x y|ZDIFF 1 z WEIGHTS 1|ZDIFF 1 z AGGREGATE SUM|ZDIFF 0 z|ZINTERCARD 1 z LIMIT -1|ZINTERCARD 1 z LIMIT x|ZINTERCARD 1 z LIMIT|ZINTERCARD 1 z WITHSCORES|ZINTERCARD 1 z WEIGHTS 1|ZUNIONSTORE d 1 z WITHSCORES|ZUNIONSTORE d 1|ZUNION 1 z WITHSCORES WITHSCORES|ZUNION 1 z WEIGHTS 2 WEIGHTS 3 WITHSCORES|ZUNION 1 z AGGREGATE MIN AGGREGATE MAX|ZDIFF 1" },
        { "algebra of infinities", "ZADD z inf a 0 b|ZADD y -inf a 5 b|ZUNION 2 z y WITHSCORES|ZINTER 2 z y WITHSCORES|ZUNION 2 z y WEIGHTS 0 1 WITHSCORES|ZINTER 2 z y WEIGHTS 0 0 WITHSCORES|ZINTER 2 z y WEIGHTS 0 0 AGGREGATE MIN WITHSCORES|ZUNION 2 z y WEIGHTS inf -inf AGGREGATE MAX WITHSCORES|ZADD x 0.1 a 1e300 b|ZADD w 0.2 a 0.3 b|ZADD v 0.3 a 0.7 c|ZUNION 3 x w v WITHSCORES|ZUNION 3 v x w WITHSCORES|ZINTER 3 w v x WITHSCORES" },
        { "algebra store", Three + "ZADD y 10 b 20 c|SADD s a|ZUNIONSTORE d 2 z y|ZRANGE d 0 -1 WITHSCORES|ZINTERSTORE d 2 z y WEIGHTS 1 2 AGGREGATE MAX|ZRANGE d 0 -1 WITHSCORES|ZDIFFSTORE d 2 z y|ZRANGE d 0 -1 WITHSCORES|ZINTERSTORE d 2 z none|EXISTS d|ZDIFFSTORE d 1 none|SET d v|ZUNIONSTORE d 1 z|TYPE d|SET d v|ZDIFFSTORE d 2 z z|EXISTS d|ZUNIONSTORE z 2 z y|ZRANGE z 0 -1 WITHSCORES|ZUNIONSTORE z 1 none|EXISTS z|SADD q x y|ZUNIONSTORE q 1 q|TYPE q|ZRANGE q 0 -1 WITHSCORES|EXPIRE q 100|ZUNIONSTORE q 1 q|TTL q" },
        { "blocking without need to wait", Three + "BZPOPMIN none z 0|BZPOPMAX z none 0|BZMPOP 0 2 none z MIN COUNT 9|EXISTS z|" + Three + "BZPOPMIN z x|BZPOPMIN z -1|BZPOPMIN z|BZPOPMIN z 0|BZMPOP 0 0 z MIN|BZMPOP x 1 z MIN|BZMPOP -1 1 z MIN|BZMPOP x 1 z MID|BZMPOP 0 1 z MIN COUNT 0|BZMPOP 0 2 z MIN|SET s v|BZPOPMIN s 0|BZMPOP 0 2 none s MAX|MULTI|BZPOPMIN none 0|BZPOPMAX z 0|BZMPOP 0 1 none MAX|EXEC|BZPOPMIN none 0.001" },
        { "zeros", "ZADD z -0 a -1 b|ZRANGE z 0 -1 WITHSCORES|ZADD z -0 fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff -0 c|ZRANGE z 0 -1 WITHSCORES|ZUNIONSTORE d 1 z|ZRANGE d 0 -1 WITHSCORES|ZRANGESTORE e z 0 1|ZRANGE e 0 -1 WITHSCORES|ZADD z INCR -0 c|ZADD z INCR -0 new|ZINCRBY y -0 m|ZSCORE y m|ZADD x -0 fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff|ZSCORE x fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff|ZADD w -0 a 1 fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff|ZSCORE w a|ZRANGESTORE v z -1 0 BYSCORE|ZRANGE v 0 -1 WITHSCORES" },
        { "repeated options", Three + "ZRANGE z 0 -1 REV REV|ZRANGE z 0 1 BYSCORE BYSCORE|ZRANGE z - + BYLEX BYLEX|ZRANGE z 3 1 BYSCORE REV LIMIT 0 1 LIMIT 1 1|ZREVRANGE z 0 1 REV|ZADD z NX NX 1 a|ZADD z CH CH 5 a|ZRANGESTORE d z 0 -1 REV REV" },
        { "exec", "MULTI|ZADD z 1 a 2 b|ZINCRBY z 5 a|ZUNIONSTORE d 2 z none|ZPOPMIN d|ZMPOP 1 d MAX|ZRANGE z 0 -1|ZREMRANGEBYRANK z 0 -1|EXISTS z d|EXEC|ZRANGE z 0 -1" },
        { "other types and keys", "ZADD z 1 a|TYPE z|OBJECT ENCODING z|SET z v|GET z|ZADD y 1 a|GET y|INCR y|APPEND y x|EXPIRE y 100|ZADD y 2 b|TTL y|PERSIST y|DEL y|ZCARD y|ZADD x 5 m|RENAME x w|ZSCORE w m|COPY w v|ZSCORE v m|ZADD v 6 n|ZCARD w" },
    };

    [RedisTheory]
    [MemberData(nameof(Scripts))]
    public void Replies_are_those_of_redis(string name, string script)
    {
        Assert.NotEmpty(name);
        foreach (string version in new[] { "2", "3" })
        {
            using RespClient ours = pkv.Connect(), theirs = redis.Connect();
            ours.Call("FLUSHALL");
            theirs.Call("FLUSHALL");
            ours.Call("HELLO", version);
            theirs.Call("HELLO", version);
            foreach (string command in script.Split('|'))
            {
                string[] arguments = [.. command.Split(' ').Select(argument => argument == "''" ? "" : argument)];
                RespNode expected = theirs.Call(arguments), actual = ours.Call(arguments);
                Assert.True(expected == actual, $"RESP{version}, {command}: redis-server says {expected}, we say {actual}");
            }
        }
    }

    [RedisFact]
    public void Any_double_is_read_and_told_as_by_redis()
    {
        const int seed = 20260401;
        var random = new Random(seed);
        using RespClient ours = pkv.Connect(), theirs = redis.Connect();
        ours.Call("FLUSHALL");
        theirs.Call("FLUSHALL");
        List<string[]> commands = [];
        for (int i = 0; i < 4000; i++)
        {
            commands.Add(["ZADD", "z", Number(random), "m"]);
            commands.Add(["ZSCORE", "z", "m"]);
            commands.Add(["ZCOUNT", "z", Number(random), Number(random)]);
        }
        IReadOnlyList<RespNode> expected = theirs.Pipeline(commands), actual = ours.Pipeline(commands);
        for (int i = 0; i < commands.Count; i++)
            Assert.True(expected[i] == actual[i], $"seed {seed}, {i}: {string.Join(' ', commands[i])}: redis-server says {expected[i]}, we say {actual[i]}");
    }

    // Texts of numbers: doubles of any bits, many digits, halves between two doubles, hexadecimal digits, and what is none.
    private static string Number(Random random)
    {
        double any = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
        string digits = string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.Next(10)));
        string hex = $"{random.NextInt64():x}";
        string text = random.Next(8) switch
        {
            0 => any.ToString("R", CultureInfo.InvariantCulture),
            1 => any.ToString("E25", CultureInfo.InvariantCulture),
            2 => $"{digits}.{digits}",
            3 => $"{digits}e{random.Next(-345, 320)}",
            4 => $"0x{hex}.{hex}p{random.Next(-1150, 1030)}",
            5 => $"0x{hex}",
            6 => (random.Next() / 8.0).ToString(CultureInfo.InvariantCulture),
            _ => new string([.. random.GetItems("0123456789.eExXpP+- infa".AsSpan(), random.Next(1, 8))]),
        };
        return random.Next(3) == 0 ? "-" + text : text;
    }
}
