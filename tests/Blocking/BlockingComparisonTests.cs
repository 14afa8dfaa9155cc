using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Blocking;

/// <summary>
/// Scenes of several clients on Pkv with one I/O thread and on a real redis-server: who is served, by which element, in which
/// order. Steps: "1! command": client 1 gives it and is seen to wait; "0 command": client 0 gives it and is answered;
/// "1?": client 1 is answered what it waited for. "ID1" stands for client 1's id.
/// </summary>
public sealed class BlockingComparisonTests(PkvServer pkv, ReferenceRedis redis) : IClassFixture<PkvServer>, IClassFixture<ReferenceRedis>
{
    public static TheoryData<string, string> Scenes => new()
    {
        { "first come", "1! BLPOP a 0|2! BRPOP a 0|3! BLPOP a 0|0 RPUSH a x y|1?|2?|0 LLEN a|0 RPUSH a z u|3?|0 LRANGE a 0 -1" },
        { "length before the pop", "1! BLPOP a 0|0 RPUSH a x y z|1?|0 LLEN a" },
        { "several keys", "1! BLPOP a b c 0|2! BLPOP c b a 0|0 RPUSH b x|1?|0 RPUSH a 1|2?|0 EXISTS a b c" },
        { "the key that came first in a transaction", "1! BLPOP a b 0|0 MULTI|0 RPUSH b x|0 RPUSH a y|0 EXEC|1?|0 LRANGE a 0 -1|0 EXISTS b" },
        { "served after the whole transaction", "1! BLPOP a 0|0 MULTI|0 RPUSH a x y|0 LPOP a|0 LLEN a|0 EXEC|1?|0 EXISTS a" },
        { "gone again within the transaction", "1! BLPOP a 0|0 MULTI|0 RPUSH a x|0 DEL a|0 EXEC|0 RPUSH a y|1?" },
        { "another type comes and goes", "1! BLPOP a 0|0 SET a v|0 DEL a|0 SADD a x|0 DEL a|0 HSET a f v|0 DEL a|0 RPUSH a y|1?" },
        { "another type in one transaction", "1! BLPOP a 0|0 MULTI|0 RPUSH a x|0 DEL a|0 SET a v|0 EXEC|0 GET a|0 DEL a|0 RPUSH a z|1?" },
        { "a chain of moves", "1! BLMOVE a b LEFT RIGHT 0|2! BLMOVE b c LEFT RIGHT 0|3! BLPOP c 0|0 RPUSH a x|1?|2?|3?|0 EXISTS a b c" },
        { "a ring of moves", "1! BLMOVE a b LEFT RIGHT 0|2! BLMOVE b a LEFT RIGHT 0|0 RPUSH a x|1?|2?|0 LRANGE a 0 -1|0 EXISTS b" },
        { "onto itself", "1! BLMOVE a a LEFT RIGHT 0|2! BLPOP a 0|0 RPUSH a x y|1?|2?|0 LRANGE a 0 -1" },
        { "a target of another type", "0 SET s v|1! BLMOVE a s LEFT RIGHT 0|2! BLPOP a 0|0 RPUSH a x|1?|2?" },
        { "a second key of another type", "1! BLPOP a b 0|0 SET b v|0 RPUSH a x|1?" },
        { "rename", "0 RPUSH b x|1! BLPOP a 0|0 RENAME b a|1?|0 EXISTS a b" },
        { "renamenx and copy", "0 RPUSH b x|1! BLPOP a 0|0 COPY b a|1?|2! BLPOP a 0|0 RENAMENX b a|2?|0 EXISTS a b" },
        { "move", "0 SELECT 1|0 RPUSH a x|1! BLPOP a 0|0 MOVE a 0|1?|0 EXISTS a|0 SELECT 0" },
        { "swapdb", "0 SELECT 1|0 RPUSH a x|1! BLPOP a 0|0 SWAPDB 0 1|1?|0 DBSIZE|0 SELECT 0|0 DBSIZE" },
        { "another database", "1! BLPOP a 0|0 SELECT 1|0 RPUSH a x|0 SELECT 0|0 RPUSH a y|1?" },
        { "push onto what is moved", "1! BRPOPLPUSH a b 0|0 RPUSH b 1 2|0 RPUSH a x y|1?|0 LRANGE b 0 -1|0 LRANGE a 0 -1" },
        { "many", "1! BLMPOP 0 2 a b LEFT COUNT 2|2! BLMPOP 0 1 b RIGHT COUNT 9|0 RPUSH b 1 2 3|1?|2?|0 EXISTS b" },
        { "the same key twice", "1! BLPOP a a 0|0 RPUSH a x|1?|2! BLPOP b a b 0|0 RPUSH b y|2?" },
        { "timeouts", "1! BLPOP a 0.2|1?|1! BLMOVE a b LEFT RIGHT 0.1|1?|1! BLMPOP 0.1 1 a LEFT|1?|0 RPUSH a x|0 LLEN a" },
        { "unblock", "1! BLPOP a 0|0 CLIENT UNBLOCK ID1|1?|0 CLIENT UNBLOCK ID1|1! BLMOVE a b LEFT LEFT 0|0 CLIENT UNBLOCK ID1 ERROR|1?|1! BLMPOP 0 1 a LEFT|0 CLIENT UNBLOCK ID1 TIMEOUT|1?|0 RPUSH a x|0 LLEN a" },
        { "a client that was called is passed over", "1! BLPOP a 0|2! BLPOP a 0|0 MULTI|0 CLIENT UNBLOCK ID1|0 RPUSH a x|0 EXEC|1?|2?" },
        { "kill", "1! BLPOP a 0|2! BLPOP a 0|0 CLIENT KILL ID ID1|0 RPUSH a x|2?" },
        { "kill within a transaction", "1! BLPOP a 0|2! BLPOP a 0|0 MULTI|0 CLIENT KILL ID ID1|0 RPUSH a x|0 EXEC|2?|0 EXISTS a" },
        { "a script of pushes", "1! BLPOP a 0|2! BLPOP a 0|0 LPUSHX a 1|0 LPUSH a 1|1?|0 LINSERT a BEFORE 1 2|0 LPUSH a 3|2?" },
        { "flushed meanwhile", "1! BLPOP a 0|0 FLUSHALL|0 RPUSH a x|1?" },
        { "watched by others", "1! BLPOP a 0|0 WATCH a|2 RPUSH a x|1?|0 MULTI|0 PING|0 EXEC" },
        { "sorted sets", "1! BZPOPMIN a b 0|2! BZPOPMAX b a 0|3! BZMPOP 0 2 a b MAX COUNT 2|0 ZADD a 1 x 2 y|1?|2?|0 EXISTS a|0 ZADD b 3 u 4 v 5 w|3?|0 ZRANGE b 0 -1" },
        { "sorted sets come by other ways", "0 ZADD s 1 x 2 y|1! BZPOPMIN a 0|0 ZUNIONSTORE a 1 s|1?|1! BZPOPMAX b 0|0 ZRANGESTORE b s 0 -1|1?|0 DEL a b|1! BZPOPMIN a 0|0 RENAME s a|1?|2! BZPOPMIN c 0|0 COPY a c|2?|3! BZPOPMIN e 0|0 ZADD e INCR 5 m|3?" },
        { "a list where a sorted set is waited for", "1! BZPOPMIN a 0|2! BLPOP a 0|0 RPUSH a x|2?|0 ZADD a 1 m|1?" },
        { "sorted set timeouts", "1! BZPOPMIN a 0.1|1?|1! BZMPOP 0.1 1 a MIN|1?|1! BZPOPMAX a b 0.1|1?|0 ZADD a 1 x|0 ZCARD a" },
        { "sorted sets in RESP3", "1 HELLO 3|1! BZPOPMIN a 0|0 ZADD a 0.1 x|1?|1! BZMPOP 0 1 a MAX|0 ZADD a 0.1 x inf y|1?|1! BZPOPMAX z 0.1|1?" },
        { "lists and sorted sets", "1! BZPOPMIN a 0|2! BLPOP a 0|3! BZPOPMAX b a 0|0 ZADD a 1 x 2 y|1?|3?|0 RPUSH a z|2?|0 EXISTS a" },
        { "a list that becomes a sorted set", "1! BZPOPMIN a 0|2! BLPOP a 0|0 MULTI|0 RPUSH a x|0 DEL a|0 ZADD a 1 y 2 z|0 EXEC|1?|0 DEL a|0 RPUSH a u|2?" },
        { "what commands store", "0 RPUSH l 3 1 2|0 ZADD z 1 x|1! BLPOP a 0|0 SORT l STORE a|1?|0 DEL a|1! BZPOPMIN a 0|0 ZUNIONSTORE a 1 z|1?|1! BZMPOP 0 1 a MIN COUNT 9|0 ZRANGESTORE a z 0 -1|1?" },
        { "what commands store over a value", "0 RPUSH l 3 1 2|0 ZADD z 1 x|1! BLPOP a 0|2! BZPOPMIN b 0|0 MSET a v b v|0 SORT l STORE a|0 ZUNIONSTORE b 1 z|0 ZRANGESTORE b z 0 -1|0 DEL a b|0 RPUSH a y|1?|0 ZADD b 1 y|2?" },
        { "in RESP3", "1 HELLO 3|1! BLPOP a 0|0 RPUSH a x|1?|1! BLPOP a 0.1|1?|1! BLMOVE a b LEFT LEFT 0.1|1?" },
    };

    [RedisTheory]
    [MemberData(nameof(Scenes))]
    public void Clients_are_served_as_by_redis(string name, string scene)
    {
        Assert.NotEmpty(name);
        Assert.Equal(Play(redis.Connect, scene), Play(pkv.Connect, scene));
    }

    private static List<string> Play(Func<RespClient> connect, string scene)
    {
        RespClient[] clients = [connect(), connect(), connect(), connect()];
        using RespClient observer = connect();
        try
        {
            return Play(clients, observer, scene);
        }
        finally
        {
            // Nobody of a scene that fails may take what others push.
            foreach (RespClient client in clients)
                client.Dispose();
            Waiting.Until(() => observer.Call("INFO", "clients").Text.Contains("blocked_clients:0\r\n", StringComparison.Ordinal));
        }
    }

    private static List<string> Play(RespClient[] clients, RespClient observer, string scene)
    {
        observer.Call("FLUSHALL");
        string[] ids = [.. clients.Select(c => $"{c.Call("CLIENT", "ID").Integer}")];
        List<string> transcript = [];
        foreach (string step in scene.Split('|'))
        {
            int who = step[0] - '0';
            string[] command = step[2..].Trim().Replace("ID1", ids[1], StringComparison.Ordinal).Split(' ');
            switch (step[1])
            {
                case '!':
                    clients[who].Send(command);
                    Waiting.Until(() => Waiting.IsBlocked(observer, ids[who]));
                    break;
                case '?':
                    transcript.Add($"{step} {clients[who].Read()}");
                    break;
                default:
                    RespNode reply = clients[who].Call(command);
                    transcript.Add(command[0] == "HELLO" ? step : $"{step} {reply}");
                    break;
            }
        }
        return transcript;
    }
}
