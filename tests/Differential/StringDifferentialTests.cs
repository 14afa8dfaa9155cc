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

    private void Compare(int firstSeed, int runs, params string[] options)
    {
        using var server = PkvServer.InProcess(options);
        var comparison = new Comparison(server.Connect, redis.Connect);
        for (int seed = firstSeed; seed < firstSeed + runs; seed++)
        {
            var stream = new CommandStream(seed, Shapes.Strings, Shapes.Strings, Shapes.Keys, Shapes.Sessions);
            string? difference = comparison.Run(stream.Draw(RunCommands), $"seed {seed}");
            Assert.True(difference is null, difference);
        }
    }
}
