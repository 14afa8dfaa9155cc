using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Lists;

/// <summary>The list commands against a real redis-server: same commands, same replies, errors included, in RESP2 and RESP3.</summary>
public sealed class ListComparisonTests(PkvServer pkv, ReferenceRedis redis) : IClassFixture<PkvServer>, IClassFixture<ReferenceRedis>
{
    public static TheoryData<string, string> Scripts => new()
    {
        { "push", "LPUSH a 1 2 3|RPUSH a 4 5|LRANGE a 0 -1|LLEN a|LPUSHX a 6 7|RPUSHX a 8|LRANGE a 0 -1|LPUSHX b 1|RPUSHX b 1|EXISTS b|TYPE a|OBJECT ENCODING a|SET s v|LPUSH s 1|RPUSHX s 1|LLEN s|LLEN none|LPUSH a|LPUSHX a|RPUSH" },
        { "pop", "RPUSH a 1 2 3 4 5 6 7 8|LPOP a|RPOP a|LPOP a 2|RPOP a 2|LPOP a 0|LPOP a x|LPOP a -1|RPOP a 99|EXISTS a|LPOP a|LPOP a 1|LPOP a 0|RPOP a|LPOP a 1 2|LPOP a 9223372036854775808|SET s v|LPOP s|RPOP s 2|LPOP s x" },
        { "index", "RPUSH a 1 2 3|LINDEX a 0|LINDEX a 2|LINDEX a 3|LINDEX a -1|LINDEX a -3|LINDEX a -4|LINDEX a x|LINDEX none 0|LINDEX none x|LINDEX a 9223372036854775807|LINDEX a -9223372036854775808|SET s v|LINDEX s 0|LINDEX s x|LINDEX a" },
        { "range", "RPUSH a 1 2 3 4|LRANGE a 0 -1|LRANGE a 1 2|LRANGE a -2 -1|LRANGE a -100 100|LRANGE a 2 1|LRANGE a 4 9|LRANGE a x 1|LRANGE a 1 x|LRANGE none 0 -1|LRANGE none x 0|LRANGE a -9223372036854775808 9223372036854775807|LRANGE a 9223372036854775807 9223372036854775807|SET s v|LRANGE s 0 -1|LRANGE s x 0|LRANGE a 0" },
        { "set", "RPUSH a 1 2 3|LSET a 1 x|LSET a -1 y|LRANGE a 0 -1|LSET a 3 z|LSET a -4 z|LSET a x z|LSET none 0 z|LSET none x z|SET s v|LSET s 0 z|LSET s x z|LSET a 0" },
        { "remove", "RPUSH a 1 2 1 1 3 1 2|LREM a 2 1|LRANGE a 0 -1|LREM a -1 2|LRANGE a 0 -1|LREM a 0 9|LREM a 0 1|LRANGE a 0 -1|LREM a x 1|LREM none 0 1|LREM none x 1|SET s v|LREM s 0 1|LREM a 0 2|LREM a 0 3|EXISTS a|RPUSH a 1 1|LREM a -9223372036854775808 1|EXISTS a|LREM a 9223372036854775808 1|LREM a 1" },
        { "trim", "RPUSH a 1 2 3 4 5 6|LTRIM a 1 -2|LRANGE a 0 -1|LTRIM a -2 -1|LRANGE a 0 -1|LTRIM a 0 100|LRANGE a 0 -1|LTRIM a 5 9|EXISTS a|LTRIM a 0 0|RPUSH a 1 2|LTRIM a 1 0|EXISTS a|LTRIM a x 0|LTRIM a 0 x|SET s v|LTRIM s 0 0|LTRIM s x 0|LTRIM a 0" },
        { "insert", "RPUSH a 1 3|LINSERT a BEFORE 3 2|LINSERT a AFTER 3 4|LINSERT a before 1 0|LINSERT a after 0 x|LRANGE a 0 -1|LINSERT a BEFORE 9 8|LINSERT none BEFORE 9 8|LINSERT a foo 9 8|LINSERT none foo 9 8|SET s v|LINSERT s BEFORE 1 2|LINSERT s foo 1 2|LINSERT a BEFORE 1" },
        { "insert often", "RPUSH a 1 2 3 4 5 6|LINSERT a AFTER 3 x|LINSERT a AFTER 3 y|LINSERT a AFTER 3 z|LINSERT a AFTER 3 u|LINSERT a AFTER 3 v|LINSERT a AFTER 3 w|LINSERT a BEFORE 4 p|LINSERT a BEFORE 4 q|LINSERT a BEFORE 4 r|LINSERT a BEFORE 4 s|LINSERT a BEFORE 4 t|LRANGE a 0 -1|LINSERT a AFTER 1 i|LINSERT a AFTER 1 j|LINSERT a AFTER 1 k|LINSERT a AFTER 1 l|LINSERT a AFTER 1 m|LINSERT a AFTER 1 n|LINSERT a BEFORE 6 o|LINSERT a BEFORE 6 e|LINSERT a BEFORE 6 f|LINSERT a BEFORE 6 g|LINSERT a BEFORE 6 h|LRANGE a 0 -1|LPUSH a head|RPUSH a tail|LRANGE a 0 -1|LLEN a" },
        { "position", "RPUSH a a b c 1 2 3 c c|LPOS a c|LPOS a c RANK 2|LPOS a c RANK -1|LPOS a c RANK -2 COUNT 2|LPOS a c COUNT 0|LPOS a c COUNT 1|LPOS a c COUNT 9 RANK 2|LPOS a c COUNT 0 MAXLEN 1|LPOS a c COUNT 0 MAXLEN 3|LPOS a c RANK -1 COUNT 0 MAXLEN 2|LPOS a c RANK 4|LPOS a c RANK 4 COUNT 1|LPOS a x|LPOS a x COUNT 0|LPOS none x|LPOS none x COUNT 2|LPOS a c rank 0|LPOS a c RANK x|LPOS a c RANK -9223372036854775808|LPOS a c RANK -9223372036854775808 COUNT 1|LPOS a c RANK -9223372036854775808 COUNT 2 MAXLEN 3|LPOS a c RANK -9223372036854775807|LPOS a c RANK 9223372036854775808|LPOS a c COUNT -1|LPOS a c COUNT x|LPOS a c MAXLEN -1|LPOS a c MAXLEN x|LPOS a c MAXLEN 0|LPOS a c RANK|LPOS a c foo|LPOS a c foo 1|LPOS a c RANK 2 RANK 1|LPOS none c RANK 0|SET s v|LPOS s v|LPOS s v RANK 0|LPOS a" },
        { "move", "RPUSH a 1 2 3 4|LMOVE a b LEFT RIGHT|LMOVE a b right left|LMOVE a b LEFT LEFT|LRANGE b 0 -1|LMOVE a b RIGHT RIGHT|EXISTS a|LRANGE b 0 -1|LMOVE a b LEFT LEFT|LMOVE b b LEFT RIGHT|LRANGE b 0 -1|LMOVE b b RIGHT LEFT|LMOVE b b LEFT LEFT|LRANGE b 0 -1|LMOVE b c foo LEFT|LMOVE b c LEFT foo|LMOVE none none foo foo|SET s v|LMOVE s b LEFT LEFT|LMOVE b s LEFT LEFT|LMOVE none s LEFT LEFT|LRANGE b 0 -1|RPOPLPUSH b c|RPOPLPUSH none s|RPOPLPUSH b s|RPOPLPUSH s b|RPUSH one x|RPOPLPUSH one one|LRANGE one 0 -1|LMOVE a b LEFT|RPOPLPUSH a" },
        { "pop many", "RPUSH a 1 2 3 4 5|LMPOP 1 a LEFT|LMPOP 2 none a RIGHT COUNT 2|LMPOP 2 none a LEFT COUNT 99|EXISTS a|LMPOP 1 a LEFT|LMPOP 2 a b RIGHT COUNT 1|LMPOP 0 a LEFT|LMPOP x a LEFT|LMPOP -1 a LEFT|LMPOP 2 a LEFT|LMPOP 1 a|LMPOP 1 a foo|LMPOP 1 a LEFT COUNT|LMPOP 1 a LEFT COUNT 0|LMPOP 1 a LEFT COUNT x|LMPOP 1 a LEFT COUNT 1 COUNT 2|LMPOP 1 a LEFT COUNT 0 x|LMPOP 1 a LEFT x COUNT 0|LMPOP 1 a LEFT foo 1|LMPOP 99999999999 a LEFT|LMPOP 9223372036854775807 a LEFT|LMPOP 2 a b|SET s v|LMPOP 1 s LEFT|LMPOP 2 none s LEFT|RPUSH b x|LMPOP 2 b s LEFT" },
        { "blocking with data", "RPUSH a 1 2 3 4 5 6|BLPOP a 0|BRPOP none a 0|BLMOVE a b LEFT RIGHT 0|BRPOPLPUSH a b 0|BLMPOP 0 2 none a LEFT COUNT 9|EXISTS a|LRANGE b 0 -1|SET s v|BLPOP s 0|BLPOP none s 0|BLMOVE s b LEFT RIGHT 0|BLMOVE b s LEFT RIGHT 0|BRPOPLPUSH b s 0|BLMPOP 0 1 s LEFT|BLPOP a 0.01|BRPOP a 0.01|BLMOVE a b LEFT LEFT 0.01|BRPOPLPUSH a b 0.01|BLMPOP 0.01 1 a RIGHT|BLPOP a b a 0" },
        { "timeouts", "BLPOP a x|BLPOP a -1|BLPOP a inf|BLPOP a -inf|BLPOP a nan|BLPOP a 9223372036854776|BLPOP a 1e400|BLPOP a 1e-5000|BLPOP a 1e-4950|BLPOP a 0x|BLPOP a |BLPOP a 0.001|BLPOP a 0x0.01|BLPOP a -1e-400000|BRPOP a b x|BLMOVE a b LEFT foo 0|BLMOVE a b LEFT LEFT x|BLMOVE a b LEFT LEFT -1|BRPOPLPUSH a b x|BLMPOP x 0 a LEFT|BLMPOP 0.1 0 a LEFT|BLMPOP x 1 a LEFT|BLMPOP -1 1 a LEFT|BLMPOP 0 1 a foo|BLMPOP 0 1 a LEFT COUNT 0|BLPOP a|BLMPOP 0 1 a" },
        { "blocking in exec", "MULTI|BLPOP a 0|BRPOP a 0|BLMOVE a b LEFT RIGHT 0|BRPOPLPUSH a b 0|BLMPOP 0 1 a LEFT|RPUSH a 1 2|BLPOP a 0|BLMOVE a b LEFT RIGHT 0|WAIT 1 0|EXEC|LRANGE b 0 -1" },
        { "keys", "RPUSH a 1 2 3|RENAME a b|LRANGE b 0 -1|COPY b c|LPUSH c 0|LRANGE c 0 -1|LRANGE b 0 -1|EXPIREAT b 4000000000|LPUSH b 0|EXPIRETIME b|LTRIM b 1 0|EXISTS b|RPUSH b 1|TTL b|SET c str|LPUSH c 1|DEL c|MOVE b 3|SELECT 3|LRANGE b 0 -1|RPUSH l 1 PX|GET l|APPEND l x|INCR l|GETSET l x|MGET l b|SET l v|LPUSH l 1" },
        { "watch", "RPUSH a 1 2|WATCH a|LTRIM a 0 -1|MULTI|PING|EXEC|WATCH a|LREM a 0 nothing|LSET none 0 x|LPUSHX none 1|LINSERT a BEFORE none x|MULTI|PING|EXEC|WATCH a|LSET a 0 1|MULTI|PING|EXEC|WATCH b|LMOVE a b LEFT LEFT|MULTI|PING|EXEC|WATCH a|RPOP a|MULTI|PING|EXEC" },
        { "exec", "MULTI|RPUSH a 1 2 3|LINSERT a BEFORE 2 x|LSET a 0 y|LRANGE a 0 -1|LREM a 0 x|LMOVE a b LEFT RIGHT|LPOP a 9|LLEN a|LMPOP 1 b LEFT|EXEC|EXISTS a b" },
    };

    [RedisTheory]
    [MemberData(nameof(Scripts))]
    public void Replies_are_those_of_redis(string name, string script)
    {
        Assert.NotEmpty(name);
        foreach (string version in (string[])["2", "3"])
        {
            using RespClient ours = pkv.Connect(), theirs = redis.Connect();
            foreach (RespClient client in (RespClient[])[ours, theirs])
            {
                client.Call("HELLO", version);
                client.Call("FLUSHALL");
            }
            foreach (string command in script.Split('|'))
            {
                string[] arguments = command.Split(' ');
                RespNode expected = theirs.Call(arguments), actual = ours.Call(arguments);
                Assert.True(expected == actual, $"RESP{version}, {command}: redis-server says {expected}, we say {actual}");
            }
        }
    }

    [RedisFact]
    public void Keyspace_events_are_those_of_redis()
    {
        const string script = "RPUSH a 1 2 3|LPUSH a 0|LPUSHX a 1|RPUSHX none 1|LPOP a|RPOP a 1|LSET a 0 x|LINSERT a AFTER x y|LREM a 1 y|LREM a 1 none"
            + "|LTRIM a 0 0|LTRIM a 0 9|LMOVE a b LEFT RIGHT|RPOPLPUSH b b|RPUSH a 1|LMPOP 1 a LEFT|BLPOP b 0|RPUSH a 1 2|LREM a 0 1|LTRIM a 1 0|RPUSH a 1|BRPOP a 0"
            + "|RPUSH a 1|BLMOVE a b LEFT LEFT 0|LPOP none|LLEN none|LRANGE none 0 1|LINDEX none 0|LPOS none x|LPUSH c 1|RENAME c d|COPY d e|DEL d e";
        Assert.Equal(Events(redis.Connect(), script), Events(pkv.Connect(), script));

        static List<string> Events(RespClient client, string script)
        {
            using (client)
            {
                client.Call("HELLO", "3");
                client.Call("FLUSHALL");
                client.Call("CONFIG", "SET", "notify-keyspace-events", "EAnm");
                client.Call("PSUBSCRIBE", "__key*__:*");
                List<string> seen = [];
                foreach (string command in script.Split('|'))
                {
                    client.Send(command.Split(' '));
                    RespNode reply;
                    // The command's own reply and its events may stand in either order.
                    client.Send("ECHO", "end");
                    List<string> events = [];
                    while ((reply = client.Read()).Text != "end")
                    {
                        if (reply.Kind == '>')
                            events.Add($"{reply.Items[2].Text} {reply.Items[3].Text}");
                    }
                    seen.Add($"{command}: {string.Join(", ", events)}");
                }
                client.Call("CONFIG", "SET", "notify-keyspace-events", "");
                return seen;
            }
        }
    }
}
