using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Keys;

/// <summary>The generic and database commands against a real redis-server: same commands, same replies, errors included.</summary>
public sealed class KeyComparisonTests(PkvServer pkv, ReferenceRedis redis) : IClassFixture<PkvServer>, IClassFixture<ReferenceRedis>
{
    public static TheoryData<string, string> Scripts => new()
    {
        { "types", "SET a 1|TYPE a|TYPE none|EXISTS a a none|TOUCH a none a|TOUCH|EXISTS|TYPE|DEL a none|UNLINK a|GET a" },
        { "expire errors", "SET k v|EXPIRE k|EXPIRE k abc|EXPIRE k 10 foo|EXPIRE k 10 nx xx|EXPIRE k 10 NX gt|EXPIRE k 10 gt lt|EXPIRE k 10 xx gt|EXPIRE k 9223372036854775807|PEXPIRE k 9223372036854775807|EXPIRE k -9223372036854775807|EXPIREAT k 9223372036854775807|PEXPIREAT k 9223372036854775807|PEXPIRETIME k|EXPIRETIME k|EXPIREAT none 99999999999|EXPIRE none abc" },
        { "conditions", "SET k v|EXPIREAT k 4000000000 XX|EXPIREAT k 4000000000 GT|EXPIREAT k 4000000000 NX|EXPIREAT k 4000000001 NX|EXPIREAT k 4000000000 GT|EXPIREAT k 4000000000 LT|EXPIREAT k 4000000001 GT|EXPIRETIME k|EXPIREAT k 3999999999 LT|PEXPIRETIME k|EXPIREAT k 3999999998 XX GT|EXPIREAT k 3999999997 xx lt|EXPIRETIME k|PERSIST k|EXPIREAT k 4000000000 LT|PEXPIREAT k 4000000000499 XX|EXPIRETIME k|PEXPIREAT k 4000000000500|EXPIRETIME k" },
        { "past times", "SET k v|EXPIRE k 0|EXISTS k|SET k v|PEXPIRE k -1|EXISTS k|SET k v|EXPIREAT k 1|EXISTS k|SET k v|PEXPIREAT k -5|EXISTS k|SET k v|EXPIRE k -1 NX|EXISTS k|SET k v|EXPIRE k -1 XX|EXISTS k|SET k v|EXPIRE k -1 GT|EXISTS k|EXPIRE k -1 LT|EXISTS k|DBSIZE" },
        { "times told", "TTL k|PTTL k|EXPIRETIME k|PEXPIRETIME k|SET k v|TTL k|PTTL k|EXPIRETIME k|PEXPIRETIME k|PERSIST k|PERSIST none|EXPIRE k 100|TTL k|PERSIST k|PERSIST k|TTL k|SET k v PX 100499|TTL k|TTL|PERSIST" },
        { "rename", "RENAME a b|RENAMENX a b|RENAME a a|SET a 1|RENAME a a|RENAMENX a a|RENAME a b|GET a|GET b|SET a 2 PXAT 4000000000000|RENAMENX a b|RENAME a b|GET b|PEXPIRETIME b|SET c 3|RENAME c b|PEXPIRETIME b|GET b|RENAMENX b d|GET d|DBSIZE|RENAME a|RENAMENX a b c" },
        { "rename over expired", "SET a 1|SET b 2 PX 1|PING|RENAMENX none a|SET e 5 PXAT 1|RENAME e f|EXISTS e f" },
        { "copy", "COPY a b|COPY a a|SET a 1 PXAT 4000000000000|COPY a a|COPY a b|GET b|PEXPIRETIME b|SET a 2|COPY a b|GET b|COPY a b REPLACE|GET b|TTL b|COPY a b DB 3|COPY a b db 3|COPY a a DB 3 replace|COPY a a DB 0|COPY a b DB|COPY a b DB x|COPY a b DB 16|COPY a b DB -1|COPY a b DB 99999999999|COPY a b foo|COPY a b REPLACE REPLACE DB 3|SELECT 3|GET a|GET b|DBSIZE" },
        { "move", "MOVE a 1|MOVE a 0|MOVE a x|MOVE a 16|MOVE a 99999999999|SET a 1 PXAT 4000000000000|MOVE a 1|EXISTS a|MOVE a 1|SELECT 1|GET a|PEXPIRETIME a|SELECT 0|SET a 2|MOVE a 1|GET a|MOVE a 0|DBSIZE|MOVE a" },
        { "scan", "SCAN abc|SCAN |SCAN -1|SCAN +0|SCAN +|SCAN -|SCAN 1x|SCAN 18446744073709551616|SCAN 18446744073709551615|SCAN 0 COUNT 0|SCAN 0 COUNT -1|SCAN 0 COUNT x|SCAN 0 foo|SCAN 0 foo bar|SCAN 0 MATCH|SCAN 0 COUNT 10 COUNT|SET key v|SCAN 0|SCAN 0 TYPE list|SCAN 0 TYPE STRING|SCAN 0 TYPE nonsense|SCAN 0 MATCH k*|SCAN 0 MATCH x*|SCAN 0 COUNT 9223372036854775807|SCAN" },
        { "keys", "KEYS *|SET key v|KEYS *|KEYS k?y|KEYS k[a-f]y|KEYS k[^e]y|KEYS x*|KEYS|RANDOMKEY|FLUSHALL|RANDOMKEY|KEYS *" },
        { "object", "OBJECT|OBJECT foo|OBJECT ENCODING|OBJECT ENCODING none|OBJECT FREQ none|OBJECT IDLETIME none|OBJECT REFCOUNT none|SET k 12|OBJECT ENCODING k|SET k 012|OBJECT ENCODING k|SET k -9223372036854775808|OBJECT ENCODING k|SET k 9223372036854775808|OBJECT ENCODING k|SET k 12345678901234567890123456789012345678901234|OBJECT ENCODING k|OBJECT REFCOUNT k|OBJECT IDLETIME k|SET k 123456789012345678901234567890123456789012345|OBJECT ENCODING k|OBJECT FREQ k|CONFIG SET maxmemory-policy allkeys-lfu|OBJECT IDLETIME k|DEL k|SET k v|OBJECT FREQ k|OBJECT FREQ none|CONFIG SET maxmemory-policy noeviction" },
        { "encoding of what was edited", "SET k abc|APPEND k |OBJECT ENCODING k|DEL k|APPEND k abc|OBJECT ENCODING k|APPEND k d|OBJECT ENCODING k|SET k 12|APPEND k 3|OBJECT ENCODING k|INCR k|OBJECT ENCODING k|SETRANGE k 0 |OBJECT ENCODING k|SETRANGE k 1 9|OBJECT ENCODING k|GETSET k a|OBJECT ENCODING k|SETRANGE k 0 b|EXPIRE k 100|OBJECT ENCODING k|PERSIST k|COPY k copy|OBJECT ENCODING copy|RENAME k named|OBJECT ENCODING named|MOVE named 1|SELECT 1|OBJECT ENCODING named|SELECT 0|SETBIT new 3 1|OBJECT ENCODING new|SET bits ab|SETBIT bits 7 1|OBJECT ENCODING bits|SETBIT bits 0 1|OBJECT ENCODING bits|SET field 0|BITFIELD field GET u8 0|OBJECT ENCODING field|BITFIELD field SET u8 0 48|OBJECT ENCODING field|BITFIELD field INCRBY u8 0 1|OBJECT ENCODING field|BITOP NOT inverted field|OBJECT ENCODING inverted|SETRANGE ranged 0 12|OBJECT ENCODING ranged" },
        { "databases", "SELECT x|SELECT 16|SELECT -1|SELECT 99999999999|SELECT|SWAPDB a 1|SWAPDB 1 b|SWAPDB 0 77|SWAPDB 99999999999 1|SWAPDB 0 99999999999|SWAPDB 0 0|SET a 0|SELECT 2|SET a 2|SET b 2|SWAPDB 0 2|DBSIZE|GET a|SELECT 0|DBSIZE|GET b|FLUSHDB foo|FLUSHDB SYNC|DBSIZE|SELECT 2|DBSIZE|FLUSHALL SYNC ASYNC|FLUSHALL async|DBSIZE|SWAPDB 1" },
        { "wait", "WAIT a 1|WAIT 1 b|WAIT 1 -1|WAIT 0 0|WAIT -1 5|WAIT 99999999999999999999 1|WAIT 1 99999999999999999999|WAIT 1 20|PING|WAIT 1" },
        { "exec", "SET a 1|MULTI|RENAME a b|COPY b c|COPY b c DB 5|MOVE b 6|WAIT 1 0|KEYS c|SCAN 0 MATCH c|RANDOMKEY|DBSIZE|SELECT 5|GET c|SWAPDB 5 7|DBSIZE|SELECT 7|GET c|EXPIRE c 0|EXISTS c|EXEC|DBSIZE|SELECT 6|GET b" },
    };

    [RedisTheory]
    [MemberData(nameof(Scripts))]
    public void Replies_are_those_of_redis(string name, string script)
    {
        Assert.NotEmpty(name);
        using RespClient ours = pkv.Connect(), theirs = redis.Connect();
        ours.Call("FLUSHALL");
        theirs.Call("FLUSHALL");
        foreach (string command in script.Split('|'))
        {
            string[] arguments = command.Split(' ');
            RespNode expected = theirs.Call(arguments), actual = ours.Call(arguments);
            if (arguments[0] is "PTTL" && expected.Integer > 0)
                Assert.InRange(actual.Integer, expected.Integer - 1000, expected.Integer + 1000);
            else
                Assert.True(expected == actual, $"{command}: redis-server says {expected}, we say {actual}");
        }
    }
}
