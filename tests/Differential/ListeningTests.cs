using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Differential.Groups;
using Pkv.Tests.Differential.Running;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Differential;

/// <summary>What subscribers hear is what Redis tells them: messages of clients, and events of keys.</summary>
public sealed class ListeningTests : IClassFixture<ReferenceRedis>
{
    private const int TurnsPerRun = 1_500;
    private const int EventCommands = 3_000;
    private const int Clients = 4;

    // All but the events of keys past their time, which come when each server finds them, and of keys that were missed.
    private const string Events = "KEg$lshztdn";
    private const string WithMisses = Events + "m";

    private readonly ReferenceRedis _redis;

    public ListeningTests(ReferenceRedis redis)
    {
        _redis = redis;
        if (redis.Port > 0)
            redis.Call("CONFIG", "SET", "hz", "500");
    }

    [RedisTheory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public void Subscribers_hear_the_same(int seed, bool resp3)
    {
        using var server = PkvServer.InProcess();
        _redis.Call("CONFIG", "SET", "notify-keyspace-events", "");
        var listening = new Listening(server.Connect, _redis.Connect, Clients, resp3);
        string? difference = listening.Run(new CommandStream(seed, Clients, PubSubShapes.Subscribing).DrawTurns(TurnsPerRun), $"seed {seed}");
        Assert.True(difference is null, difference);
    }

    [RedisTheory]
    [InlineData(11, false)]
    [InlineData(12, true)]
    public void Keys_tell_the_same_events_in_the_same_order(int seed, bool resp3) => CompareEvents(seed, resp3, Events, ShapeGroups.All);

    // Sorting apart: in which order it looks for what BY and GET name is left open.
    [RedisTheory]
    [InlineData(13, false)]
    [InlineData(14, true)]
    public void Keys_that_were_missed_are_told_too(int seed, bool resp3) => CompareEvents(seed, resp3, WithMisses, ShapeGroups.All.Except([KeyShapes.Sorting]));

    private void CompareEvents(int seed, bool resp3, string events, IEnumerable<ShapeGroup> groups)
    {
        using var server = PkvServer.InProcess("--notify-keyspace-events", events);
        _redis.Call("CONFIG", "SET", "notify-keyspace-events", events);
        var comparison = new Comparison(server.Connect, _redis.Connect, resp3) { Listens = true };
        string? difference = comparison.Run(new CommandStream(seed, clients: 2, [.. groups]).Draw(EventCommands), $"seed {seed}");
        Assert.True(difference is null, difference);
    }
}
