using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Differential.Running;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Differential;

/// <summary>Strings where they end: the last digit of sums, the greatest length.</summary>
public sealed class StringEdgeTests(ReferenceRedis redis) : IClassFixture<ReferenceRedis>
{
    private const int RunCommands = 2_000;

    [RedisFact]
    public void Float_sums_are_the_same_to_the_last_digit()
    {
        using var server = PkvServer.InProcess();
        var comparison = new Comparison(server.Connect, redis.Connect);
        // Each run sums up thousands of drawn numbers.
        var sums = new ShapeGroup("sums", 1, [new("SET key float"), new("INCRBYFLOAT key float"), new("INCRBYFLOAT key float"), new("INCRBYFLOAT key float"), new("INCRBYFLOAT key digits")]);
        for (int seed = 3001; seed < 3003; seed++)
        {
            string? difference = comparison.Run(new CommandStream(seed, clients: 1, sums).Draw(RunCommands), $"seed {seed}");
            Assert.True(difference is null, difference);
        }
    }

    [RedisFact]
    public void Strings_grow_to_the_same_limit()
    {
        const string limit = "1048576";
        using var server = PkvServer.InProcess("--proto-max-bulk-len", limit);
        redis.Call("CONFIG", "SET", "proto-max-bulk-len", limit);
        string[][] commands =
        [
            ["SETRANGE", "k", "1048575", "x"], ["STRLEN", "k"], ["APPEND", "k", ""], ["APPEND", "k", "y"], ["SETRANGE", "k", "1048576", "x"],
            ["SETRANGE", "k", "1048575", "xy"], ["SETRANGE", "k", "1048576", ""], ["GETRANGE", "k", "-20000", "-1"], ["SETRANGE", "n", "1048576", "x"],
            ["SETRANGE", "n", "9223372036854775807", "x"], ["SETRANGE", "n", "9223372036854775807", ""], ["SET", "a", new string('a', 511)],
            ["SET", "b", new string('b', 511)], ["LCS", "a", "b", "LEN"], ["APPEND", "b", "b"], ["LCS", "a", "b", "LEN"], ["LCS", "a", "b"], ["LCS", "k", "k"],
        ];
        using RespClient ours = server.Connect(), theirs = redis.Connect();
        try
        {
            foreach (string[] command in commands)
                Assert.Equal($"{command[0]} {command[1]}: {theirs.Call(command)}", $"{command[0]} {command[1]}: {ours.Call(command)}");
        }
        finally
        {
            redis.Call("CONFIG", "SET", "proto-max-bulk-len", "512mb");
            redis.Call("FLUSHALL");
        }
    }
}
