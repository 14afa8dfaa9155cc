using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Sorting;

/// <summary>SORT and SORT_RO against a real redis-server: same commands, same replies, errors included.</summary>
public sealed class SortComparisonTests(PkvServer pkv, ReferenceRedis redis) : IClassFixture<PkvServer>, IClassFixture<ReferenceRedis>
{
    // What is out of a double's range comes last: Redis does not clear errno, and refuses numbers for some time after.
    public static TheoryData<string, string> Scripts => new()
    {
        { "numbers", "RPUSH l 3 1 2 1e2 0x10 -5 inf -inf 1.50 1.5|SORT l|SORT l DESC|SORT l ASC DESC ASC|SORT_RO l|SORT l ALPHA|SORT l ALPHA DESC|SADD s 5 3 9 10|SORT s|SORT s DESC|SORT s ALPHA|SORT none|SORT none DESC ALPHA LIMIT 0 5" },
        { "not numbers", "RPUSH f 1\\0x 0|SORT f|RPUSH i 0x1p-1074 0e-999|SORT i|RPUSH j infinity -INF|SORT j|RPUSH b ~ 1|SORT b|RPUSH a abc|SORT a|RPUSH g 1x|SORT g|SORT a STORE x|EXISTS x|SORT g ALPHA STORE x|LRANGE x 0 -1|RPUSH e nan|SORT e|RPUSH k 0x1p-1080|SORT k|RPUSH c 1e400|SORT c|RPUSH d 1e-400|SORT d|RPUSH h 5e-324|SORT h" },
        { "limit", "RPUSH l 5 4 3 2 1|SORT l LIMIT 0 2|SORT l LIMIT 1 2|SORT l LIMIT -3 2|SORT l LIMIT 1 -1|SORT l LIMIT 3 100|SORT l LIMIT 5 1|SORT l LIMIT 4 1|SORT l LIMIT 9 -1|SORT l LIMIT 0 0|SORT l LIMIT 0 -7|SORT l LIMIT 9223372036854775807 9223372036854775807|SORT l LIMIT -9223372036854775808 -9223372036854775808|SORT l LIMIT 0 2 LIMIT 1 1|SORT l BY nosort LIMIT 1 2|SORT l BY nosort DESC LIMIT 1 2|SORT l BY nosort LIMIT 9 2|SORT l BY nosort DESC|SORT l BY nosort LIMIT 0 0|SORT l DESC LIMIT 1 3 STORE d|LRANGE d 0 -1|SORT l LIMIT 9 9 STORE d|EXISTS d" },
        { "by", "RPUSH l a b c d|MSET w_a 3 w_b 1 w_c 2|SORT l BY w_*|SORT l BY w_* DESC|SORT l BY w_* ALPHA|SORT l BY w_* GET # GET w_*|HSET o_a n 1|HSET o_b n 9|HSET o_c n 5|SORT l BY o_*->n|SORT l BY o_*->n DESC GET o_*->n GET #|SORT l BY o_*->|SORT l BY o_*->none|SORT l BY *->n|SORT l BY w_*->n|SORT l BY o_*|SET w_d x|SORT l BY w_*|SORT l BY w_* ALPHA DESC|SORT l BY nosort BY w_*|SORT l BY w_* BY nosort|SORT l BY #|SORT l BY ~|SORT l ALPHA BY *" },
        { "get", "RPUSH l 2 1|MSET d_1 one d_2 two|HSET h_1 f x|SORT l GET d_*|SORT l GET # GET d_* GET h_*->f GET none GET # GET none_* GET h_*|SORT l GET d|SORT l GET ~|SORT l GET ##|SORT l GET d_* STORE d|LRANGE d 0 -1|SORT l GET h_*->f GET # STORE d|LRANGE d 0 -1|SET x->y v|SORT l GET x->y|RPUSH m x|SET x->y v|SORT m ALPHA GET *->y|HSET x y hv|SORT m ALPHA GET *->y|SORT m ALPHA GET *-\\0>y|SET px v1|SORT m ALPHA GET p*\\0z|SORT_RO l GET # GET d_*" },
        { "store", "RPUSH l 3 1 2|SORT l STORE l|LRANGE l 0 -1|SET str v|SORT l DESC STORE str|TYPE str|LRANGE str 0 -1|EXPIREAT str 4000000000|SORT l STORE str|TTL str|SORT none STORE str|EXISTS str|SORT none STORE str|SADD s c a b|SORT s BY nosort STORE d|LRANGE d 0 -1|SORT s BY nosort DESC STORE d|LRANGE d 0 -1|SORT s BY nosort LIMIT 1 1 STORE d|LRANGE d 0 -1|SORT l STORE a STORE b|EXISTS a b|SORT_RO l STORE x|OBJECT ENCODING d|TYPE d" },
        { "errors", "SET str v|HSET h a 1|SORT str|SORT h|SORT_RO h|SORT h STORE x|SORT str FOO|SORT l LIMIT|SORT l LIMIT 1|SORT l LIMIT a 1|SORT l LIMIT 1 b|SORT l BY|SORT l GET|SORT l STORE|SORT l FOO|SORT_RO l STORE x|SORT|SORT_RO|SORT l ALPHA ASC x|SORT str LIMIT x 1" },
        { "alpha", "RPUSH l b A a B ~ ab a\\0z a\\0b \\r|SORT l ALPHA|SORT l ALPHA DESC|SORT l ALPHA STORE d|LRANGE d 0 -1|SORT l ALPHA LIMIT 2 3|RPUSH m 10 9 1|SORT m ALPHA|SORT m|SORT m ALPHA DESC LIMIT 0 1 STORE d|LRANGE d 0 -1" },
        { "transaction", "RPUSH l 2 1|SET w_1 5|SET w_2 1|MULTI|SORT l|SORT l BY w_*|SORT l STORE d|SORT l STORE d GET w_*|LRANGE d 0 -1|EXEC|WATCH d|SORT l STORE d|MULTI|LLEN d|EXEC|WATCH l|SORT l|MULTI|LLEN l|EXEC|MOVE l 4|SELECT 4|SORT l|SORT l BY w_*|SORT l STORE d|LRANGE d 0 -1" },
    };

    [RedisTheory]
    [MemberData(nameof(Scripts))]
    public void Replies_are_those_of_redis(string name, string script)
    {
        Assert.NotEmpty(name);
        ScriptComparison.Run(pkv, redis, script);
    }

    // Without a command for it a list is told by SORT itself.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_was_stored_is_there_after_a_restart(int ioThreads)
    {
        using var server = PkvServer.InProcess("--io-threads", $"{ioThreads}");
        using (RespClient client = server.Connect())
        {
            client.Call(["SADD", "s", .. Enumerable.Range(0, 5000).Select(i => $"{i * 7919 % 5000}")]);
            Assert.Equal(5000, client.Call("SORT", "s", "STORE", "sorted").Integer);
            client.Call("SET", "weight_1", "3");
            client.Call("SADD", "few", "1", "2");
            Assert.Equal(4, client.Call("SORT", "few", "BY", "weight_*", "GET", "#", "GET", "weight_*", "STORE", "pairs").Integer);
        }

        server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => $"{i}"), again.Call("LRANGE", "sorted", "0", "-1").Items.Select(item => item.Text));
        Assert.Equal("*[$2, $, $1, $3]", again.Call("LRANGE", "pairs", "0", "-1").ToString());
    }
}
