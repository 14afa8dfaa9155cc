using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Differential.Groups;
using Pkv.Tests.Differential.Running;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Differential;

/// <summary>Who waits for a key is served when Redis would, in the same order and with the same elements.</summary>
public sealed class WaitingTests(ReferenceRedis redis) : IClassFixture<ReferenceRedis>
{
    private const int Waiters = 5;
    private const int Steps = 600;

    [RedisTheory]
    [InlineData(1, "1")]
    [InlineData(2, "1")]
    [InlineData(3, "2")]
    public void Who_waits_is_served_alike(int seed, string threads)
    {
        using var server = PkvServer.InProcess("--io-threads", threads);
        var waiting = new Waiting(server.Connect, redis.Connect, Waiters);
        string? difference = waiting.Run(Script(seed), $"seed {seed}");
        Assert.True(difference is null, difference);
    }

    // Those who wait and the one who serves, shuffled together; transactions stay whole.
    private static List<Step> Script(int seed)
    {
        var random = new Random(seed);
        var waits = new Queue<Step>(new CommandStream(seed, clients: 1, ListShapes.Waiting).Draw(Steps));
        var serves = new Queue<Step>(new CommandStream(seed, clients: 1, ListShapes.Serving).DrawTurns(Steps));
        var script = new List<Step>();
        while (serves.Count > 0 && waits.Count > 0)
        {
            if (random.Next(2) == 0)
            {
                script.Add(waits.Dequeue() with { Client = 1 + random.Next(Waiters) });
                continue;
            }

            bool isTransaction = serves.Peek().Is("MULTI");
            do
                script.Add(serves.Dequeue());
            while (isTransaction && !script[^1].Is("EXEC"));
        }

        return script;
    }
}
