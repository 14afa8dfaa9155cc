using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Differential.Groups;
using Pkv.Tests.Differential.Replies;
using Pkv.Tests.Differential.Running;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Differential;

/// <summary>
/// SIGKILL in the middle of a stream over all types: what Pkv holds when it is up again is what Redis holds after the
/// commands that were acknowledged, and possibly some of those that were on the way, in their order.
/// </summary>
public sealed class KillTests : IClassFixture<ReferenceRedis>
{
    private const int CommandsBefore = 1_500;
    private const int CommandsOnTheWay = 400;

    private readonly ReferenceRedis _redis;

    public KillTests(ReferenceRedis redis)
    {
        _redis = redis;
        if (redis.Port > 0)
            redis.Call("CONFIG", "SET", "hz", "500");
    }

    [RedisTheory]
    [InlineData("1")]
    [InlineData("2")]
    public void After_a_kill_pkv_holds_what_redis_holds(string threads) => KillOften(firstSeed: 1, kills: 4, threads);

    [RedisFact]
    [Trait("Category", "Long")]
    public void After_many_kills_pkv_holds_what_redis_holds() => KillOften(firstSeed: LongRun.FirstSeed(), kills: LongRun.Part(120), "2");

    private void KillOften(int firstSeed, int kills, string threads)
    {
        DataSet.Clear(_redis.Connect);
        using var server = PkvServer.Child("--io-threads", threads);
        ShapeGroup[] groups = [.. ShapeGroups.All.Except([ListShapes.Blocking])];
        for (int seed = firstSeed; seed < firstSeed + kills; seed++)
        {
            // What each kill left goes on into the next run.
            var comparison = new Comparison(() => server.Connect(), _redis.Connect) { GoesOn = true };
            Outcome before = comparison.RunOnce(new CommandStream(seed, clients: 2, groups).Draw(CommandsBefore));
            Assert.True(before.Told is null, $"seed {seed}, before the kill, step {before.Step}: {before.Told}");
            List<Step> onTheWay = [.. new CommandStream(-seed, clients: 1, groups).Draw(CommandsOnTheWay).Where(step => !step.Rule.MustSettle && step.Rule is not SoloRule)];
            int acknowledged = KillBehind(server, onTheWay, new Random(seed).Next(CommandsOnTheWay));
            server.Start();
            string? difference = CatchUp(onTheWay, acknowledged, DataSet.Capture(server.Connect));
            Assert.True(difference is null, $"seed {seed}, {acknowledged} of {onTheWay.Count} commands acknowledged: {difference}");
        }
    }

    // Sends everything, and kills when some replies have come. Returns how many had been sent by then.
    private static int KillBehind(PkvServer server, List<Step> steps, int replies)
    {
        using var link = new ServerLink(server.Connect(), timeoutMs: 20_000);
        foreach (Step step in steps)
            link.Add(step.Arguments);
        link.Flush();
        Assert.Null(link.Receive(Math.Min(replies, steps.Count)));
        int read = link.Replies;
        server.Kill();
        // What had left the server before it died is acknowledged too.
        while (read < steps.Count && link.Receive(1) is null)
            read++;
        return read;
    }

    // Redis follows until it holds the same. Returns null, or what differs after the acknowledged commands.
    private string? CatchUp(List<Step> steps, int acknowledged, Dictionary<(int Database, string Key), DataSet.Held> held)
    {
        using var link = new ServerLink(_redis.Connect(), timeoutMs: 20_000);
        foreach (Step step in steps.Take(acknowledged))
            link.Add(step.Arguments);
        link.Flush();
        Assert.Null(link.Receive(acknowledged));
        string? first = null;
        for (int applied = acknowledged; ; applied++)
        {
            string? difference = DataSet.Difference(held, DataSet.Capture(_redis.Connect), DataSet.ClockToleranceMs, "pkv", "redis");
            if (difference is null)
                return null;
            first ??= difference;
            if (applied == steps.Count)
                return first;
            link.Call(steps[applied].Arguments);
        }
    }
}
