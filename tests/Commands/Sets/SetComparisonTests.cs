using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Sets;

/// <summary>The set commands against a real redis-server: same commands, same replies, errors included.</summary>
public sealed class SetComparisonTests(PkvServer pkv, ReferenceRedis redis) : IClassFixture<PkvServer>, IClassFixture<ReferenceRedis>
{
    public static TheoryData<string, string> Scripts => new()
    {
        { "add and read", "SADD s a b a|SADD s a b|SADD s b c ~|SCARD s|SCARD none|SMEMBERS s|SMEMBERS none|SISMEMBER s a|SISMEMBER s z|SISMEMBER s ~|SISMEMBER none a|SMISMEMBER s a z c|SMISMEMBER none a b|SREM s a z a|SREM none a|SMEMBERS s|SREM s b c ~|EXISTS s|TYPE s|SADD s 1|TYPE s|SREM s 1 1 1|EXISTS s" },
        { "arity", "SADD|SADD s|SREM s|SCARD|SCARD s x|SMEMBERS|SMEMBERS s x|SISMEMBER s|SISMEMBER s a b|SMISMEMBER s|SMOVE a b|SMOVE a b c d|SPOP|SRANDMEMBER|SINTER|SUNION|SDIFF|SINTERSTORE d|SUNIONSTORE d|SDIFFSTORE d|SINTERCARD|SINTERCARD 1|SSCAN s|EXISTS s" },
        { "wrong type", "SET str v|HSET h a 1|SADD str a|SREM str a|SCARD str|SMEMBERS h|SISMEMBER h a|SMISMEMBER str a|SPOP str|SPOP str 1|SPOP str -1|SRANDMEMBER str|SRANDMEMBER str 1|SRANDMEMBER str x|SSCAN str 0|SSCAN str x|SADD s a b|SMOVE str s a|SMOVE s str a|SMOVE s str z|SMOVE none str a|SMOVE str none a|SINTER s str|SINTER none str|SINTER str none|SUNION s str|SUNION none str|SDIFF s str|SDIFF none str|SDIFF str s|SINTERCARD 2 s str|SINTERCARD 2 none str|SINTERSTORE d s str|SINTERSTORE d none str|SUNIONSTORE d s str|SDIFFSTORE d none str|EXISTS d|SINTERSTORE str s|TYPE str|SMEMBERS str" },
        { "move", "SADD a x y|SADD b z|SMOVE a b x|SMOVE a b x|SMEMBERS a|SMEMBERS b|SMOVE none a x|SMOVE a a y|SMOVE a a q|SMOVE a new y|EXISTS a|SMEMBERS new|SADD a z|SMOVE a b z|EXISTS a|SMEMBERS b|SMOVE b b z|EXPIREAT b 4000000000|SADD c m|SMOVE c b m|EXPIRETIME b|SMEMBERS b" },
        { "operations", "SADD a 1 2 3 4|SADD b 3 4 5|SADD c 4 6|SINTER a b c|SINTER a|SINTER a a|SINTER a none|SINTER none a|SINTER none none|SUNION a b c|SUNION none a none|SUNION none|SUNION a a a|SDIFF a b c|SDIFF a|SDIFF a a|SDIFF none a|SDIFF a none|SDIFF b a c|SDIFF c none a" },
        { "stores", "SADD a 1 2 3 4|SADD b 3 4 5|SINTERSTORE d a b|SMEMBERS d|SUNIONSTORE d a b|SMEMBERS d|SDIFFSTORE d a b|SMEMBERS d|SINTERSTORE d a none|EXISTS d|SDIFFSTORE d a a|SUNIONSTORE d none|SUNIONSTORE a a b|SMEMBERS a|SINTERSTORE b b a|SMEMBERS b|SDIFFSTORE a a b|SMEMBERS a|SET d v|SUNIONSTORE d b|TYPE d|EXPIREAT d 4000000000|SUNIONSTORE d b|TTL d|HSET h f v|SDIFFSTORE h b none|TYPE h|SMEMBERS h|SET x v|SINTERSTORE x none|EXISTS x" },
        { "card", "SADD a 1 2 3 4|SADD b 2 3 4 5|SINTERCARD 2 a b|SINTERCARD 2 a b LIMIT 2|SINTERCARD 2 a b LIMIT 0|SINTERCARD 2 a b limit 10|SINTERCARD 1 a|SINTERCARD 1 a b|SINTERCARD 2 a none|SINTERCARD 0 a|SINTERCARD -1 a|SINTERCARD x a|SINTERCARD 3 a b|SINTERCARD 99999999999 a|SINTERCARD 2 a b LIMIT|SINTERCARD 2 a b LIMIT -1|SINTERCARD 2 a b LIMIT x|SINTERCARD 2 a b LIMIT 1 LIMIT 3|SINTERCARD 2 a b LIMIT 1 LIMIT 0|SINTERCARD 2 a b FOO 1|SINTERCARD 1 none LIMIT -1|SINTERCARD 9223372036854775808 a" },
        { "pop and draw", "SADD s a|SRANDMEMBER s|SRANDMEMBER s 1|SRANDMEMBER s 5|SRANDMEMBER s -3|SRANDMEMBER s 0|SRANDMEMBER none|SRANDMEMBER none 2|SRANDMEMBER none -2|SRANDMEMBER s x|SRANDMEMBER s 1 2|SRANDMEMBER s -9223372036854775808|SRANDMEMBER none -9223372036854775808|SRANDMEMBER s 9223372036854775807|SPOP none|SPOP none 1|SPOP none 0|SPOP none -1|SPOP none x|SPOP s 0|SPOP s -1|SPOP s 1 2|SPOP s x|SPOP s 9223372036854775808|SPOP s|EXISTS s|SADD s a|SPOP s 1|EXISTS s|SADD s a b c|SPOP s 10|EXISTS s" },
        { "scan", "SSCAN none 0|SSCAN none x|SADD s 1 2 13|SSCAN s 0|SSCAN s 0 MATCH 1*|SSCAN s 0 COUNT 1|SSCAN s 0 COUNT 0|SSCAN s 0 COUNT x|SSCAN s 0 MATCH|SSCAN s 0 TYPE set|SSCAN s 5 MATCH 2|SSCAN s -1|SSCAN s x" },
        { "encoding", "SADD s 1 2 3|OBJECT ENCODING s|SADD s a|OBJECT ENCODING s|SADD t -9223372036854775808 9223372036854775807|OBJECT ENCODING t|SADD u 9223372036854775808|OBJECT ENCODING u|SADD v 01|OBJECT ENCODING v|CONFIG SET set-max-intset-entries 2|SADD w 1 2|OBJECT ENCODING w|SADD w 3|OBJECT ENCODING w|CONFIG SET set-max-intset-entries 512|CONFIG GET set-max-*" },
        { "generic", "SADD s a b|RENAME s t|SMEMBERS t|COPY t u|SREM u a|SMEMBERS t|SMEMBERS u|COPY t u|COPY t u REPLACE|SMEMBERS u|SCAN 0 TYPE set COUNT 1000 MATCH u|SCAN 0 TYPE hash COUNT 1000|KEYS *|RENAMENX t u|DEL u|RANDOMKEY|MOVE t 3|SELECT 3|SMEMBERS t" },
        { "transaction", "MULTI|SADD s a b|SINTERCARD 1 s|SUNIONSTORE d s|SMOVE s d a|SREM s b|EXISTS s|SCARD d|EXEC|WATCH d|SADD d a|MULTI|SCARD d|EXEC|WATCH d|SADD d new|MULTI|SCARD d|EXEC|WATCH d x|SUNIONSTORE x d|MULTI|SCARD d|EXEC|WATCH d|SINTERCARD 1 d|MULTI|SINTERCARD 2 d d|SINTERCARD x d|EXEC" },
    };

    [RedisTheory]
    [MemberData(nameof(Scripts))]
    public void Replies_are_those_of_redis(string name, string script)
    {
        Assert.NotEmpty(name);
        ScriptComparison.Run(pkv, redis, script);
    }
}
