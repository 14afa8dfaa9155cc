using System.Globalization;
using System.Text;
using Pkv.Tests.Receive;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.InnerTurns;

/// <summary>
/// One client's bytes lie in the segment behind its long command, while others' are received into the same segment in the middle of
/// that: neither is ever received over the other.
/// </summary>
public sealed class ReceivedInTheMiddleTests
{
    private const int Members = 200_000;
    private const int LargeBytes = 300_000;

    [Theory]
    [InlineData("1gb")]
    [InlineData("128mb")]
    public void The_beginning_of_a_large_value_behind_a_long_command(string poolSize)
    {
        using PkvServer server = PkvServer.Child("--io-threads", "1", "--pool-size", poolSize);
        byte[] large = Wire.Value(LargeBytes, 7);
        byte[] set = Wire.Command("SET", "large", large);
        int inside;
        using (RespClient hostile = server.Connect(), other = server.Connect())
        {
            Load(hostile);
            byte[] first = [.. Wire.Command("ZUNIONSTORE", "target", "1", "scores"), .. set[..5000]];
            inside = WriteUntilAnswered(hostile, other, first);
            hostile.SendRaw(set[5000..]);
            Assert.Equal(Members, hostile.Read().Integer);
            Assert.Equal("+OK", hostile.Read().ToString());
            server.Kill();
        }
        server.Start();
        using RespClient client = server.Connect();
        AssertKept(client, inside);
        Assert.Equal(large, client.Call("GET", "large").Bytes);
        Assert.Equal(Members, client.Call("ZCARD", "target").Integer);
    }

    [Theory]
    [InlineData("1gb")]
    [InlineData("128mb")]
    public void Commands_behind_a_long_one_that_was_received_as_a_large_value(string poolSize)
    {
        using PkvServer server = PkvServer.Child("--io-threads", "1", "--pool-size", poolSize);
        const int behind = 20;
        int inside;
        using (RespClient hostile = server.Connect(), other = server.Connect())
        {
            Load(hostile);
            // Its last argument is long: its length is known, and what follows is received by the same call.
            byte[] store = Wire.Command("ZUNIONSTORE", "target", "2", "scores", Encoding.ASCII.GetBytes(new string('n', 60_000)));
            hostile.SendRaw(store[..8000]);
            // Both are received before this is answered.
            Assert.Equal("PONG", other.Call("PING").Text);
            byte[] rest = [.. store[8000..], .. Enumerable.Range(0, behind).SelectMany(i => Wire.Command("SET", $"behind{i}", Wire.Value(1000, i)))];
            inside = WriteUntilAnswered(hostile, other, rest);
            Assert.Equal(Members, hostile.Read().Integer);
            for (int i = 0; i < behind; i++)
                Assert.Equal("+OK", hostile.Read().ToString());
            for (int i = 0; i < 100; i++)
                Assert.Equal("OK", other.Call("SET", $"after{i}", new string('a', 5000)).Text);
            server.Kill();
        }
        server.Start();
        using RespClient client = server.Connect();
        AssertKept(client, inside);
        for (int i = 0; i < behind; i++)
            Assert.Equal(Wire.Value(1000, i), client.Call("GET", $"behind{i}").Bytes);
        Assert.Equal(Members, client.Call("ZCARD", "target").Integer);
    }

    // Others' writes while the command runs: how many there were.
    private static int WriteUntilAnswered(RespClient hostile, RespClient other, byte[] bytes)
    {
        int inside = 0;
        hostile.SendRaw(bytes);
        while (hostile.Socket.Available == 0)
        {
            Assert.Equal("OK", other.Call("SET", $"mine{inside}", new string((char)('a' + inside % 26), 20_000)).Text);
            inside++;
        }
        string stats = other.Call("INFO", "stats").Text;
        Assert.DoesNotContain("inner_turns:0\r\n", stats);
        return inside;
    }

    private static void AssertKept(RespClient client, int inside)
    {
        Assert.True(inside > 0);
        for (int i = 0; i < inside; i++)
            Assert.Equal(new string((char)('a' + i % 26), 20_000), client.Call("GET", $"mine{i.ToString(CultureInfo.InvariantCulture)}").Text);
    }

    private static void Load(RespClient client)
    {
        for (int first = 0; first < Members; first += 1000)
            client.Call(["ZADD", "scores", .. Enumerable.Range(first, 1000).SelectMany(i => new[] { $"{i}", $"m{i}" })]);
    }
}
