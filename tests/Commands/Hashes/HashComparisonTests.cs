using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Hashes;

/// <summary>The hash commands against a real redis-server: same commands, same replies, errors included.</summary>
public sealed class HashComparisonTests(PkvServer pkv, ReferenceRedis redis) : IClassFixture<PkvServer>, IClassFixture<ReferenceRedis>
{
    public static TheoryData<string, string> Scripts => new()
    {
        { "set and get", "HSET h a 1 b 2 a 3|HGET h a|HGET h none|HGET none a|HSET h a 4 c 5|HGETALL h|HKEYS h|HVALS h|HLEN h|HLEN none|HGETALL none|HKEYS none|HVALS none|HMGET h a none b a|HMGET none a b|HEXISTS h a|HEXISTS h none|HEXISTS none a|HSTRLEN h a|HSTRLEN h none|HSTRLEN none a|HSET h a ~ ~ empty|HGET h ~|HSTRLEN h a|HGETALL h|HSET ~ f v|HGETALL ~" },
        { "arity", "HSET|HSET h|HSET h a|HSET h a 1 b|HMSET h a|HMSET h a 1 b|HSETNX h a|HSETNX h a 1 2|HGET h|HGET h a b|HMGET h|HGETALL|HGETALL h x|HKEYS|HVALS h x|HLEN|HSTRLEN h|HEXISTS h|HDEL h|HINCRBY h a|HINCRBYFLOAT h a|HRANDFIELD|HSCAN h|EXISTS h" },
        { "hmset and hsetnx", "HMSET h a 1 b 2|HMSET h a 3|HGETALL h|HSETNX h a 4|HSETNX h c 5|HSETNX new x 1|HGETALL h|HGETALL new" },
        { "delete", "HSET h a 1 b 2 c 3|HDEL h none|HDEL h a a|HDEL h a b|HLEN h|HDEL h c c none|EXISTS h|HDEL h c|TYPE h|HSET h x 1|TYPE h|DEL h|EXISTS h" },
        { "wrong type", "SET s v|SADD t a|HSET s a 1|HMSET s a 1|HMSET s a 1 b|HSETNX s a 1|HGET s a|HMGET s a b|HGETALL s|HKEYS s|HVALS s|HLEN s|HSTRLEN s a|HEXISTS s a|HDEL s a|HINCRBY s a 1|HINCRBY s a x|HINCRBYFLOAT s a 1|HINCRBYFLOAT s a x|HRANDFIELD s|HRANDFIELD s 1|HRANDFIELD s x|HSCAN s 0|HSCAN s x|HSCAN s 0 COUNT 0|HGET t a|HSET t a b|HSET h f v|GET h|SET h str|GET h|HGET h f|APPEND t x|INCR t|STRLEN t|GETSET t v|GETDEL t|GETRANGE t 0 1|SETRANGE t 0 x|MGET t s|SETNX t x|TYPE t|SET t v GET|SET t v|TYPE t" },
        { "increments", "HINCRBY h n 5|HINCRBY h n -7|HINCRBY h n 9223372036854775807|HINCRBY h n 9223372036854775807|HINCRBY h n -9223372036854775808|HGET h n|HSET h s str e ~ f 1.5 z 01 w +1|HINCRBY h s 1|HINCRBY h e 1|HINCRBY h f 1|HINCRBY h z 1|HINCRBY h w 1|HINCRBY h n x|HINCRBY h n 1.5|HINCRBY h n ~|HINCRBY h n 9223372036854775808|HSET h m 9223372036854775807|HINCRBY h m 1|HINCRBY h m 0|HGETALL h" },
        { "float increments", "HINCRBYFLOAT h n 0.1|HINCRBYFLOAT h n 0.2|HINCRBYFLOAT h n -0.3|HSET h s str i 10 e ~ inf inf sp \\0|HINCRBYFLOAT h s 1|HINCRBYFLOAT h e 1|HINCRBYFLOAT h inf 1|HINCRBYFLOAT h inf -inf|HINCRBYFLOAT h i 1.5|HINCRBYFLOAT h i 5.0e3|HINCRBYFLOAT h i x|HINCRBYFLOAT h i nan|HINCRBYFLOAT h i inf|HINCRBYFLOAT h i -Infinity|HINCRBYFLOAT h i ~|HINCRBYFLOAT h i 1e4933|HINCRBYFLOAT h big 1e4932|HINCRBYFLOAT h big 1e4932|HINCRBYFLOAT h i 1e-20|HINCRBYFLOAT h x 3.14159265358979323846|HINCRBYFLOAT h sp 1|HGET h x|HGETALL h" },
        { "random", "HSET h a 1|HRANDFIELD h|HRANDFIELD h 1|HRANDFIELD h 5|HRANDFIELD h -3|HRANDFIELD h 0|HRANDFIELD h 1 WITHVALUES|HRANDFIELD h -2 withvalues|HRANDFIELD h 0 WITHVALUES|HRANDFIELD none|HRANDFIELD none 3|HRANDFIELD none 3 WITHVALUES|HRANDFIELD none x|HRANDFIELD h x|HRANDFIELD h 1 foo|HRANDFIELD h 1 WITHVALUES x|HRANDFIELD h -9223372036854775808|HRANDFIELD h -4611686018427387904 WITHVALUES|HRANDFIELD h 4611686018427387904 WITHVALUES|HRANDFIELD h 4611686018427387903 WITHVALUES|HRANDFIELD h 9223372036854775807" },
        { "scan", "HSCAN none 0|HSCAN none x|HSCAN none 0 COUNT 0|HSET h a 1 ab 2 b 3|HSCAN h 0|HSCAN h 0 MATCH a*|HSCAN h 0 COUNT 1|HSCAN h 0 COUNT 0|HSCAN h 0 COUNT x|HSCAN h 0 COUNT|HSCAN h 0 MATCH|HSCAN h 0 TYPE hash|HSCAN h 0 NOVALUES|HSCAN h 0 MATCH z*|HSCAN h 0 count 5 match ?b|HSCAN h 18446744073709551615|HSCAN h 18446744073709551616|HSCAN h -1|HSCAN h x|HSCAN h ~" },
        { "expiry", "HSET h a 1|EXPIREAT h 4000000000|HSET h b 2|EXPIRETIME h|HDEL h a b|EXPIRETIME h|HSET h c 3|TTL h|PEXPIREAT h 1|EXISTS h|HGET h c|HSET h d 4|HGETALL h|PEXPIRE h 100000|PERSIST h|TTL h" },
        { "generic", "HSET h a 1 b 2|OBJECT ENCODING h|OBJECT REFCOUNT h|RENAME h g|HGETALL g|EXISTS h|COPY g k|HSET k a 9|HGETALL g|HGETALL k|MOVE g 5|EXISTS g|SELECT 5|HGETALL g|SELECT 0|SCAN 0 TYPE hash|SCAN 0 TYPE string|SCAN 0 TYPE set|KEYS *|RANDOMKEY|DBSIZE|TOUCH k|UNLINK k|DBSIZE" },
        { "encoding", "CONFIG SET hash-max-listpack-entries 2 hash-max-listpack-value 5|HSET h a 1 b 2|OBJECT ENCODING h|HSET h c 3|OBJECT ENCODING h|HSET g a 12345|OBJECT ENCODING g|HSET g a 123456|OBJECT ENCODING g|HSET i 123456 a|OBJECT ENCODING i|CONFIG SET hash-max-ziplist-entries 128 hash-max-ziplist-value 64|CONFIG GET hash-max-*" },
        { "transaction", "MULTI|HSET h a 1|HINCRBY h a 4|HGET h a|HDEL h a|EXISTS h|EXEC|WATCH h|HSET h z 1|MULTI|HGET h z|EXEC|WATCH h|HDEL h none|MULTI|HGET h z|EXEC|WATCH h|HSETNX h z 2|MULTI|HLEN h|EXEC" },
    };

    [RedisTheory]
    [MemberData(nameof(Scripts))]
    public void Replies_are_those_of_redis(string name, string script)
    {
        Assert.NotEmpty(name);
        ScriptComparison.Run(pkv, redis, script);
    }
}
