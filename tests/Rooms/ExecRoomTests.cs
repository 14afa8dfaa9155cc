using Pkv.Engine.Records;
using Pkv.Tests.Receive;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Rooms;

/// <summary>EXEC where there is not room for all of its commands: none of them runs; it is answered, and ends its transaction, as in Redis.</summary>
public sealed class ExecRoomTests
{
    private const string Refusal = "-EXECABORT Transaction discarded because of: OOM command not allowed when used memory > 'maxmemory'.";

    [Theory]
    [InlineData("a large value")]
    [InlineData("many small values")]
    [InlineData("copies")]
    [InlineData("a removal of long members")]
    public void Exec_is_refused_as_a_whole_or_runs_as_a_whole(string what)
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", "256mb");
        using RespClient client = server.Connect(), other = server.Connect();
        client.Call("MSET", "a", "100", "b", "100");
        client.SendRaw(Wire.Command("SET", "source", Wire.Value(3_000_000, 1)));
        Assert.Equal("+OK", client.Read().ToString());
        for (int i = 0; i < 60; i++)
        {
            client.SendRaw(Wire.Command("SADD", "set", Wire.Value(200_000, i)));
            Assert.Equal(":1", client.Read().ToString());
        }
        Assert.Equal(100, client.Call("INCRBY", "b", "0").Integer);
        using (PoolRoom room = new(server.Host.State))
        {
            room.LeaveForWrites(1);
            Assert.Equal("+OK", client.Call("WATCH", "a").ToString());
            Assert.Equal(Refusal, Run(client, what).ToString());
            Assert.Equal("-ERR EXEC without MULTI", client.Call("EXEC").ToString());
            Assert.Equal("100 100", string.Join(' ', other.Call("MGET", "a", "b").Items.Select(i => i.Text)));
            Assert.Equal(4, other.Call("DBSIZE").Integer);
            Assert.Equal(60, other.Call("SCARD", "set").Integer);
            // The watch has ended with the transaction, and small ones have room.
            other.Call("SET", "a", "100");
            client.Call("MULTI");
            client.Call("INCRBY", "b", "0");
            Assert.Equal("*[:100]", client.Call("EXEC").ToString());
        }
        RespNode reply = null!;
        Wire.Eventually(() => !(reply = Run(client, what)).IsError, "there is room again");
        Assert.DoesNotContain(reply.Items, i => i.IsError);
        Assert.Equal("99 101", string.Join(' ', other.Call("MGET", "a", "b").Items.Select(i => i.Text)));
        Assert.Equal(0, server.Host.State.Threads[0].Effects.Overruns);
    }

    [Fact]
    public void Exec_waits_for_room_that_cleaning_makes()
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", "160mb");
        using RespClient client = server.Connect();
        byte[] value = Wire.Value(1_000_000, 1);
        // Nearly all that was written is garbage, and a little in each segment lives.
        for (int round = 0; round < 12; round++)
        {
            for (int i = 0; i < 10; i++)
            {
                client.SendRaw(Wire.Command("SET", $"g{i}", value));
                Assert.Equal("+OK", client.Read().ToString());
                Assert.Equal("+OK", client.Call("SET", $"kept{round}:{i}", "x").ToString());
            }
        }
        for (int round = 0; round < 8; round++)
        {
            client.Call("MULTI");
            for (int i = 0; i < 15; i++)
            {
                client.SendRaw(Wire.Command("SET", $"t{i}", value));
                Assert.Equal("+QUEUED", client.Read().ToString());
            }
            RespNode reply = client.Call("EXEC");
            Assert.True(reply.Kind == '*', $"round {round}: {reply}");
            Assert.All(reply.Items, i => Assert.Equal("+OK", i.ToString()));
        }
    }

    [Fact]
    public void A_transaction_may_take_and_put_more_than_there_is_room_for_twice()
    {
        using PkvServer server = PkvServer.InProcess("--pool-size", "256mb");
        using RespClient client = server.Connect();
        for (int i = 0; i < 30; i++)
        {
            client.SendRaw(Wire.Command("RPUSH", "queue", Wire.Value(100_000, i)));
            Assert.Equal(i + 1, client.Read().Integer);
        }
        using PoolRoom room = new(server.Host.State);
        room.LeaveForWrites(3);
        client.Call("MULTI");
        for (int i = 0; i < 30; i++)
            client.Call("LMOVE", "queue", "done", "LEFT", "RIGHT");
        for (int i = 0; i < 20; i++)
            client.Call("RENAME", i % 2 == 0 ? "done" : "over", i % 2 == 0 ? "over" : "done");
        // Each element is moved once; twenty renamings write 60 MB.
        Assert.Equal(Refusal, client.Call("EXEC").ToString());
        client.Call("MULTI");
        for (int i = 0; i < 30; i++)
            client.Call("LMOVE", "queue", "done", "LEFT", "RIGHT");
        client.Call("RENAME", "done", "over");
        RespNode reply = client.Call("EXEC");
        Assert.True(reply.Kind == '*' && !reply.Items.Any(i => i.IsError), $"{reply}");
        Assert.Equal(30, client.Call("LLEN", "over").Integer);
        Assert.Equal(0, server.Host.State.Threads[0].Effects.Overruns);
    }

    private static RespNode Run(RespClient client, string what)
    {
        Assert.Equal("+OK", client.Call("MULTI").ToString());
        client.Call("DECRBY", "a", "1");
        switch (what)
        {
            case "a large value":
                client.SendRaw(Wire.Command("SET", "big", Wire.Value(20_000_000, 2)));
                client.Read();
                break;
            case "many small values":
                for (int i = 0; i < 150; i++)
                    client.Call("SET", $"m{i}", new string('m', 65536));
                break;
            case "copies":
                for (int i = 0; i < 5; i++)
                    client.Call("COPY", "source", $"copy{i}");
                break;
            default:
                client.Call("SPOP", "set", "59");
                break;
        }
        client.Call("INCRBY", "b", "1");
        return client.Call("EXEC");
    }
}
