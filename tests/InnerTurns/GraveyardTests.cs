using System.Globalization;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.InnerTurns;

/// <summary>Large collections that are deleted go in slices: what lives in the log is right at once, and all of it comes back.</summary>
public sealed class GraveyardTests
{
    private const int Members = 50_000;
    private const int PerCommand = 1000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_small_pool_takes_large_sets_again_and_again(int threads)
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", $"{threads}", "--pool-size", "96mb");
        using RespClient client = server.Connect();
        // 30 sets of 2 MB and as much again overwritten: three times the pool, could what is dead not be told from what lives.
        for (int round = 0; round < 60; round++)
        {
            Fill(client, "set", round);
            switch (round % 4)
            {
                case 0:
                    Assert.Equal(1, client.Call("DEL", "set").Integer);
                    break;
                case 1:
                    Assert.Equal("OK", client.Call("SET", "set", "1").Text);
                    Assert.Equal(1, client.Call("UNLINK", "set").Integer);
                    break;
                case 2:
                    Assert.Equal("OK", client.Call("RENAME", "set", "other").Text);
                    Assert.Equal(1, client.Call("DEL", "other").Integer);
                    break;
                default:
                    Assert.Equal(1, client.Call("PEXPIREAT", "set", "1").Integer);
                    break;
            }
            Assert.Equal(0, client.Call("DBSIZE").Integer);
            Assert.Equal(0, Live(client));
        }
    }

    [Theory]
    [InlineData("FLUSHALL")]
    [InlineData("FLUSHDB")]
    public void Flushing_while_others_are_still_being_buried_leaves_nothing_alive(string flush)
    {
        using PkvServer server = PkvServer.InProcess("--io-threads", "2", "--pool-size", "128mb");
        using RespClient client = server.Connect(), second = server.Connect();
        for (int round = 0; round < 10; round++)
        {
            for (int key = 0; key < 4; key++)
                Fill(client, $"set{key}", round);
            client.Send("DEL", "set0");
            second.Send("DEL", "set1");
            client.Send(flush);
            client.Read();
            second.Read();
            Assert.Equal("OK", client.Read().Text);
            second.Call("PING");
            Assert.Equal(0, Live(client));
        }
        Fill(client, "set", 0);
        long one = Live(client);
        Assert.InRange(one, Members, 100L * Members);
        client.Call("DEL", "set");
        Assert.Equal(0, Live(client));
    }

    private static long Live(RespClient client)
    {
        string line = client.Call("INFO", "persistence").Text.Split("\r\n").Single(l => l.StartsWith("pool_live_bytes:", StringComparison.Ordinal));
        return long.Parse(line["pool_live_bytes:".Length..], CultureInfo.InvariantCulture);
    }

    private static void Fill(RespClient client, string key, int round)
    {
        for (int first = 0; first < Members; first += PerCommand)
        {
            RespNode reply = client.Call(["SADD", key, .. Enumerable.Range(first, PerCommand).Select(i => $"member{round}:{i}")]);
            Assert.Equal(PerCommand, reply.Integer);
        }
    }
}
