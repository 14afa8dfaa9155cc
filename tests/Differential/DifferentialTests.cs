using System.Globalization;
using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Differential.Groups;
using Pkv.Tests.Differential.Running;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Differential;

/// <summary>
/// Drawn commands of all groups against Pkv and redis-server 7.0: replies and what is left must be the same. Here about
/// 200,000 commands, of the same seeds each time; the long test takes new ones, and tells the first. PKV_DIFFERENTIAL_SEED sets it.
/// </summary>
public sealed class DifferentialTests : IClassFixture<ReferenceRedis>
{
    private const int StreamCommands = 4_000;
    private const int LongCommands = 5_000_000;
    private const string SeedVariable = "PKV_DIFFERENTIAL_SEED";

    private readonly ReferenceRedis _redis;
    private readonly ITestOutputHelper _output;

    public DifferentialTests(ReferenceRedis redis, ITestOutputHelper output)
    {
        (_redis, _output) = (redis, output);
        // Redis ends waits by its timer: at 10 Hz one of a millisecond would take a tenth of a second.
        if (redis.Port > 0)
            redis.Call("CONFIG", "SET", "hz", "500");
    }

    // Commands in Redis's categories that Pkv does not have: consumer groups, and keys on their way between servers. And one that takes Redis seconds.
    private static readonly string[] _notDrawn = ["xreadgroup", "xack", "xautoclaim", "xclaim", "xgroup", "xpending", "migrate", "restore-asking", "pfselftest"];

    public static TheoryData<ShapeGroup> EachGroup => [.. ShapeGroups.All];

    [RedisTheory]
    [MemberData(nameof(EachGroup))]
    public void A_group_is_answered_alike(ShapeGroup group)
    {
        using var server = PkvServer.InProcess();
        ShapeGroup[] groups = InDepth(group);
        CompareStreams(server, groups, firstSeed: 1, streams: 2, clients: 1, resp3: false);
        CompareStreams(server, groups, firstSeed: 3, streams: 1, clients: 1, resp3: true);
    }

    [RedisTheory]
    [InlineData("string")]
    [InlineData("bitmap")]
    [InlineData("hash")]
    [InlineData("list")]
    [InlineData("set")]
    [InlineData("sortedset")]
    [InlineData("hyperloglog")]
    [InlineData("geo")]
    [InlineData("stream")]
    [InlineData("keyspace")]
    [InlineData("blocking")]
    [InlineData("transaction")]
    [InlineData("pubsub")]
    public void Every_command_of_a_category_is_drawn(string category)
    {
        var drawn = ShapeGroups.All.Append(PubSubShapes.Subscribing).SelectMany(group => group.Shapes).Select(shape => shape.Command)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        RespNode commands = _redis.Call("COMMAND", "LIST", "FILTERBY", "ACLCAT", category);
        Assert.NotEmpty(commands.Items);
        Assert.Equal([], commands.Items.Select(command => command.Text.Split('|')[0]).Except(_notDrawn).Where(command => !drawn.Contains(command)));
    }

    [RedisFact]
    public void All_groups_together_are_answered_alike()
    {
        using var server = PkvServer.InProcess();
        CompareStreams(server, [.. ShapeGroups.All], firstSeed: 101, streams: 6, clients: 2, resp3: false);
        CompareStreams(server, [.. ShapeGroups.All], firstSeed: 201, streams: 2, clients: 2, resp3: true);
    }

    [RedisFact]
    public void Two_threads_answer_alike()
    {
        using var server = PkvServer.InProcess("--io-threads", "2");
        CompareStreams(server, [.. ShapeGroups.All], firstSeed: 301, streams: 2, clients: 3, resp3: false);
    }

    [RedisFact]
    [Trait("Category", "Long")]
    public void Five_million_commands_are_answered_alike()
    {
        using var server = PkvServer.InProcess("--io-threads", "2");
        // Waiting takes time: in depth only in the short test.
        ShapeGroup[] groups = [.. ShapeGroups.All], deep = [.. groups.Except([ListShapes.Blocking])];
        int seed = int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), CultureInfo.InvariantCulture, out int given) ? given : Environment.TickCount & 0xffffff;
        for (int commands = 0; commands < LongRun.Part(LongCommands); seed++)
        {
            // By turns everything together, and one group in depth.
            ShapeGroup[] drawn = seed % 2 == 0 ? groups : InDepth(deep[seed / 2 % deep.Length]);
            commands += CompareStreams(server, drawn, seed, streams: 1, clients: 1 + (seed % 3), resp3: seed % 4 == 1);
        }
    }

    [RedisFact]
    public void Nothing_is_asked_that_redis_leaves_open()
    {
        using ReferenceRedis other = ReferenceRedis.With("--hz", "500");
        foreach (bool resp3 in new[] { false, true })
        {
            var comparison = new Comparison(other.Connect, _redis.Connect, resp3);
            for (int seed = 401; seed < 404; seed++)
                AssertAlike(comparison, new CommandStream(seed, clients: 2, [.. ShapeGroups.All]).Draw(StreamCommands), $"redis with redis, seed {seed}");
        }
    }

    private static ShapeGroup[] InDepth(ShapeGroup group) => [group with { Weight = 12 }, KeyShapes.Keys with { Weight = 1 }, KeyShapes.Sessions];

    private int CompareStreams(PkvServer server, ShapeGroup[] groups, int firstSeed, int streams, int clients, bool resp3)
    {
        var comparison = new Comparison(server.Connect, _redis.Connect, resp3);
        int commands = 0;
        for (int seed = firstSeed; seed < firstSeed + streams; seed++)
        {
            List<Step> steps = new CommandStream(seed, clients, groups).Draw(StreamCommands);
            AssertAlike(comparison, steps, $"seed {seed}, {clients} clients");
            commands += steps.Count;
        }

        _output.WriteLine($"{commands} commands, {string.Join(", ", (object[])groups)}: seeds from {firstSeed}, {clients} clients, {(resp3 ? "RESP3" : "RESP2")}");
        return commands;
    }

    private static void AssertAlike(Comparison comparison, List<Step> steps, string label)
    {
        string? difference = comparison.Run(steps, label);
        Assert.True(difference is null, difference);
    }
}
