using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Streams;

/// <summary>The stream commands against a real redis-server: same commands, same replies, errors included.</summary>
public sealed class StreamComparisonTests(PkvServer pkv, ReferenceRedis redis) : IClassFixture<PkvServer>, IClassFixture<ReferenceRedis>
{
    public static TheoryData<string, string> Scripts => new()
    {
        { "add and read", "XADD s 1-1 a 1|XADD s 1-2 a 1 b 2|XADD s 2 c ~|XADD s 2-* d 4|XADD s 3-* e 5|XLEN s|XLEN none|XRANGE s - +|XREVRANGE s + -|XRANGE s 1 1|XRANGE s (1-1 2|XRANGE s 2 1|XRANGE none - +|XRANGE s - + COUNT 2|XREVRANGE s + - COUNT 1|XRANGE s - + COUNT 0|XRANGE s - + COUNT -1|TYPE s|OBJECT ENCODING s" },
        { "arity and options", "XADD s|XADD s 1-1|XADD s 1-1 a|XADD s 1-1 a b c|XADD s MAXLEN|XADD s MAXLEN x 1 a b|XADD s MAXLEN -1 1-1 a b|XADD s MAXLEN 5 MINID 3 1-1 a b|XADD s LIMIT 5 1-1 a b|XADD s MAXLEN 5 LIMIT 5 1-1 a b|XADD s MAXLEN ~ 5 LIMIT -1 1-1 a b|XADD s foo 1-1 a b|XLEN|XLEN s x|XRANGE s -|XRANGE s - + COUNT|XRANGE s - + FOO 1|XDEL s|XTRIM s MAXLEN|XTRIM s FOO 1|XTRIM s LIMIT 5|XTRIM s MAXLEN 1 MINID 2|XSETID s|XREAD|XREAD STREAMS s|XREAD COUNT x STREAMS s 0|XREAD BLOCK x STREAMS s 0|XREAD BLOCK -1 STREAMS s 0|XREAD STREAMS a b 0|XREAD GROUP g c STREAMS s 0|XREAD NOACK STREAMS s 0|XREAD FOO STREAMS s 0|XREAD STREAMS s >|XINFO|XINFO STREAM|XINFO STREAM none|XINFO FOO s|EXISTS s" },
        { "ids", "XADD s 0-0 a b|XADD s 0 a b|XADD s 0-1 a b|XADD s 0-1 a b|XADD s 0-* a b|XADD s x a b|XADD s 1- a b|XADD s -1 a b|XADD s 1-2-3 a b|XADD s +5-1 a b|XADD s 007-01 a b|XADD s 7-* a b|XADD s 7-18446744073709551615 a b|XADD s 7-* a b|XADD s 8-* a b|XADD s 18446744073709551615-18446744073709551615 a b|XADD s * a b|XADD s 18446744073709551615-* a b|XRANGE s - +|XRANGE s (18446744073709551615-18446744073709551615 +|XRANGE s - (0-0|XRANGE s ( +|XRANGE s (- +|XRANGE s x +" },
        { "ids that fill no sort key", "XADD s 1-1048574 a 1|XADD s 1-1048575 a 2|XADD s 1-1048576 a 3|XADD s 1-9999999999 a 4|XADD s 17592186044414-5 a 5|XADD s 17592186044415-1 a 6|XADD s 17592186044415-2 a 7|XADD s 99592186044415-2 a 8|XADD s 99592186044416-1 a 9|XRANGE s - +|XREVRANGE s + -|XRANGE s 1-1048576 17592186044415-1|XRANGE s (17592186044415-1 +|XDEL s 1-1048576 17592186044415-2 1-5000000|XRANGE s - +|XREAD STREAMS s 1-1048575|XTRIM s MINID 17592186044415-1|XRANGE s - +|XDEL s 99592186044416-1|XINFO STREAM s FULL|RENAME s t|XRANGE t - +" },
        { "delete", "XADD s 1-1 a 1|XADD s 2-1 a 2|XADD s 3-1 a 3|XDEL s 2-1 2-1 9-9|XDEL s 1|XDEL s x|XDEL none x|XDEL s 1-1 x|XRANGE s - +|XDEL s 1-1 3-1|XLEN s|EXISTS s|XADD s 3-1 a 4|XADD s 3-2 a 4|XDEL s 3-2|XADD s 3-2 a 5" },
        { "trim", "XADD s 1-1 a 1|XADD s 2-1 a 2|XADD s 3-1 a 3|XADD s 4-1 a 4|XTRIM s MAXLEN 3|XTRIM s MINID 3|XTRIM s MINID = 3-1|XTRIM s MAXLEN ~ 1|XTRIM s MAXLEN ~ 0|XTRIM s MAXLEN 0|XLEN s|XTRIM none MAXLEN 0|XADD s MAXLEN 0 9-1 a b|XLEN s|XADD s MINID 20 10-1 a b|XRANGE s - +|XADD s MAXLEN = 2 11-1 a b|XADD s MAXLEN 2 12-1 a b|XADD s MAXLEN 2 13-1 a b|XRANGE s - +|XADD s NOMKSTREAM 14-1 a b|XADD none NOMKSTREAM 14-1 a b|EXISTS none" },
        { "trim about", "CONFIG SET stream-node-max-entries 3|XADD s 1 a b|XADD s 2 a b|XADD s 3 a b|XADD s 4 a b|XADD s 5 a b|XADD s 6 a b|XADD s 7 a b|XTRIM s MAXLEN ~ 5|XTRIM s MAXLEN ~ 4|XLEN s|XTRIM s MAXLEN ~ 0 LIMIT 2|XTRIM s MAXLEN ~ 0 LIMIT 3|XADD s MAXLEN ~ 2 8 a b|XADD s MAXLEN ~ 2 9 a b|XADD s MINID ~ 9 10 a b|XRANGE s - +|CONFIG SET stream-node-max-entries 0 stream-node-max-bytes 60|XADD t 1 a bbbbbbbb|XADD t 2 a bbbbbbbb|XADD t 3 a cccccccc|XADD t 4 c d|XADD t 5 a 12345|XTRIM t MAXLEN ~ 3|XTRIM t MAXLEN ~ 1|XRANGE t - +|CONFIG SET stream-node-max-entries 100 stream-node-max-bytes 4096" },
        { "setid", "XSETID none 1-1|XSETID none x|XADD s 5-1 a b|XADD s 6-1 a b|XSETID s 5-1|XSETID s 7-1|XADD s 7-1 a b|XINFO STREAM s|XSETID s 9-1 ENTRIESADDED 1|XSETID s 9-1 ENTRIESADDED 100|XSETID s 9-1 ENTRIESADDED -1|XSETID s 9-1 ENTRIESADDED x|XSETID s 9-1 MAXDELETEDID 10-1|XSETID s 9-1 MAXDELETEDID 3-1|XSETID s 9-1 FOO 1|XINFO STREAM s|XDEL s 5-1 6-1|XSETID s 0-0|XADD s 1-1 a b|XRANGE s - +" },
        { "read", "XADD a 1-1 f 1|XADD a 2-1 f 2|XADD b 1-1 g 3|XREAD STREAMS a 0|XREAD COUNT 1 STREAMS a b 0 0|XREAD STREAMS a b 2-1 0|XREAD STREAMS a b 2-1 1-1|XREAD STREAMS a b $ $|XREAD STREAMS none 0|XREAD COUNT 0 STREAMS a 0|XREAD COUNT -5 STREAMS a 0|XREAD BLOCK 1 STREAMS a $|XREAD BLOCK 1 STREAMS a x|XREAD STREAMS a a 0 1-1|MULTI|XREAD BLOCK 0 STREAMS a $|XADD a 3-1 f 3|XREAD BLOCK 0 STREAMS a 2-1|EXEC" },
        { "wrong type", "SET x v|XADD x 1-1 a b|XADD x 0-0 a b|XLEN x|XRANGE x - +|XRANGE x y +|XDEL x y|XDEL x 1-1|XTRIM x MAXLEN 0|XSETID x 1-1|XREAD STREAMS x 0|XREAD STREAMS none x 0 0|XINFO STREAM x|XADD s 1-1 a b|GET s|LPUSH s a|HGET s a|ZADD s 1 a|SADD s a|APPEND s x|SORT s|SET s v|TYPE s" },
        { "expiry and generic", "XADD s 1-1 a b|EXPIREAT s 4000000000|XADD s 2-1 a b|EXPIRETIME s|COPY s t|EXPIRETIME t|XRANGE t - +|XADD t 3-1 a b|XDEL s 1-1 2-1|EXPIRETIME s|EXISTS s|RENAME s u|XINFO STREAM u|XADD u 2-1 a b|PERSIST u|TTL u|MOVE u 5|EXISTS u|SELECT 5|XINFO STREAM u FULL|SELECT 0|SCAN 0 TYPE stream|SCAN 0 TYPE list|PEXPIREAT t 1|UNLINK t|DBSIZE" },
        { "transaction", "WATCH s|XADD s 1-1 a b|MULTI|XLEN s|EXEC|MULTI|XADD s 2-1 a b|XADD s 1-1 a b|XADD s MAXLEN 1 3-* a b|XRANGE s - +|XDEL s 3-0|XTRIM s MAXLEN 0|EXEC|XINFO STREAM s|WATCH s|XDEL s 9-9|MULTI|XLEN s|EXEC|WATCH s|XTRIM s MAXLEN 0|MULTI|XLEN s|EXEC|WATCH s|XSETID s 50-1|MULTI|XLEN s|EXEC" },
        { "scripts", "EVAL return{redis.call('XADD',KEYS[1],'1-1','a','b'),redis.call('XADD',KEYS[1],'MAXLEN','1','2-*','a','b'),redis.call('XRANGE',KEYS[1],'-','+'),redis.pcall('XADD',KEYS[1],'1-1','a','b')} 1 s|XRANGE s - +|EVAL return{redis.call('XREAD','BLOCK','0','STREAMS',KEYS[1],'$')} 1 s|EVAL return(redis.call('XADD',KEYS[1],'*','a','b')~='x') 1 s|XLEN s" },
    };

    [RedisTheory]
    [MemberData(nameof(Scripts))]
    public void Replies_are_those_of_redis(string name, string script)
    {
        Assert.NotEmpty(name);
        ScriptComparison.Run(pkv, redis, script);
    }
}
