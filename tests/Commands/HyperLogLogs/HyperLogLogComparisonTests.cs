using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.HyperLogLogs;

/// <summary>The HyperLogLog commands against a real redis-server: replies, errors, encodings, and the bytes of the values.</summary>
public sealed class HyperLogLogComparisonTests(PkvServer pkv, ReferenceRedis redis) : IClassFixture<PkvServer>, IClassFixture<ReferenceRedis>
{
    public static TheoryData<string, string> Scripts => new()
    {
        { "add", "PFADD p|PFADD p|GET p|PFADD p a|GET p|PFADD p a|PFADD p b c d a|GET p|STRLEN p|PFADD q x ~|GET q|TTL q|EXPIRE q 1000|PFADD q y|PERSIST q|PFADD" },
        { "count caches", "PFADD p a b c|GET p|PFCOUNT p|GET p|PFCOUNT p|PFADD p a|GET p|PFADD p d|GET p|PFCOUNT p|GET p|PFCOUNT none|PFCOUNT p none|PFCOUNT none none2|PFCOUNT" },
        { "union", "PFADD p a b c|PFADD q c d e|PFCOUNT p q|PFCOUNT q p none p|GET p|PFMERGE r p q|GET r|PFCOUNT r|PFMERGE r|GET r|PFMERGE none|GET none|PFMERGE p q none|GET p|PFMERGE" },
        { "encodings", "PFADD p a b c|PFDEBUG ENCODING p|PFDEBUG DECODE p|PFDEBUG TODENSE p|PFDEBUG TODENSE p|PFDEBUG ENCODING p|PFDEBUG DECODE p|GET p|PFCOUNT p|GET p|PFADD p d|GET p|PFADD p d|PFMERGE q p|PFDEBUG encoding q|GET q|PFDEBUG GETREG q|PFADD s x|PFDEBUG GETREG s|PFDEBUG ENCODING s|OBJECT ENCODING s" },
        { "debug errors", "PFDEBUG GETREG none|PFDEBUG|PFDEBUG ENCODING|PFDEBUG ENCODING p q|PFADD p a|PFDEBUG nope p|SET t v|PFDEBUG ENCODING t|RPUSH l x|PFDEBUG ENCODING l" },
        { "other values", "SET t v|PFADD t a|PFCOUNT t|PFMERGE d t|PFMERGE t d|RPUSH l x|PFADD l a|PFCOUNT l|PFCOUNT none l|PFMERGE d l|PFMERGE l d|SET n 123|PFADD n a|EXISTS d|SET t HYLL0123456789ab|PFCOUNT t|PFADD p a b|APPEND p xyz|PFCOUNT p|PFMERGE d p|PFADD p c|GET p|PFDEBUG TODENSE p|PFDEBUG GETREG p|PFDEBUG DECODE p|EXISTS d|PFADD e a|PFDEBUG TODENSE e|APPEND e x|PFCOUNT e" },
        { "encoding of what was restored", "SET t HYLL|PFADD t a|OBJECT ENCODING t|PFADD p|OBJECT ENCODING p|COPY p q|PFCOUNT q|OBJECT ENCODING q" },
        { "limit", "CONFIG SET hll-sparse-max-bytes 30|PFADD p a b c|PFDEBUG ENCODING p|PFADD p d e f g h|PFDEBUG ENCODING p|GET p|PFADD q 1 2 3 4 5 6 7 8|PFDEBUG ENCODING q|CONFIG SET hll-sparse-max-bytes 0|PFADD r a|PFDEBUG ENCODING r|CONFIG SET hll-sparse-max-bytes 3000|CONFIG GET hll-sparse-max-bytes" },
        { "watchers", "PFADD p a|WATCH p|PFCOUNT p|MULTI|PING|EXEC|WATCH p|PFCOUNT p|PFADD p a|MULTI|PING|EXEC|WATCH p|PFADD p b|MULTI|PING|EXEC|WATCH p|PFDEBUG TODENSE p|MULTI|PING|EXEC|WATCH p|PFMERGE p|MULTI|PING|EXEC" },
        { "exec", "MULTI|PFADD p a b|PFCOUNT p|PFMERGE q p|PFDEBUG TODENSE q|PFADD q c|PFCOUNT p q|GET q|EXEC|GET p|PFCOUNT q" },
    };

    [RedisTheory]
    [MemberData(nameof(Scripts))]
    public void Replies_are_those_of_redis(string name, string script)
    {
        Assert.NotEmpty(name);
        ScriptComparison.Run(pkv, redis, script);
    }

    [RedisFact]
    public void Every_step_to_a_dense_one_has_the_bytes_of_redis()
    {
        using RespClient ours = pkv.Connect(), theirs = redis.Connect();
        List<string[]> commands = [["FLUSHALL"]];
        for (int i = 0; i < 2500; i++)
        {
            commands.Add(["PFADD", "p", $"element {i}"]);
            commands.Add(["GET", "p"]);
            if (i % 10 == 0)
                commands.Add(["PFCOUNT", "p"]);
        }
        commands.Add(["PFDEBUG", "ENCODING", "p"]);
        IReadOnlyList<RespNode> expected = theirs.Pipeline(commands), actual = ours.Pipeline(commands);
        for (int i = 0; i < commands.Count; i++)
            Assert.True(expected[i] == actual[i], $"{i}: {string.Join(' ', commands[i])}: redis-server says {expected[i]}, we say {actual[i]}");
        Assert.Equal("dense", actual[^1].Text);
    }

    [RedisFact]
    public void Estimates_are_equal_to_the_last_digit()
    {
        using RespClient ours = pkv.Connect(), theirs = redis.Connect();
        List<string[]> commands = [["FLUSHALL"]];
        for (int i = 0; i < 300; i++)
        {
            commands.Add(["PFADD", "p", .. Enumerable.Range(i * 1000, 1000).Select(n => $"{n}")]);
            commands.Add(["PFCOUNT", "p"]);
        }
        IReadOnlyList<RespNode> expected = theirs.Pipeline(commands), actual = ours.Pipeline(commands);
        Assert.Equal(expected.Select(r => r.ToString()), actual.Select(r => r.ToString()));
    }

    [RedisFact]
    public void Values_move_between_both_servers()
    {
        using RespClient ours = pkv.Connect(), theirs = redis.Connect();
        foreach ((RespClient from, RespClient to) in new[] { (ours, theirs), (theirs, ours) })
        {
            from.Call("FLUSHALL");
            to.Call("FLUSHALL");
            from.Call(["PFADD", "p", .. Enumerable.Range(0, 500).Select(n => $"{n}")]);
            from.Call("PFADD", "q", "a", "b");
            from.Call("PFDEBUG", "TODENSE", "q");
            foreach (string key in new[] { "p", "q" })
            {
                to.SendRaw(Receive.Wire.Command("RESTORE", key, "0", from.Call("DUMP", key).Bytes));
                Assert.Equal("OK", to.Read().Text);
                Assert.Equal(from.Call("PFCOUNT", key).Integer, to.Call("PFCOUNT", key).Integer);
                Assert.Equal(from.Call("GET", key), to.Call("GET", key));
            }
        }
    }
}
