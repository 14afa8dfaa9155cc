using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Scripts;

/// <summary>Scripts between other commands of a transaction, against a real redis-server: each command's reply is its own.</summary>
public sealed class ScriptsInExecTests(PkvServer pkv, ReferenceRedis redis) : IClassFixture<PkvServer>, IClassFixture<ReferenceRedis>
{
    public static TheoryData<string[]> Transactions => new()
    {
        new[] { "EVAL", "return 1" },
        new[] { "SET a b", "EVAL", "return redis.call('get', 'a')", "GET a", "EVAL", "return {1, {2}}" },
        new[] { "SET a b", "EVAL", "redis.call('get', 'a') return redis.call('lpush', 'a', 1)", "GET a", "EVAL", "redis.call('set', 'a', 'c') error('no')", "GET a" },
        new[] { "RPUSH list 1 2 3", "EVAL", "redis.call('get', 'a') return redis.call('lrange', 'list', 0, -1)", "EVAL", "return redis.call('nonesuch')", "LLEN list" },
    };

    [RedisTheory]
    [MemberData(nameof(Transactions))]
    public void Replies_before_and_after_a_script_stay(string[] parts)
    {
        using RespClient ours = pkv.Connect(), theirs = redis.Connect();
        foreach (RespClient client in (RespClient[])[ours, theirs])
        {
            client.Call("FLUSHALL");
            client.Call("MULTI");
            for (int i = 0; i < parts.Length; i++)
                client.Call(parts[i] == "EVAL" ? ["EVAL", parts[++i], "0"] : parts[i].Split(' '));
        }
        RespNode expected = theirs.Call("EXEC"), actual = ours.Call("EXEC");
        Assert.True(expected == actual, $"redis-server says {expected}, we say {actual}");
        Assert.True(ours.Call("PING") == theirs.Call("PING"));
    }
}
