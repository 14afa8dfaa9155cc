using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Differential;

/// <summary>Drawn commands against Pkv and redis-server 7.0: replies and what is left must be the same.</summary>
public sealed class StringDifferentialTests(ReferenceRedis redis) : IClassFixture<ReferenceRedis>
{
    private const int RunCommands = 2_000;

    [RedisFact]
    public void Drawn_string_commands_are_answered_alike() => Compare(firstSeed: 1, runs: 10, "--io-threads", "1");

    [RedisFact]
    public void Drawn_string_commands_are_answered_alike_by_two_threads() => Compare(firstSeed: 1001, runs: 2, "--io-threads", "2");

    [RedisFact]
    [Trait("Category", "Long")]
    public void A_million_drawn_commands_are_answered_alike() => Compare(firstSeed: Environment.TickCount & 0xffffff, runs: 500, "--io-threads", "1");

    [RedisFact]
    public void Drawn_string_commands_are_answered_alike_in_resp3()
    {
        using var server = PkvServer.InProcess();
        var comparison = new Comparison(() => Resp3(server.Connect()), () => Resp3(redis.Connect()));
        CompareRuns(comparison, firstSeed: 2001, runs: 2);
    }

    [RedisFact]
    public void Float_sums_are_the_same_to_the_last_digit()
    {
        using var server = PkvServer.InProcess();
        var comparison = new Comparison(server.Connect, redis.Connect);
        // Each run sums up thousands of drawn numbers.
        Shape[] sums = [new("SET key float"), new("INCRBYFLOAT key float"), new("INCRBYFLOAT key float"), new("INCRBYFLOAT key float"), new("INCRBYFLOAT key digits")];
        for (int seed = 3001; seed < 3003; seed++)
        {
            string? difference = comparison.Run(new CommandStream(seed, sums).Draw(RunCommands), $"seed {seed}");
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

    private static RespClient Resp3(RespClient client)
    {
        Assert.False(client.Call("HELLO", "3").IsError);
        return client;
    }

    private void Compare(int firstSeed, int runs, params string[] options)
    {
        using var server = PkvServer.InProcess(options);
        CompareRuns(new Comparison(server.Connect, redis.Connect), firstSeed, runs);
    }

    private static void CompareRuns(Comparison comparison, int firstSeed, int runs)
    {
        for (int seed = firstSeed; seed < firstSeed + runs; seed++)
        {
            var stream = new CommandStream(seed, Shapes.Strings, Shapes.Strings, Shapes.Keys, Shapes.Sessions);
            string? difference = comparison.Run(stream.Draw(RunCommands), $"seed {seed}");
            Assert.True(difference is null, difference);
        }
    }
}
