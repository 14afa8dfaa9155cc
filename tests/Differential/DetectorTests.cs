using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Differential.Groups;
using Pkv.Tests.Differential.Running;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Differential;

/// <summary>
/// The comparison proves itself on a redis-server behind a relay that falsifies: replies that differ and states that
/// differ are found, and shrunk to a few commands.
/// </summary>
public sealed class DetectorTests(ReferenceRedis redis) : IClassFixture<ReferenceRedis>
{
    private const int StreamCommands = 2_000;
    private const int ShrunkCommandsMax = 4;

    [RedisTheory]
    [InlineData("-ERR increment or decrement would overflow", "-ERR increment or decrement would 0verflow")]
    [InlineData(":-1\r\n", ":-2\r\n")]
    [InlineData("hash\r\n", "Hash\r\n")]
    [InlineData("$2\r\nh1\r\n", "$2\r\nh9\r\n")]
    public void A_reply_that_differs_is_found_and_shrunk(string reply, string falsified) => AssertFound(new FalsifyingRelay(redis.Port) { Reply = (reply, falsified) });

    [RedisTheory]
    [InlineData("$5\r\nRPUSH\r\n", "$5\r\nLPUSH\r\n")]
    [InlineData("$4\r\nHSET\r\n$2\r\nh1\r\n", "$4\r\nHSET\r\n$2\r\nh2\r\n")]
    [InlineData("PEXPIREAT\r\n", "PEXPIREA1\r\n")]
    [InlineData("$4\r\nSPOP\r\n$2\r\ns1\r\n", "$4\r\nSPOP\r\n$2\r\ns2\r\n")]
    public void A_state_that_differs_is_found_and_shrunk(string request, string falsified) => AssertFound(new FalsifyingRelay(redis.Port) { Request = (request, falsified) });

    [RedisFact]
    public void A_server_that_falls_silent_is_found()
    {
        using var relay = new FalsifyingRelay(redis.Port) { Request = ("$6\r\nDBSIZE\r\n", "$7\r\nDBSIZE\r\n") };
        using ReferenceRedis other = ReferenceRedis.With();
        var comparison = new Comparison(relay.Connect, other.Connect) { TimeoutMs = 500 };
        string? told = comparison.Run([new Step(["DBSIZE"], Replies.ReplyRule.Exact)], "protocol error");
        Assert.Contains("no reply", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_is_quoted_for_redis_cli() =>
        Assert.Equal("SET \"\" \"a b\\x0d\\x0a\\\"\\\\\\xff\" w:1", new Step(["SET", "", "a b\r\n\"\\\u00ff", "w:1"], Replies.ReplyRule.Exact).ToString());

    private static void AssertFound(FalsifyingRelay relay)
    {
        using FalsifyingRelay disposed = relay;
        using ReferenceRedis other = ReferenceRedis.With();
        var comparison = new Comparison(relay.Connect, other.Connect);
        for (int seed = 1; seed < 20; seed++)
        {
            string? told = comparison.Run(new CommandStream(seed, clients: 1, [.. ShapeGroups.All]).Draw(StreamCommands), $"seed {seed}");
            if (told is null)
                continue;
            string script = told[told.IndexOf("shrunk to ", StringComparison.Ordinal)..];
            int commands = int.Parse(script.Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(commands <= ShrunkCommandsMax, told);
            return;
        }

        Assert.Fail("not found");
    }
}
